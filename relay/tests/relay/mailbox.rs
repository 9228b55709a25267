//! To-device messages wait for their device until it has stored them; call signalling does not wait.

use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, Positions, RelayToClient, Request, Response};
use parley_protocol::ids::{DeviceId, MailId};
use parley_protocol::limits::MAX_MAIL_CHARS;
use parley_protocol::mail::{InboundMail, OlmCiphertext, OutboundMail};
use parley_relay::ConnectionId;

use crate::support::fresh;
use crate::support::town::{Town, everything};

pub(crate) fn mail(to: DeviceId, text: &str, transient: bool) -> OutboundMail {
    OutboundMail {
        to,
        message: OlmCiphertext {
            message_type: 1,
            ciphertext: text.to_owned(),
        },
        transient,
    }
}

pub(crate) fn batch(mail: Vec<OutboundMail>) -> Request {
    Request::SendMail {
        id: MailId::from_bytes(fresh()),
        mail,
    }
}

pub(crate) fn received(frames: Vec<RelayToClient>) -> Vec<InboundMail> {
    let mails = frames.into_iter().filter_map(|frame| match frame {
        RelayToClient::Mail { items } => Some(items),
        _ => None,
    });
    mails.flatten().collect()
}

pub(crate) fn texts(mail: &[InboundMail]) -> Vec<&str> {
    mail.iter()
        .map(|mail| mail.message.ciphertext.as_str())
        .collect()
}

#[test]
fn mail_waits_through_a_kill_until_it_is_stored() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let request = batch(vec![
        mail(ben.device, "one", false),
        mail(ben.device, "two", false),
    ]);
    assert_eq!(town.ask(owner, request.clone()), sent(vec![]));
    assert_eq!(town.ask(owner, request), sent(vec![]));
    town.restart();

    let (connection, welcome) = town.connect_from(
        &ben,
        Positions {
            mailbox: 0,
            ..everything()
        },
    );
    assert_eq!(welcome.mailbox, 2);
    let items = received(town.all(connection));
    assert_eq!(texts(&items), ["one", "two"]);
    assert_eq!(items[0].from, town.owner.device);

    town.send(connection, &ClientToRelay::MailReceived { through: 1 });
    let (connection, _) = town.connect_from(
        &ben,
        Positions {
            mailbox: 0,
            ..everything()
        },
    );
    assert_eq!(texts(&received(town.all(connection))), ["two"]);
}

#[test]
fn numbers_rise_even_after_everything_was_stored() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let connection = town.connect(&ben);
    town.ask(owner, batch(vec![mail(ben.device, "one", false)]))
        .unwrap();
    assert_eq!(received(town.all(connection))[0].seq, 1);
    town.send(connection, &ClientToRelay::MailReceived { through: 1 });
    town.restart();
    let owner = town.connect_owner();
    let (connection, _) = town.connect_from(
        &ben,
        Positions {
            mailbox: 1,
            ..everything()
        },
    );
    town.ask(owner, batch(vec![mail(ben.device, "two", false)]))
        .unwrap();
    assert_eq!(received(town.all(connection))[0].seq, 2);
}

#[test]
fn transient_mail_reaches_only_who_is_there() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let request = || batch(vec![mail(ben.device, "offer", true)]);
    assert_eq!(town.ask(owner, request()), sent(vec![]));
    let (connection, welcome) = town.connect_from(
        &ben,
        Positions {
            mailbox: 0,
            ..everything()
        },
    );
    assert_eq!(welcome.mailbox, 0);
    assert!(received(town.all(connection)).is_empty());

    town.ask(owner, request()).unwrap();
    let items = received(town.all(connection));
    assert_eq!((items.len(), items[0].seq), (1, 0));
}

#[test]
fn what_must_last_and_what_need_not_keep_their_order() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let connection = town.connect(&ben);
    let both = vec![
        mail(ben.device, "call", true),
        mail(ben.device, "key", false),
    ];
    town.ask(owner, batch(both)).unwrap();
    assert_eq!(texts(&received(town.all(connection))), ["key", "call"]);
}

