//! The community's emoji, from several devices: everybody sees the same of them, and only who may changes them.

use parley_client::custom_emoji::{EmojiFault, MAX_STANDING};
use parley_client::engine::{EmojiError, Engine};
use parley_client::store::Table;
use parley_client::timeline::TimelineItem;
use parley_client::timeline::mentions::Called;
use parley_protocol::entry::{Action, ChannelDetails, History, Permission, Readers};
use parley_protocol::ids::{ChannelId, RoleId};
use serde_json::{Value, json};

use super::bench::Bench;
use super::relations::hostile::forge;
use super::relations::scroll_up;

const MAKERS: RoleId = RoleId::from_bytes([7; 16]);

/// A picture as its header says; `tint` tells one from another.
fn png(width: u32, height: u32, tint: u8) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).expect("short");
        [&length.to_be_bytes()[..], kind, data, &[0; 4]].concat()
    };
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[&sides[..], &[8, 6, 0, 0, 0]].concat()),
        chunk(b"IDAT", &[tint]),
        chunk(b"IEND", b""),
    ]
    .concat()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn add(bench: &mut Bench, device: usize, name: &str, tint: u8) -> Result<(), EmojiError> {
    bench.tell(device, |engine, now| {
        engine.add_emoji(name.to_owned(), &png(64, 64, tint), now)
    })
}

fn remove(bench: &mut Bench, device: usize, name: &str) -> Result<(), EmojiError> {
    bench.tell(device, |engine, now| {
        engine.remove_emoji(name.to_owned(), now)
    })
}

fn emoji(engine: &Engine) -> Vec<(String, String)> {
    let all = engine.custom_emoji();
    all.map(|it| (it.name.to_owned(), it.image.to_owned()))
        .collect()
}

/// What all of these devices see, which is the same.
fn agreed(bench: &Bench, devices: &[usize]) -> Vec<(String, String)> {
    let first = emoji(bench.engine(devices[0]));
    for device in devices {
        assert_eq!(emoji(bench.engine(*device)), first, "device {device}");
    }
    first
}

fn names(bench: &Bench, devices: &[usize]) -> Vec<String> {
    let all = agreed(bench, devices).into_iter();
    all.map(|(name, _)| name).collect()
}

fn give_right(bench: &mut Bench, device: usize) {
    let user = bench.devices[device].user;
    let permissions = [Permission::ManageChannels].into();
    let name = "makers".to_owned();
    let role = MAKERS;
    bench.append(
        0,
        Action::RoleDefined {
            role,
            name,
            permissions,
        },
    );
    bench.append(0, Action::RoleGiven { user, role });
}

fn added(name: &str, image: &[u8]) -> Value {
    json!({ "custom_emoji": { "name": name, "image": base64(image) } })
}

fn removed(name: &str) -> Value {
    json!({ "custom_emoji": { "name": name } })
}

#[test]
fn everybody_sees_what_was_added_and_what_was_taken_away() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let phone = bench.another_device_of(1);
    add(&mut bench, 0, "parrot", 1).unwrap();
    add(&mut bench, 0, "blob", 2).unwrap();
    add(&mut bench, 0, "parrot", 3).unwrap();
    let stand = agreed(&bench, &[0, 1, phone]);
    let image = |tint| base64(&png(64, 64, tint));
    let of = |name: &str, tint| (name.to_owned(), image(tint));
    assert_eq!(stand, [of("blob", 2), of("parrot", 3)]);
    // They are no lines, and nothing unread.
    assert_eq!(bench.shown(1, general), Vec::<String>::new());

    remove(&mut bench, 0, "blob").unwrap();
    assert_eq!(agreed(&bench, &[0, 1, phone]), [of("parrot", 3)]);

    // A start needs no old items.
    bench.kill(1);
    bench.devices[1]
        .disk
        .retain(|(table, _), _| *table != Table::Items);
    bench.start(1);
    assert_eq!(agreed(&bench, &[0, 1]), [of("parrot", 3)]);
    let newcomer = bench.welcome("dan");
    bench.pass(20_000);
    scroll_up(&mut bench, newcomer, general);
    let stands = agreed(&bench, &[0, 1, phone, newcomer]);
    assert_eq!(stands, [of("parrot", 3)]);
    assert_eq!(bench.engine(0).waiting_emoji().count(), 0);
}

