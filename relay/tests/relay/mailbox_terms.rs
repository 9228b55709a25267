//! The operator says how much waits in a mailbox, and for how long.

use parley_protocol::frame::{ClientToRelay, Positions};
use parley_protocol::limits::MAX_MAILBOX_SHARE_BYTES;
use parley_relay::config::MailboxTerms;
use parley_relay::local::LocalOptions;

use crate::mailbox::{LARGE, batch, fill, mail, received, sent, texts};
use crate::support::town::{Town, everything};

const DAY: u64 = 24 * 60 * 60 * 1_000;
const LASTS: u64 = 90 * DAY;

fn town(bytes: u64, lasts: u64) -> Town {
    Town::with(LocalOptions {
        mailbox: MailboxTerms {
            bytes,
            lasts: Some(lasts),
        },
        ..LocalOptions::default()
    })
}

fn forgetful() -> Town {
    town(MailboxTerms::WIDEST.bytes, LASTS)
}

#[test]
fn a_device_that_was_away_for_months_gets_what_is_left() {
    let mut town = forgetful();
    let ben = town.join("Ben");
    let owner = town.owner.clone();
    for text in ["in spring", "in summer", "in autumn"] {
        town.log_in_again(&owner);
        let connection = town.connect(&owner);
        let answer = town.ask(connection, batch(vec![mail(ben.device, text, false)]));
        assert_eq!(answer, sent(vec![]));
        town.wait(60 * DAY);
    }
    assert_eq!(town.rows("mail"), 1);

    town.log_in_again(&ben);
    let positions = Positions {
        mailbox: 0,
        ..everything()
    };
    let (connection, welcome) = town.connect_from(&ben, positions);
    assert_eq!(welcome.mailbox, 3, "numbers go on over what is gone");
    let items = received(town.all(connection));
    assert_eq!(texts(&items), ["in autumn"]);
    assert_eq!(items[0].seq, 3);
    let through = 3;
    town.send(connection, &ClientToRelay::MailReceived { through });
    assert_eq!(town.rows("mail"), 0);
    assert_eq!(town.rows("mailbox_share"), 0, "all room is given back");
}

#[test]
fn a_mailbox_with_nothing_left_in_it_goes_on() {
    let mut town = forgetful();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    town.ask(owner, batch(vec![mail(ben.device, "too late", false)]))
        .unwrap();
    town.wait(LASTS + DAY);
    let author = town.owner.clone();
    town.log_in_again(&ben);
    town.log_in_again(&author);
    let positions = Positions {
        mailbox: 0,
        ..everything()
    };
    let (connection, welcome) = town.connect_from(&ben, positions);
    assert_eq!(welcome.mailbox, 1);
    assert!(received(town.all(connection)).is_empty());
    let owner = town.connect(&author);
    town.ask(owner, batch(vec![mail(ben.device, "in time", false)]))
        .unwrap();
    let items = received(town.all(connection));
    assert_eq!((texts(&items), items[0].seq), (vec!["in time"], 2));
}

#[test]
fn a_round_goes_through_all_mailboxes_in_slices() {
    let mut town = forgetful();
    // More mailboxes than one slice looks at, and more in one of them than a slice drops.
    let people: Vec<_> = (0..70).map(|n| town.join(&format!("Person {n}"))).collect();
    let owner = town.connect_owner();
    for _ in 0..6 {
        town.ask(
            owner,
            batch(vec![mail(people[1].device, "old", false); 200]),
        )
        .unwrap();
    }
    let to_all = people.iter().map(|to| mail(to.device, "old", false));
    town.ask(owner, batch(to_all.collect())).unwrap();
    let all = 1_270;
    assert_eq!(town.rows("mail"), all);
    // The round before has just ended; the timers after it are those of the next one.
    town.wait(LASTS);
    assert_eq!(town.rows("mail"), all);
    let mut left = vec![all];
    while town.rows("mail") > 0 {
        let due = town.relay.poll_timeout().unwrap();
        town.now = town.now.max(due);
        town.relay.handle_timeout(town.now);
        left.push(town.rows("mail"));
    }
    let dropped: Vec<u64> = left.windows(2).map(|it| it[0] - it[1]).collect();
    assert!(dropped.iter().all(|dropped| *dropped <= 500), "{dropped:?}");
    assert!(dropped.len() >= 4, "{dropped:?}");
    assert_eq!(town.rows("mailbox_share"), 0);
}

#[test]
fn without_an_expiry_everything_waits() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    town.ask(owner, batch(vec![mail(ben.device, "for ever", false)]))
        .unwrap();
    town.wait(1_000 * DAY);
    assert_eq!(town.rows("mail"), 1);
}

#[test]
fn a_smaller_mailbox_holds_less_and_still_keeps_a_share_for_everybody() {
    let mut town = town(2 * MAX_MAILBOX_SHARE_BYTES, LASTS);
    let ben = town.join("Ben");
    for name in ["Cleo", "Dana"] {
        let filler = town.join(name);
        let connection = town.connect(&filler);
        fill(&mut town, connection, ben.device);
    }
    let full = town.rows("mail");
    let owner = town.connect_owner();
    let large = "x".repeat(LARGE);
    for _ in 0..3 {
        let answer = town.ask(owner, batch(vec![mail(ben.device, &large, false)]));
        assert_eq!(answer, sent(vec![]));
    }
    assert!(
        town.rows("mail") <= full + 1,
        "the largest shares made room"
    );
    // And the other way round: who has the largest share gets no more.
    let eve = town.join("Eve");
    let eves = town.connect(&eve);
    let mut refused = 0;
    for _ in 0..60 {
        let answer = town.ask(eves, batch(vec![mail(ben.device, &large, false)]));
        refused += u64::from(answer == sent(vec![ben.device]));
    }
    assert!(refused > 0);
}