/// The largest messages that a member's share in one mailbox holds, and how many fill it.
pub(crate) const LARGE: usize = 47 * 1024;
pub(crate) const PIECES: usize = 42;

pub(crate) fn fill(town: &mut Town, connection: ConnectionId, to: DeviceId) {
    let large = "x".repeat(LARGE);
    for _ in 0..PIECES {
        let batch = batch(vec![mail(to, &large, false)]);
        assert_eq!(town.ask(connection, batch), sent(vec![]));
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "compared with answers, which may be refusals"
)]
pub(crate) fn sent(full: Vec<DeviceId>) -> Result<Response, ErrorCode> {
    Ok(Response::MailSent { full })
}

#[test]
fn a_member_fills_their_own_share_of_a_mailbox_and_no_more() {
    let mut town = Town::new();
    let (ben, cleo) = (town.join("Ben"), town.join("Cleo"));
    let cleos = town.connect(&cleo);
    fill(&mut town, cleos, ben.device);
    let large = "x".repeat(LARGE);
    let to_both = batch(vec![
        mail(ben.device, &large, false),
        mail(town.owner.device, "x", false),
    ]);
    let answer = sent(vec![ben.device]);
    assert_eq!(town.ask(cleos, to_both.clone()), answer);
    town.restart();
    let cleos = town.connect(&cleo);
    assert_eq!(town.ask(cleos, to_both), answer, "a repetition");

    let (_, welcome) = town.connect_from(&town.owner.clone(), everything());
    assert_eq!(welcome.mailbox, 1);
    let owner = town.connect_owner();
    let from_owner = batch(vec![mail(ben.device, &large, false)]);
    assert_eq!(town.ask(owner, from_owner), sent(vec![]));

    let (bens, _) = town.connect_from(&ben, everything());
    let through = u64::MAX;
    town.send(bens, &ClientToRelay::MailReceived { through });
    fill(&mut town, cleos, ben.device);
}

#[test]
fn a_share_is_a_members_and_not_each_devices() {
    let mut town = Town::new();
    let (ben, cleo) = (town.join("Ben"), town.join("Cleo"));
    let second = town.add_device(&cleo);
    let (first, second) = (town.connect(&cleo), town.connect(&second));
    fill(&mut town, first, ben.device);
    let one_more = batch(vec![mail(ben.device, &"x".repeat(LARGE), false)]);
    assert_eq!(town.ask(second, one_more), sent(vec![ben.device]));
}

#[test]
fn where_many_fill_a_mailbox_the_largest_share_makes_room() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    for number in 0..12 {
        let filler = town.join(&format!("Filler {number}"));
        let connection = town.connect(&filler);
        fill(&mut town, connection, ben.device);
    }
    let owner = town.connect_owner();
    let small = || batch(vec![mail(ben.device, "from the owner", false); 200]);
    for _ in 0..3 {
        assert_eq!(town.ask(owner, small()), sent(vec![]));
    }
    let positions = Positions {
        mailbox: 0,
        ..everything()
    };
    let (bens, _) = town.connect_from(&ben, positions);
    let items = received(town.all(bens));
    let from_owner = items.iter().filter(|item| item.from == town.owner.device);
    assert_eq!(from_owner.count(), 600);
    assert!(items.len() < 12 * PIECES + 600, "nobody made room");
}

#[test]
fn unknown_devices_are_skipped_and_huge_mail_is_refused() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let nobody = DeviceId::from_bytes(fresh());
    let request = batch(vec![mail(nobody, "x", false), mail(nobody, "x", true)]);
    assert_eq!(town.ask(owner, request), sent(vec![]));
    let long = "x".repeat(MAX_MAIL_CHARS + 1);
    let request = batch(vec![mail(nobody, &long, false)]);
    assert_eq!(town.ask(owner, request), Err(ErrorCode::TooLarge));
    for transient in [false, true] {
        let request = batch(vec![mail(nobody, "\u{1}", transient)]);
        assert_eq!(town.ask(owner, request), Err(ErrorCode::Malformed));
    }
    let request = batch(vec![mail(nobody, "x", true); 201]);
    assert_eq!(town.ask(owner, request), Err(ErrorCode::TooLarge));
}
