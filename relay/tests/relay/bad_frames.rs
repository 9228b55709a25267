//! What cannot be read is refused with a reason, and nothing is lost by it.

use ed25519_dalek::SigningKey;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request};
use parley_protocol::limits::{MAX_CIPHERTEXT_CHARS, MAX_FRAME_BYTES};

use crate::support::person::session_id;
use crate::support::server::{Founded, Socket};
use crate::support::town::Town;

fn reason(frame: Option<RelayToClient>) -> ErrorCode {
    match frame {
        Some(RelayToClient::Closing { error } | RelayToClient::Refused { error, .. }) => error.code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unreadable_frame_ends_the_connection_with_a_reason() {
    for (text, code) in [
        ("", ErrorCode::Malformed),
        ("not json", ErrorCode::Malformed),
        ("{}", ErrorCode::Malformed),
        ("[]", ErrorCode::Malformed),
        (r#""sing""#, ErrorCode::UnknownFrame),
        (r#"{"typing":{"channel":"x"}}"#, ErrorCode::Malformed),
    ] {
        let mut town = Town::new();
        let owner = town.connect_owner();
        town.relay.send(owner, text, town.now);
        assert_eq!(reason(town.receive(owner)), code, "{text}");
        assert_eq!(town.receive(owner), None);
    }
}

#[test]
fn an_unreadable_request_is_refused_by_its_number() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    for (text, code) in [
        (
            r#"{"request":{"id":5,"request":"sing"}}"#,
            ErrorCode::UnknownFrame,
        ),
        (r#"{"request":{"id":5,"request":{}}}"#, ErrorCode::Malformed),
        (
            r#"{"request":{"id":5,"request":{"post":{}}}}"#,
            ErrorCode::Malformed,
        ),
    ] {
        town.relay.send(owner, text, town.now);
        assert_eq!(reason(town.receive(owner)), code, "{text}");
    }
    town.send(owner, &ClientToRelay::Ping);
    assert_eq!(town.receive(owner), Some(RelayToClient::Pong));
}

#[test]
fn an_oversized_message_is_refused_and_the_next_one_taken() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = &town.owner;
    let session = SigningKey::from_bytes(&[9; 32]);
    let request = ada.announce(town.text, &session, town.head());
    let session = session_id(&session);
    town.ask(owner, request).unwrap();
    let long = "A".repeat(MAX_CIPHERTEXT_CHARS + 1);
    assert_eq!(town.post(owner, session, &long), Err(ErrorCode::TooLarge));
    assert!(town.post(owner, session, "short").is_ok());
    for longer_in_json in ["\u{1}", "\"", "\\", "two\nlines"] {
        let posted = town.post(owner, session, longer_in_json);
        assert_eq!(posted, Err(ErrorCode::Malformed), "{longer_in_json:?}");
    }
}

#[test]
fn nothing_is_done_before_the_hello() {
    let mut town = Town::new();
    let connection = town.relay.connect();
    town.next(connection);
    town.send(
        connection,
        &ClientToRelay::Request {
            id: 1,
            request: Request::LeaveVoice,
        },
    );
    assert_eq!(
        reason(town.receive(connection)),
        ErrorCode::NotAuthenticated
    );
}

#[test]
fn a_second_hello_ends_the_connection() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let nonce = parley_protocol::keys::Nonce::from_bytes([0; 32]);
    let hello = town
        .owner
        .hello(&nonce, "x", crate::support::town::everything());
    town.relay.send(owner, &hello, town.now);
    assert_eq!(reason(town.receive(owner)), ErrorCode::Malformed);
}

#[tokio::test]
async fn a_text_larger_than_any_frame_ends_a_real_socket_with_a_reason() {
    let founded = Founded::start(&[]).await;
    let mut socket = founded.connect().await;
    socket.send(&"x".repeat(MAX_FRAME_BYTES + 1)).await;
    assert_eq!(reason(socket.receive().await), ErrorCode::TooLarge);

    let mut stranger = Socket::open(&founded.server.relay, None).await;
    stranger.next().await;
    stranger.send("{").await;
    assert_eq!(reason(stranger.receive().await), ErrorCode::Malformed);
    assert!(stranger.receive().await.is_none());
}
