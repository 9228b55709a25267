//! Megolm keys: who gets them, from where on, and how a missing one comes.

use parley_client::timeline::Unreadable;
use parley_protocol::entry::{Action, History, Permission, Permissions, Readers};
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::RoleId;

use super::bench::Bench;

const ROLE: RoleId = RoleId::from_bytes([9; 16]);

#[test]
fn somebody_new_reads_the_past_where_it_is_shared() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    bench.write(1, general, "two");
    let cyd = bench.welcome("cyd");
    bench.pass(10_000);
    assert_eq!(bench.shown(cyd, general), ["one", "two"]);
}

#[test]
fn somebody_new_reads_from_their_time_on_where_the_past_is_not_shared() {
    let mut bench = Bench::of_two();
    let channel = bench.make_channel(Readers::Everyone, History::SinceJoined);
    bench.write(0, channel, "of ada, before");
    bench.write(1, channel, "of bob, before");
    let cyd = bench.welcome("cyd");
    bench.write(0, channel, "of ada, after");
    bench.pass(700_000);
    let before = format!("[{:?}]", Unreadable::BeforeYouJoined);
    assert_eq!(
        bench.shown(cyd, channel),
        [before.as_str(), before.as_str(), "of ada, after"]
    );
    let asked = bench.devices[cyd].sent.len();
    bench.pass(24 * 3_600_000);
    let pings = |text: &&String| !text.contains("ping");
    let later = bench.devices[cyd].sent[asked..].iter().filter(pings);
    assert!(later.count() < 20, "it does not ask for ever");
}

#[test]
fn the_key_comes_with_the_first_message_also_where_the_past_is_not_shared() {
    let mut bench = Bench::of_two();
    let channel = bench.make_channel(Readers::Everyone, History::SinceJoined);
    bench.write(0, channel, "one");
    assert_eq!(bench.shown(1, channel), ["one"], "nobody had to ask");
}

#[test]
fn a_role_opens_a_channel_and_closes_it() {
    let mut bench = Bench::of_two();
    let bob = bench.devices[1].user;
    bench.append(
        0,
        Action::RoleDefined {
            role: ROLE,
            name: "inner".to_owned(),
            permissions: Permissions::from([Permission::SendMessages]),
        },
    );
    let readers = Readers::Roles {
        roles: [ROLE].into(),
    };
    let inner = bench.make_channel(readers, History::Shared);
    bench.write(0, inner, "one");
    bench.pass(5_000);
    assert!(bench.shown(1, inner).is_empty());

    bench.append(
        0,
        Action::RoleGiven {
            user: bob,
            role: ROLE,
        },
    );
    bench.pass(10_000);
    let before = "[BeforeYouJoined]";
    assert_eq!(bench.shown(1, inner), [before], "it was private then");
    bench.write(0, inner, "two");
    assert_eq!(bench.shown(1, inner), [before, "two"]);

    bench.append(
        0,
        Action::RoleTaken {
            user: bob,
            role: ROLE,
        },
    );
    bench.write(0, inner, "three");
    bench.pass(10_000);
    assert_eq!(bench.shown(1, inner), [before, "two"]);

    bench.append(
        0,
        Action::RoleGiven {
            user: bob,
            role: ROLE,
        },
    );
    bench.pass(10_000);
    assert_eq!(bench.shown(1, inner), [before, "two", before]);
}

#[test]
fn a_key_that_did_not_come_is_asked_for() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let mut lost = false;
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Mail { .. } if !lost => {
            lost = true;
            Vec::new()
        }
        frame => vec![frame],
    }));
    bench.write(0, general, "one");
    assert_eq!(bench.reasons(1, general), [Unreadable::KeyNotHereYet]);
    bench.pass(10_000);
    assert_eq!(bench.shown(1, general), ["one"]);
}

#[test]
fn anybody_with_the_key_may_answer() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    bench.kill(0);
    let link = {
        bench.start(0);
        let link = bench.invite();
        bench.kill(0);
        link
    };
    let made = bench.join(link, "cyd").unwrap();
    let cyd = bench.register("cyd", made).unwrap();
    bench.pass(30_000);
    assert_eq!(bench.shown(cyd, general), ["one"]);
}

#[test]
fn a_key_still_owed_is_shared_again_after_a_crash() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for effects in 0..20 {
        bench.devices[1].effects_left = Some(effects);
        bench.write(1, general, &effects.to_string());
        bench.kill(1);
        bench.start(1);
        bench.pass(5_000);
    }
    assert!(bench.reasons(0, general).is_empty());
}