#[test]
fn what_waits_is_told_and_changes_its_mind() {
    let mut bench = Bench::of_two();
    bench.unplug(0);
    add(&mut bench, 0, "parrot", 1).unwrap();
    add(&mut bench, 0, "parrot", 2).unwrap();
    add(&mut bench, 0, "blob", 1).unwrap();
    remove(&mut bench, 0, "blob").unwrap();
    let waiting: Vec<_> = bench.engine(0).waiting_emoji().collect();
    assert_eq!(waiting.len(), 1);
    assert!(!waiting[0].failed && waiting[0].change.name == "parrot");
    assert_eq!(names(&bench, &[0, 1]), Vec::<String>::new());
    bench.plug(0);
    let stand = agreed(&bench, &[0, 1]);
    assert_eq!(stand, [("parrot".to_owned(), base64(&png(64, 64, 2)))]);
}

#[test]
fn an_ordinary_member_changes_nothing() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    add(&mut bench, 0, "parrot", 1).unwrap();
    assert_eq!(add(&mut bench, 1, "mine", 2), Err(EmojiError::NotPermitted));
    let refused = remove(&mut bench, 1, "parrot");
    assert_eq!(refused, Err(EmojiError::NotPermitted));
    let before = agreed(&bench, &[0, 1]);
    let image = png(64, 64, 9);
    forge(
        &mut bench,
        1,
        general,
        1,
        vec![
            added("mine", &image),
            added("parrot", &image),
            removed("parrot"),
        ],
    );
    assert_eq!(agreed(&bench, &[0, 1]), before);
    assert_eq!(bench.shown(0, general), Vec::<String>::new());
}

#[test]
fn a_right_counts_where_it_was_had() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    give_right(&mut bench, 1);
    add(&mut bench, 1, "before", 1).unwrap();
    bench.unplug(1);
    add(&mut bench, 1, "after", 2).unwrap();
    let user = bench.devices[1].user;
    let role = MAKERS;
    bench.append(0, Action::RoleTaken { user, role });
    bench.write(0, general, "they make no more");
    bench.plug(1);
    bench.pass(20_000);
    assert_eq!(names(&bench, &[0, 1]), ["before"]);
    // A right that comes later does not bring it in.
    bench.append(0, Action::RoleGiven { user, role });
    bench.pass(20_000);
    let late = bench.welcome("dan");
    bench.pass(20_000);
    scroll_up(&mut bench, late, general);
    assert_eq!(names(&bench, &[0, 1, late]), ["before"]);
}

#[test]
fn what_is_no_small_still_picture_is_none() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    give_right(&mut bench, 1);
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>"#;
    let good = png(64, 64, 1);
    let cut = &good[..good.len() - 1];
    let huge = [&good[..], &vec![0; 17_000]].concat();
    let bodies = vec![
        added("svg", svg),
        added("gif", b"GIF89a\x01\x00\x01\x00"),
        added("bomb", &png(20_000, 20_000, 1)),
        added("cut", cut),
        added("huge", &huge),
        added("Upper", &good),
        added("x", &good),
        added("a b", &good),
        added("\u{202e}ab", &good),
        added("p\u{430}rrot", &good),
        json!({ "custom_emoji": { "name": "text", "image": "javascript:alert(1)" } }),
        json!({ "custom_emoji": { "name": "quote", "image": "\"><script>" } }),
    ];
    forge(&mut bench, 1, general, 2, bodies);
    assert_eq!(names(&bench, &[0, 1]), Vec::<String>::new());
    assert_eq!(bench.shown(0, general), Vec::<String>::new());
    let said = bench.tell(1, |engine, now| {
        engine.add_emoji("Upper".to_owned(), &good, now)
    });
    assert_eq!(said, Err(EmojiError::Fault(EmojiFault::Name)));
}

#[test]
fn a_loop_of_additions_leaves_as_many_as_may_stand() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    add(&mut bench, 0, "parrot", 1).unwrap();
    give_right(&mut bench, 1);
    let image = png(1, 1, 1);
    let flood = (0..1_300).map(|number| added(&format!("n{number:04}"), &image));
    forge(&mut bench, 1, general, 3, flood.collect());
    let stand = names(&bench, &[0, 1]);
    assert_eq!(stand.len(), MAX_STANDING);
    assert!(stand.contains(&"parrot".to_owned()));
    assert_eq!(add(&mut bench, 0, "more", 1), Err(EmojiError::TooMany));
    let tired = add(&mut bench, 1, "n0001", 2);
    assert_eq!(tired, Err(EmojiError::TooManyChanges));
    remove(&mut bench, 0, "n0001").unwrap();
    add(&mut bench, 0, "more", 1).unwrap();
    assert!(names(&bench, &[0, 1]).contains(&"more".to_owned()));
    let late = bench.welcome("dan");
    bench.pass(60_000);
    scroll_up(&mut bench, late, general);
    assert_eq!(names(&bench, &[0, 1, late]).len(), MAX_STANDING);
}

