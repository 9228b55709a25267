//! What people do with messages, from several devices at once: everybody sees the same of it, after a restart and on
//! a new device too.

mod forwarding;
pub(super) mod hostile;
mod outbox;
mod rights;

use parley_client::engine::{Draft, RelationError, SendError};
use parley_client::relations::{Poll, PollFault, Target};
use parley_protocol::ids::ChannelId;

use super::bench::Bench;
use super::seen::{Seen, seen};

fn poll(options: &[&str], several: bool) -> Poll {
    Poll {
        question: "When?".to_owned(),
        options: options.iter().map(|&it| it.to_owned()).collect(),
        several,
    }
}

/// Sends a draft that is taken. How others name it.
fn send(bench: &mut Bench, device: usize, channel: ChannelId, draft: Draft) -> Target {
    let sent = bench.tell(device, |engine, now| {
        engine.send_message(channel, draft, now)
    });
    Target {
        device: bench.devices[device].id(),
        id: sent.expect("it is taken"),
    }
}

fn say(bench: &mut Bench, device: usize, channel: ChannelId, text: &str) -> Target {
    let text = text.to_owned();
    send(
        bench,
        device,
        channel,
        Draft {
            text,
            ..Draft::default()
        },
    )
}

fn react(
    bench: &mut Bench,
    device: usize,
    channel: ChannelId,
    to: Target,
    emoji: &str,
    on: bool,
) -> Result<(), RelationError> {
    bench.tell(device, |engine, now| {
        engine.react(channel, to, emoji.to_owned(), on, now)
    })
}

fn edit(
    bench: &mut Bench,
    device: usize,
    channel: ChannelId,
    to: Target,
    text: &str,
) -> Result<(), RelationError> {
    bench.tell(device, |engine, now| {
        engine.edit(channel, to, text.to_owned(), now)
    })
}

fn delete(
    bench: &mut Bench,
    device: usize,
    channel: ChannelId,
    to: Target,
) -> Result<(), RelationError> {
    bench.tell(device, |engine, now| engine.delete(channel, to, now))
}

pub(super) fn scroll_up(bench: &mut Bench, device: usize, channel: ChannelId) {
    let has_older = |bench: &Bench| {
        let timeline = bench.engine(device).timeline(&channel);
        timeline.is_some_and(parley_client::timeline::Timeline::has_older)
    };
    while has_older(bench) {
        bench.tell(device, |engine, now| engine.load_older(channel, now));
        bench.pass(10_000);
    }
}

/// What all of these devices see, which is the same.
fn agreed(bench: &Bench, devices: &[usize], channel: ChannelId) -> Vec<Seen> {
    let first = seen(bench.engine(devices[0]), &channel);
    for device in devices {
        let other = seen(bench.engine(*device), &channel);
        assert_eq!(other, first, "device {device}");
        assert_eq!(bench.outbox(*device, channel), []);
    }
    first
}

#[test]
fn everybody_sees_the_same_of_everything() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let phone = bench.another_device_of(1);
    let cyd = bench.welcome("cyd");
    let all = [0, 1, phone, cyd];
    let [ada, bob, _, cyd_user] = all.map(|it| bench.devices[it].user);

    let first = say(&mut bench, 1, general, "teh plan");
    edit(&mut bench, phone, general, first, "the plan").unwrap();
    for (device, emoji) in [(cyd, "👍"), (phone, "👍"), (1, "👍"), (0, "🎉"), (0, "🙈")] {
        react(&mut bench, device, general, first, emoji, true).unwrap();
    }
    react(&mut bench, 0, general, first, "🙈", false).unwrap();
    bench
        .tell(0, |engine, now| engine.pin(general, first, true, now))
        .unwrap();
    let answer = Draft {
        text: "good".to_owned(),
        reply_to: Some(first),
        ..Draft::default()
    };
    let answer = send(&mut bench, cyd, general, answer);
    for device in [0, phone] {
        let in_thread = Draft {
            text: "more".to_owned(),
            thread: Some(first),
            ..Draft::default()
        };
        send(&mut bench, device, general, in_thread);
    }
    let asked = Draft {
        poll: Some(poll(&["now", "then"], false)),
        ..Draft::default()
    };
    let asked = send(&mut bench, phone, general, asked);
    for (device, option) in [(0, 0), (cyd, 0), (1, 1), (0, 1)] {
        bench
            .tell(device, |engine, now| {
                engine.vote(general, asked, vec![option], now)
            })
            .unwrap();
    }
    bench
        .tell(1, |engine, now| engine.close_poll(general, asked, now))
        .unwrap();
    let gone = say(&mut bench, 1, general, "never mind");
    delete(&mut bench, phone, general, gone).unwrap();
    bench.pass(60_000);

    let sees = agreed(&bench, &all, general);
    let texts: Vec<_> = sees.iter().map(|it| it.says.as_deref()).collect();
    let says = |text| Some(text);
    assert_eq!(
        texts,
        [
            says("the plan"),
            says("good"),
            says("more"),
            says("more"),
            says("When?"),
            None
        ]
    );
    let [plan, reply, one, _, question, last] = &sees[..] else {
        panic!("{sees:?}");
    };
    let sorted = |mut users: Vec<_>| {
        users.sort();
        users
    };
    assert_eq!(
        plan.reactions,
        [
            ("👍".to_owned(), sorted(vec![bob, cyd_user])),
            ("🎉".to_owned(), vec![ada])
        ]
    );
    assert!(plan.pinned && plan.edits.len() == 1);
    assert_eq!(plan.thread.map(|it| it.0), Some(2));
    assert!(one.is_in_thread && !reply.is_in_thread);
    assert_eq!(
        question.poll,
        Some((vec![vec![cyd_user], sorted(vec![ada, bob])], true))
    );
    assert_eq!(last.deleted, Some(bob));
    let timeline = bench.engine(0).timeline(&general).unwrap();
    let found = timeline.find(answer).unwrap();
    assert_eq!(found.body.reply(), Some(first));
    let pinned = timeline.pinned(bench.engine(0).me());
    assert_eq!(pinned.len(), 1);

    // From what was stored, and from the relay alone.
    for device in all {
        bench.kill(device);
        bench.start(device);
    }
    bench.pass(20_000);
    let newcomer = bench.welcome("dan");
    bench.pass(20_000);
    scroll_up(&mut bench, newcomer, general);
    let everybody = [0, 1, phone, cyd, newcomer];
    assert_eq!(agreed(&bench, &everybody, general), sees);
}

