//! Groups: who is in them, and who is not any more.

use parley_client::direct::{DirectError, GroupNews, Standing};
use parley_protocol::entry::Action;
use parley_protocol::ids::ChannelId;

use crate::engine::bench::Bench;

/// Three members, devices 0 to 2, in a group that the first began.
fn three() -> (Bench, ChannelId) {
    let mut bench = Bench::of_two();
    bench.welcome("eve");
    let with = [bench.user(1), bench.user(2)];
    let group = bench
        .tell(0, |engine, now| {
            engine.begin_group(&with, "Lunch".to_owned(), now)
        })
        .unwrap();
    bench.write(0, group, "who is hungry?");
    for index in [1, 2] {
        bench.accept(index, group);
    }
    bench.pass(10_000);
    (bench, group)
}

#[test]
fn everybody_in_a_group_has_the_same() {
    let (mut bench, group) = three();
    bench.write(1, group, "me");
    bench.pass(1_000);
    bench.write(2, group, "me too");
    bench.pass(10_000);
    for index in 0..3 {
        assert_eq!(
            bench.shown(index, group),
            ["who is hungry?", "me", "me too"]
        );
        assert_eq!(bench.items(index, group), bench.items(0, group));
        let conversation = bench.conversation(index, group);
        assert_eq!(conversation.name, "Lunch");
        assert_eq!(conversation.others.len(), 2);
        assert!(conversation.writable && conversation.is_group);
    }
    let reached = bench.reached(2, group).unwrap();
    assert_eq!((reached.reached, reached.of), (2, 2));
}

#[test]
fn somebody_who_is_brought_in_reads_from_then_on() {
    let (mut bench, group) = three();
    let fourth = bench.welcome("dan");
    let dan = bench.user(fourth);
    bench
        .tell(1, |engine, now| engine.add_to_group(group, &[dan], now))
        .unwrap();
    bench.pass(1_000);
    bench.write(0, group, "welcome");
    bench.pass(10_000);
    assert_eq!(bench.shown(fourth, group), ["welcome"]);
    let conversation = bench.conversation(fourth, group);
    assert_eq!(conversation.standing, Standing::Request);
    assert_eq!(conversation.invited_by, Some(bench.user(1)));
    bench.write(fourth, group, "thanks");
    bench.pass(10_000);
    for index in 0..3 {
        assert_eq!(bench.shown(index, group).last().unwrap(), "thanks");
        assert_eq!(bench.conversation(index, group).others.len(), 3);
    }
    assert_eq!(bench.marks(fourth, group), []);
}

#[test]
fn two_who_bring_in_others_at_once_agree() {
    let (mut bench, group) = three();
    let [dan, fay] = ["dan", "fay"].map(|name| bench.welcome(name));
    let (dan, fay) = (bench.user(dan), bench.user(fay));
    bench.unplug(1);
    bench
        .tell(1, |engine, now| engine.add_to_group(group, &[dan], now))
        .unwrap();
    bench
        .tell(2, |engine, now| engine.add_to_group(group, &[fay], now))
        .unwrap();
    bench.plug(1);
    bench.pass(20_000);
    for index in 0..3 {
        assert_eq!(bench.conversation(index, group).others.len(), 4);
    }
}

#[test]
fn whoever_left_hears_nothing_more_and_is_brought_back_by_others_only() {
    let (mut bench, group) = three();
    bench
        .tell(2, |engine, now| engine.leave_group(group, now))
        .unwrap();
    bench.pass(5_000);
    assert!(bench.conversation(2, group).has_left);
    let refused = bench.tell(2, |engine, now| {
        engine.send_text(group, "still here".to_owned(), now)
    });
    assert!(refused.is_err());
    bench.write(0, group, "between us");
    bench.pass(10_000);
    assert_eq!(bench.shown(2, group), ["who is hungry?"]);
    assert_eq!(bench.shown(1, group).last().unwrap(), "between us");

    let eve = bench.user(2);
    bench
        .tell(0, |engine, now| engine.add_to_group(group, &[eve], now))
        .unwrap();
    bench.write(1, group, "again three");
    bench.pass(10_000);
    assert_eq!(bench.shown(2, group), ["who is hungry?", "again three"]);
}

