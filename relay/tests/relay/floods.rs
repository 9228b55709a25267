//! What one member sends without end takes no room of the others, and ends nobody's connection.

use parley_protocol::frame::{ClientToRelay, RelayToClient, Request};
use parley_protocol::ids::{CallSessionId, DeviceId, MailId};
use parley_protocol::mail::{OlmCiphertext, OutboundMail};
use parley_protocol::voice::VoiceState;

use crate::support::fresh;
use crate::support::town::Town;

fn signals(to: DeviceId, text: &str, count: usize) -> Request {
    let mail = OutboundMail {
        to,
        message: OlmCiphertext {
            message_type: 1,
            ciphertext: text.to_owned(),
        },
        transient: true,
    };
    Request::SendMail {
        id: MailId::from_bytes(fresh()),
        mail: vec![mail; count],
    }
}

#[test]
fn transient_mail_of_one_sender_drowns_nobody_elses() {
    let mut town = Town::new();
    let (ben, cleo) = (town.join("Ben"), town.join("Cleo"));
    let (owner, bens, cleos) = (
        town.connect_owner(),
        town.connect(&ben),
        town.connect(&cleo),
    );
    town.all(bens);
    town.ask(cleos, signals(ben.device, "offer", 2)).unwrap();
    for _ in 0..100 {
        let flood = signals(ben.device, &"x".repeat(1_000), 200);
        town.ask(owner, flood).unwrap();
    }
    town.ask(cleos, signals(ben.device, "candidate", 1))
        .unwrap();
    let mut of_cleo = Vec::new();
    let mut flooded = 0;
    for frame in town.all(bens) {
        let RelayToClient::Mail { items } = frame else {
            panic!("{frame:?}");
        };
        for mail in items {
            if mail.from == cleo.device {
                of_cleo.push(mail.message.ciphertext);
            } else {
                flooded += mail.message.ciphertext.len();
            }
        }
    }
    assert_eq!(of_cleo, ["offer", "offer", "candidate"]);
    assert!((1..300_000).contains(&flooded), "{flooded}");
}

#[test]
fn entering_a_call_again_and_again_leaves_one_roster() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let (owner, bens) = (town.connect_owner(), town.connect(&ben));
    town.all(bens);
    let channel = town.voice;
    for round in 0..1_000 {
        let join = Request::JoinVoice {
            channel,
            session: CallSessionId::from_bytes(fresh()),
            state: VoiceState::default(),
        };
        let leave = (round < 999).then_some(Request::LeaveVoice);
        for request in [Some(join), leave].into_iter().flatten() {
            let id = round;
            town.send(owner, &ClientToRelay::Request { id, request });
            town.all(owner);
        }
    }
    let frames = town.all(bens);
    let [RelayToClient::Roster(roster)] = frames.as_slice() else {
        panic!("{} frames", frames.len());
    };
    assert_eq!(roster.participants.len(), 1);
}

#[test]
fn typing_of_one_member_waits_once() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let (owner, bens) = (town.connect_owner(), town.connect(&ben));
    let channel = town.text;
    let watch = ClientToRelay::Watch {
        channel: Some(channel),
        presence: false,
    };
    town.send(bens, &watch);
    town.all(bens);
    for _ in 0..1_000 {
        town.send(owner, &ClientToRelay::Typing { channel });
        town.now += 1_000;
    }
    let user = town.owner.user;
    assert_eq!(town.all(bens), [RelayToClient::Typing { channel, user }]);
}
