//! Mail waits for its device until the device has stored it; call signalling does not wait.

use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, Positions, RelayToClient, Request, Response};
use parley_protocol::ids::{DeviceId, MailId};
use parley_protocol::limits::{MAX_MAIL_CHARS, MAX_MAILBOX_ITEMS};
use parley_protocol::mail::{InboundMail, OlmCiphertext, OutboundMail};

use crate::support::fresh;
use crate::support::town::{Town, everything};

fn mail(to: DeviceId, text: &str, transient: bool) -> OutboundMail {
    OutboundMail {
        to,
        message: OlmCiphertext {
            message_type: 1,
            ciphertext: text.to_owned(),
        },
        transient,
    }
}

fn batch(mail: Vec<OutboundMail>) -> Request {
    Request::SendMail {
        id: MailId::from_bytes(fresh()),
        mail,
    }
}

fn received(frames: Vec<RelayToClient>) -> Vec<InboundMail> {
    let mails = frames.into_iter().filter_map(|frame| match frame {
        RelayToClient::Mail { items } => Some(items),
        _ => None,
    });
    mails.flatten().collect()
}

fn texts(mail: &[InboundMail]) -> Vec<&str> {
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
    assert_eq!(town.ask(owner, request.clone()), Ok(Response::Done));
    assert_eq!(town.ask(owner, request), Ok(Response::Done));
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
    assert_eq!(town.ask(owner, request()), Ok(Response::Done));
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

#[test]
fn a_full_mailbox_hinders_only_itself() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let cleo = town.join("Cleo");
    let owner = town.connect_owner();
    for _ in 0..MAX_MAILBOX_ITEMS / 200 {
        let full = vec![mail(ben.device, "x", false); 200];
        town.ask(owner, batch(full)).unwrap();
    }
    let to_ben = batch(vec![mail(ben.device, "x", false)]);
    assert_eq!(town.ask(owner, to_ben), Err(ErrorCode::Full));
    let to_both = batch(vec![
        mail(ben.device, "x", false),
        mail(cleo.device, "x", false),
    ]);
    assert_eq!(town.ask(owner, to_both), Ok(Response::Done));

    let (_, welcome) = town.connect_from(&cleo, everything());
    assert_eq!(welcome.mailbox, 1);
    let (connection, _) = town.connect_from(&ben, everything());
    town.send(
        connection,
        &ClientToRelay::MailReceived { through: u64::MAX },
    );
    let owner = town.connect_owner();
    let to_ben = batch(vec![mail(ben.device, "x", false)]);
    assert_eq!(town.ask(owner, to_ben), Ok(Response::Done));
}

#[test]
fn unknown_devices_are_skipped_and_huge_mail_is_refused() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let nobody = DeviceId::from_bytes(fresh());
    let request = batch(vec![mail(nobody, "x", false), mail(nobody, "x", true)]);
    assert_eq!(town.ask(owner, request), Ok(Response::Done));
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