#[test]
fn what_becomes_of_a_group_stands_between_its_messages() {
    let (mut bench, group) = three();
    let fourth = bench.welcome("dan");
    let (ben, eve, dan) = (bench.user(1), bench.user(2), bench.user(fourth));
    let named = |bench: &mut Bench, index, name: &str| {
        bench.tell(index, |engine, now| {
            engine.rename_group(group, name.to_owned(), now)
        })
    };
    assert_eq!(named(&mut bench, 1, "Supper"), Ok(()));
    bench.pass(2_000);
    bench.write(0, group, "at eight");
    bench.pass(2_000);
    bench
        .tell(1, |engine, now| engine.add_to_group(group, &[dan], now))
        .unwrap();
    bench.pass(2_000);
    bench
        .tell(2, |engine, now| engine.leave_group(group, now))
        .unwrap();
    bench.pass(10_000);
    let news = [
        (ben, GroupNews::Renamed("Supper".to_owned())),
        (ben, GroupNews::Added(vec![dan])),
        (eve, GroupNews::Left),
    ];
    for index in [0, 1, 2] {
        let lines = bench.engine(index).group_lines(&group);
        let told: Vec<_> = lines.iter().map(|it| (it.by, it.news.clone())).collect();
        assert_eq!(told, news);
        let written = bench.items(index, group).last().unwrap().seq;
        assert!(lines[0].seq < written && written < lines[1].seq);
        assert_eq!(bench.conversation(index, group).name, "Supper");
    }
    // Who was brought in knows what it is called, and who went after that.
    let lines = bench.engine(fourth).group_lines(&group);
    assert_eq!(
        lines.last().map(|it| it.news.clone()),
        Some(GroupNews::Left)
    );
    assert_eq!(bench.conversation(fourth, group).name, "Supper");
    // Who left changes nothing, and neither does a name that is none.
    assert_eq!(named(&mut bench, 2, "Mine"), Err(DirectError::NotPermitted));
    let long = "x".repeat(200);
    assert_eq!(named(&mut bench, 0, &long), Err(DirectError::Name));
    assert_eq!(named(&mut bench, 0, "a\u{202e}b"), Err(DirectError::Name));
    // A restart forgets nothing.
    bench.kill(0);
    bench.start(0);
    bench.pass(1_000);
    assert_eq!(bench.engine(0).group_lines(&group).len(), 3);
}

#[test]
fn a_removed_member_gets_nothing_more() {
    let (mut bench, group) = three();
    let user = bench.user(2);
    bench.append(0, Action::MemberRemoved { user });
    bench.pass(1_000);
    let gone = bench.devices[2].id();
    let before = bench.devices[1].sent.len();
    bench.write(1, group, "without her");
    bench.pass(10_000);
    let sent = &bench.devices[1].sent[before..];
    assert!(sent.iter().all(|frame| !frame.contains(&gone.to_string())));
    assert_eq!(bench.shown(0, group).last().unwrap(), "without her");
}

#[test]
fn a_group_has_three_to_ten_people() {
    let mut bench = Bench::of_two();
    let bob = bench.user(1);
    let mut begin = |with: &[_]| {
        bench.tell(0, |engine, now| {
            engine.begin_group(with, String::new(), now)
        })
    };
    assert_eq!(begin(&[bob]), Err(DirectError::TooFew));
    assert_eq!(begin(&[bob, bob]), Err(DirectError::TooFew));
    let others: Vec<_> = (0..9)
        .map(|number| bench.welcome(&format!("member{number}")))
        .collect();
    let mut with: Vec<_> = others.iter().map(|index| bench.user(*index)).collect();
    let group = bench
        .tell(0, |engine, now| {
            engine.begin_group(&with, String::new(), now)
        })
        .unwrap();
    let more = bench.tell(0, |engine, now| engine.add_to_group(group, &[bob], now));
    assert_eq!(more, Err(DirectError::TooMany { count: 11 }));
    with.push(bob);
    let too_many = bench.tell(0, |engine, now| {
        engine.begin_group(&with, String::new(), now)
    });
    assert!(matches!(too_many, Err(DirectError::TooMany { .. })));
}