fn change(bench: &mut Bench, channel: ChannelId, change: impl FnOnce(&mut ChannelDetails)) {
    let known = bench.engine(0).community().channels().get(&channel);
    let mut details = known.expect("it is there").details.clone();
    change(&mut details);
    bench.append(
        0,
        Action::ChannelChanged {
            channel,
            details,
            opens_past: false,
        },
    );
}

#[test]
fn they_go_where_everybody_finds_them() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    add(&mut bench, 0, "first", 1).unwrap();
    change(&mut bench, general, |it| it.expires_after = Some(3_600));
    assert_eq!(add(&mut bench, 0, "none", 1), Err(EmojiError::NoBoard));
    let other = bench.make_channel(Readers::Everyone, History::Shared);
    add(&mut bench, 0, "second", 1).unwrap();
    assert_eq!(names(&bench, &[0, 1]), ["first", "second"]);
    change(&mut bench, general, |it| it.expires_after = None);
    // Each is changed where it stands.
    add(&mut bench, 0, "second", 2).unwrap();
    remove(&mut bench, 0, "first").unwrap();
    let stand = agreed(&bench, &[0, 1]);
    assert_eq!(stand, [("second".to_owned(), base64(&png(64, 64, 2)))]);

    // What not everybody reads does not count for anybody.
    let secret = Readers::Roles {
        roles: [MAKERS].into(),
    };
    give_right(&mut bench, 1);
    let hidden = bench.make_channel(secret.clone(), History::Shared);
    forge(
        &mut bench,
        1,
        hidden,
        4,
        vec![added("hidden", &png(8, 8, 1))],
    );
    assert_eq!(names(&bench, &[0, 1]), ["second"]);
    change(&mut bench, other, |it| it.readers = secret);
    assert_eq!(names(&bench, &[0, 1]), Vec::<String>::new());
}

#[test]
fn only_some_call_everyone() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for device in [0, 1] {
        bench.write(device, general, "lunch, @everyone!");
        bench.write(device, general, "lunch, @everyones");
    }
    give_right(&mut bench, 1);
    bench.write(1, general, "@Everyone again");
    let user = bench.devices[1].user;
    let role = MAKERS;
    bench.append(0, Action::RoleTaken { user, role });
    bench.write(1, general, "@everyone no more");
    for device in [0, 1] {
        let items = bench.items(device, general);
        let calls: Vec<bool> = items.iter().map(TimelineItem::may_call_everyone).collect();
        assert_eq!(calls, [true, false, false, false, true, false]);
    }
}

/// Which messages of a channel call a device's member, as the device sees it.
fn called(bench: &Bench, device: usize, channel: ChannelId) -> Vec<bool> {
    let user = bench.devices[device].user;
    let called = Called::of(bench.engine(device).community(), &user);
    let items = bench.items(device, channel);
    items.iter().map(|item| called.by(item)).collect()
}

#[test]
fn a_role_calls_those_who_have_it_and_its_name_gives_no_right() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    let role = RoleId::from_bytes([8; 16]);
    let define = |bench: &mut Bench, name: &str| {
        let name = name.to_owned();
        let permissions = [].into();
        bench.append(
            0,
            Action::RoleDefined {
                role,
                name,
                permissions,
            },
        );
    };
    define(&mut bench, "Night crew");
    let user = bench.devices[1].user;
    bench.append(0, Action::RoleGiven { user, role });
    for text in [
        "@night crew, up!",
        "@night crews",
        "@bobby",
        "@BOB?",
        "@nobody",
        "a@bob",
    ] {
        bench.write(cyd, general, text);
    }
    let to_bob = [true, false, false, true, false, false];
    assert_eq!(called(&bench, 1, general), to_bob);
    assert_eq!(called(&bench, 0, general), [false; 6]);
    // A role of that name does not let an ordinary member call even those who have it.
    define(&mut bench, "Everyone");
    bench.write(cyd, general, "@everyone!");
    assert_eq!(called(&bench, 1, general).last(), Some(&false));
    assert_eq!(called(&bench, 0, general).last(), Some(&false));
    bench.append(0, Action::RoleTaken { user, role });
    define(&mut bench, "Night crew");
    assert_eq!(called(&bench, 1, general).first(), Some(&false));
}
