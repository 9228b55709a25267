//! One device cannot take all of the relay's time: requests beyond its rate are refused, and can be retried.

use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, Response};
use parley_protocol::ids::CallSessionId;
use parley_protocol::voice::VoiceState;
use parley_relay::config::Rate;
use parley_relay::local::LocalOptions;

use crate::support::fresh;
use crate::support::server::Founded;
use crate::support::town::Town;

const LIMITED: ErrorCode = ErrorCode::RateLimited { retry_after: 1 };

/// Five frames at once, then one a second.
fn small_town() -> Town {
    Town::with(LocalOptions {
        frame_rate: Rate {
            burst: 5,
            interval: 1_000,
        },
        ..LocalOptions::default()
    })
}

#[test]
fn what_is_asked_too_fast_is_refused_and_can_be_asked_again() {
    let mut town = small_town();
    let bob = town.join("Bob");
    let (owner, bobs) = (town.connect_owner(), town.connect(&bob));
    let session = town.announce(owner, &town.owner.clone());
    for number in 0..4 {
        assert!(town.post(owner, session, &number.to_string()).is_ok());
    }
    assert_eq!(town.post(owner, session, "too fast"), Err(LIMITED));
    // Somebody else has their own rate.
    let session_of_bob = town.announce(bobs, &bob);
    assert!(town.post(bobs, session_of_bob, "hello").is_ok());
    town.now += 1_000;
    let Ok(Response::Posted { seq, .. }) = town.post(owner, session, "in time") else {
        panic!("still refused");
    };
    assert_eq!(seq, 8, "the refused one was not kept");
}

#[test]
fn a_new_connection_is_no_new_rate() {
    let mut town = small_town();
    let first = town.connect_owner();
    let session = town.announce(first, &town.owner.clone());
    while town.post(first, session, "again").is_ok() {}
    let second = town.connect_owner();
    assert_eq!(town.post(second, session, "and again"), Err(LIMITED));
}

#[test]
fn whoever_goes_on_is_disconnected_and_waits_to_come_back() {
    let mut town = small_town();
    let owner = town.connect_owner();
    let last = (0..20)
        .map_while(|_| {
            town.send(owner, &ClientToRelay::Ping);
            town.receive(owner)
        })
        .last();
    let Some(RelayToClient::Closing { error }) = last else {
        panic!("{last:?}");
    };
    assert_eq!(error.code, LIMITED);
    let closed = town.try_connect_owner();
    assert_eq!(closed, Err(LIMITED));
    town.now += 1_000;
    assert!(town.try_connect_owner().is_ok());
}

#[test]
fn refusals_count_so_that_nobody_lives_on_them() {
    let mut town = small_town();
    let owner = town.connect_owner();
    let session = town.announce(owner, &town.owner.clone());
    let refused = (0..100)
        .map_while(|_| {
            let channel = town.text;
            let message = crate::support::person::message(session, "again");
            let request = Request::Post { channel, message };
            town.send(owner, &ClientToRelay::Request { id: 1, request });
            let frames = town.all(owner);
            let over = frames
                .iter()
                .any(|frame| matches!(frame, RelayToClient::Closing { .. }));
            (!over).then_some(())
        })
        .count();
    assert!(refused < 10, "{refused}");
}

#[test]
fn nobody_has_to_stay_in_a_call() {
    let mut town = small_town();
    let owner = town.connect_owner();
    let channel = town.voice;
    let join = || Request::JoinVoice {
        channel,
        session: CallSessionId::from_bytes(fresh()),
        state: VoiceState::default(),
    };
    let mut ask = |request| {
        town.send(owner, &ClientToRelay::Request { id: 1, request });
        let frames = town.all(owner);
        frames.into_iter().find_map(|frame| match frame {
            RelayToClient::Response { response, .. } => Some(Ok(response)),
            RelayToClient::Refused { error, .. } => Some(Err(error.code)),
            _ => None,
        })
    };
    for _ in 0..5 {
        assert!(matches!(ask(join()), Some(Ok(_))));
    }
    assert_eq!(ask(join()), Some(Err(LIMITED)));
    assert_eq!(ask(Request::LeaveVoice), Some(Ok(Response::Done)));
}

#[tokio::test]
async fn the_rate_is_a_setting() {
    let founded = Founded::start(&["--frame-burst=3"]).await;
    let mut socket = founded.connect().await;
    let ping = parley_protocol::frame::encode(&ClientToRelay::Ping);
    for _ in 0..2 {
        socket.send(&ping).await;
        assert_eq!(socket.next().await, RelayToClient::Pong);
    }
    socket.send(&ping).await;
    let RelayToClient::Closing { error } = socket.next().await else {
        panic!("the socket stays open");
    };
    assert_eq!(error.code, LIMITED);
}
