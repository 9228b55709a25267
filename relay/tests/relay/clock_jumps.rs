//! The clock jumps an hour forth and back, with and without a kill: nothing that was answered is lost or doubled,
//! everybody gets in, and nobody waits for an hour to hear of the others.

use ed25519_dalek::SigningKey;
use parley_protocol::channel::ItemContent;
use parley_protocol::frame::{
    ClientToRelay, Positions, PresenceState, RelayToClient, Request, Response,
};
use parley_protocol::ids::{CallSessionId, MailId};
use parley_protocol::mail::{OlmCiphertext, OutboundMail};
use parley_protocol::voice::VoiceState;

use crate::support::fresh;
use crate::support::person::{Invite, message, session_id};
use crate::support::town::Town;

const HOUR: i64 = 60 * 60 * 1_000;

fn jump(town: &mut Town, by: i64) {
    town.now = town.now.checked_add_signed(by).unwrap();
    town.wait(0);
}

#[test]
fn nothing_is_lost_or_doubled_while_the_clock_jumps() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let ada = Town::owner_of(&town);
    let mut texts = Vec::new();
    let mut mails = Vec::new();
    let jumps = [HOUR, -HOUR, -HOUR, HOUR, 2 * HOUR, -HOUR, -HOUR, -HOUR];
    for (round, by) in jumps.into_iter().enumerate() {
        jump(&mut town, by);
        if round % 3 == 1 {
            town.restart();
        }
        town.log_in_again(&ada);
        let owner = town.connect(&ada);
        let key = SigningKey::from_bytes(&fresh());
        let request = ada.announce(town.text, &key, town.head());
        town.ask(owner, request).unwrap();
        for number in 0..4 {
            let text = format!("round {round}, message {number}");
            let message = message(session_id(&key), &text);
            let channel = town.text;
            let post = |message| Request::Post { channel, message };
            let first = town.ask(owner, post(message.clone())).unwrap();
            // The answer was lost, the clock jumped, and it is sent again.
            jump(&mut town, if number % 2 == 0 { -HOUR } else { HOUR });
            let second = town.ask(owner, post(message)).unwrap();
            let (Response::Posted { seq, .. }, Response::Posted { seq: again, .. }) =
                (first, second)
            else {
                panic!("not posted");
            };
            assert_eq!(seq, again);
            texts.push((seq, text));
        }
        let entry = ada.entry(town.head(), town.now, Invite::new().made(None, None));
        town.community.apply(&entry).unwrap();
        town.ask(owner, Request::Append { entry }).unwrap();
        let ciphertext = format!("mail {round}");
        let mail = vec![OutboundMail {
            to: ben.device,
            message: OlmCiphertext {
                message_type: 1,
                ciphertext: ciphertext.clone(),
            },
            transient: false,
        }];
        let id = MailId::from_bytes(fresh());
        town.ask(owner, Request::SendMail { id, mail }).unwrap();
        mails.push(ciphertext);
    }

    town.log_in_again(&ben);
    let (reader, welcome) = town.connect_from(&ben, Positions::default());
    assert_eq!(welcome.head, town.head());
    let (mut found, mut got) = (Vec::new(), Vec::new());
    for frame in town.all(reader) {
        match frame {
            RelayToClient::Items(page) => found.extend(page.items),
            RelayToClient::Mail { items } => got.extend(items),
            _ => {}
        }
    }
    let found: Vec<_> = found
        .into_iter()
        .filter_map(|item| match item.content {
            ItemContent::Message(message) => Some((item.seq, message.ciphertext)),
            _ => None,
        })
        .collect();
    assert_eq!(found, texts);
    let got: Vec<_> = got
        .into_iter()
        .map(|mail| mail.message.ciphertext)
        .collect();
    assert_eq!(got, mails);
}

#[test]
fn whoever_leaves_is_gone_although_the_clock_was_set_back() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let away = town.connect(&ben);
    let join = Request::JoinVoice {
        channel: town.voice,
        session: CallSessionId::from_bytes(fresh()),
        state: VoiceState::default(),
    };
    let frame = ClientToRelay::Request {
        id: 1_000,
        request: join,
    };
    town.send(away, &frame);
    town.wait(5_000);
    town.all(owner);
    jump(&mut town, -HOUR);

    // A change of state is heard soon.
    let state = VoiceState {
        muted: true,
        ..VoiceState::default()
    };
    town.send(away, &ClientToRelay::VoiceState { state });
    town.wait(1_000);
    let heard = |frames: Vec<RelayToClient>, people: usize| {
        frames.iter().any(|frame| {
            matches!(frame, RelayToClient::Roster(roster) if roster.participants.len() == people)
        })
    };
    let frames = town.all(owner);
    assert!(heard(frames, 1));

    // Whoever loses the connection leaves the call after its grace, and is seen as away.
    town.relay.disconnect(away, town.now);
    town.wait(2_000);
    jump(&mut town, -HOUR);
    // The relay sees the new time with the next request, or when the time is over for which it sleeps.
    town.page(owner);
    // At worst the ten seconds begin anew.
    town.wait(11_000);
    let frames = town.all(owner);
    assert!(heard(frames, 0));
}

#[test]
fn presence_is_told_although_the_clock_was_set_back() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_as(&town.owner.clone(), PresenceState::Online);
    let watch = ClientToRelay::Watch {
        channel: None,
        presence: true,
    };
    town.send(owner, &watch);
    town.wait(30_000);
    town.all(owner);
    jump(&mut town, -HOUR);
    town.connect_as(&ben, PresenceState::Online);
    town.wait(30_000);
    let frames = town.all(owner);
    let tells = |frame: &RelayToClient| matches!(frame, RelayToClient::Presence { .. });
    assert!(frames.iter().any(tells), "{frames:?}");
}