#[test]
fn what_cannot_be_done_is_refused_with_its_reason() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let of_ada = say(&mut bench, 0, general, "one");
    let of_bob = say(&mut bench, 1, general, "two");
    let asked = Draft {
        poll: Some(poll(&["now", "then"], false)),
        ..Draft::default()
    };
    let asked = send(&mut bench, 1, general, asked);
    let nothing = Target {
        device: of_ada.device,
        id: of_bob.id,
    };
    let long = "x".repeat(40_000);

    assert_eq!(
        edit(&mut bench, 1, general, of_ada, "x"),
        Err(RelationError::NotYours)
    );
    assert_eq!(
        edit(&mut bench, 1, general, of_bob, " "),
        Err(RelationError::Empty)
    );
    assert_eq!(
        edit(&mut bench, 1, general, asked, "x"),
        Err(RelationError::NoText)
    );
    assert_eq!(
        edit(&mut bench, 1, general, of_bob, &long),
        Err(RelationError::TooLong { bytes: 40_000 })
    );
    assert_eq!(
        react(&mut bench, 1, general, of_ada, "lol", true),
        Err(RelationError::NoEmoji)
    );
    assert_eq!(
        react(&mut bench, 1, general, nothing, "👍", true),
        Err(RelationError::UnknownMessage)
    );
    assert_eq!(
        delete(&mut bench, 1, general, of_ada),
        Err(RelationError::NotPermitted)
    );
    let mut pin = |target| bench.tell(1, |engine, now| engine.pin(general, target, true, now));
    assert_eq!(pin(of_bob), Err(RelationError::NotPermitted));
    let mut vote = |target, options: &[u8]| {
        bench.tell(0, |engine, now| {
            engine.vote(general, target, options.to_vec(), now)
        })
    };
    assert_eq!(vote(of_ada, &[0]), Err(RelationError::NoPoll));
    assert_eq!(vote(asked, &[0, 1]), Err(RelationError::NoChoice));
    assert_eq!(vote(asked, &[2]), Err(RelationError::NoChoice));
    let mut close =
        |by: usize| bench.tell(by, |engine, now| engine.close_poll(general, asked, now));
    assert_eq!(close(0), Err(RelationError::NotYours));
    assert_eq!(close(1), Ok(()));
    let late = bench.tell(0, |engine, now| engine.vote(general, asked, vec![0], now));
    assert_eq!(late, Err(RelationError::PollClosed));
    delete(&mut bench, 1, general, of_bob).unwrap();
    assert_eq!(
        edit(&mut bench, 1, general, of_bob, "x"),
        Err(RelationError::Deleted)
    );

    let mut ask = |poll| {
        let draft = Draft {
            poll: Some(poll),
            ..Draft::default()
        };
        bench.tell(0, |engine, now| engine.send_message(general, draft, now))
    };
    let many: Vec<String> = (0..10_000).map(|it| it.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (asked, fault) in [
        (poll(&many, true), PollFault::Options { count: 10_000 }),
        (poll(&["one"], true), PollFault::Options { count: 1 }),
        (
            poll(&["one", " "], true),
            PollFault::OptionEmpty { index: 1 },
        ),
        (
            poll(&["one", &long], true),
            PollFault::OptionTooLong { index: 1 },
        ),
    ] {
        assert_eq!(ask(asked), Err(SendError::Poll(fault)));
    }
}

#[test]
fn a_thread_hangs_off_no_message_of_a_thread() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let root = say(&mut bench, 0, general, "root");
    let under = |thread| Draft {
        text: "under it".to_owned(),
        thread: Some(thread),
        ..Draft::default()
    };
    let inner = send(&mut bench, 1, general, under(root));
    let nested = bench.tell(0, |engine, now| {
        engine.send_message(general, under(inner), now)
    });
    assert_eq!(nested, Err(SendError::NoThread));
}
