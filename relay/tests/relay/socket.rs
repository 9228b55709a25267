//! A socket is opened by a live token and the device's own signature, one for each device.

use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, RelayToClient, encode};
use parley_protocol::keys::Nonce;

use crate::support::person::Person;
use crate::support::server::{Founded, Socket};
use crate::support::town::{Town, everything};

/// The reason with which a hello is refused.
fn refused(town: &mut Town, hello: impl Fn(&Town, &Nonce) -> String) -> ErrorCode {
    let connection = town.relay.connect();
    let RelayToClient::Challenge { nonce } = town.next(connection) else {
        panic!("no challenge");
    };
    let hello = hello(town, &nonce);
    town.relay.send(connection, &hello, town.now);
    match town.next(connection) {
        RelayToClient::Closing { error } => error.code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_hello_needs_token_device_and_signature() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let code = refused(&mut town, |town, _| {
        let other = Nonce::from_bytes([0; 32]);
        town.owner
            .hello(&other, town.token(&town.owner), everything())
    });
    assert_eq!(code, ErrorCode::BadSignature);
    let code = refused(&mut town, |town, nonce| {
        town.owner.hello(nonce, "a.b.c", everything())
    });
    assert_eq!(code, ErrorCode::NotAuthenticated);
    let code = refused(&mut town, |town, nonce| {
        town.owner.hello(nonce, town.token(&ben), everything())
    });
    assert_eq!(code, ErrorCode::UnknownDevice);
    let code = refused(&mut town, |town, nonce| {
        let stranger = Person::new("Cleo", town.owner.community);
        stranger.hello(nonce, town.token(&town.owner), everything())
    });
    assert_eq!(code, ErrorCode::UnknownDevice);
}

#[test]
fn a_stale_token_opens_nothing() {
    let mut town = Town::new();
    town.now += 15 * 60 * 1000;
    let code = refused(&mut town, |town, nonce| {
        town.owner
            .hello(nonce, town.token(&town.owner), everything())
    });
    assert_eq!(code, ErrorCode::TokenExpired);
}

#[test]
fn the_newer_connection_of_a_device_replaces_the_older() {
    let mut town = Town::new();
    let first = town.connect_owner();
    let second = town.connect_owner();
    let RelayToClient::Closing { error } = town.next(first) else {
        panic!("the first stays open");
    };
    assert_eq!(error.code, ErrorCode::Replaced);
    town.send(second, &ClientToRelay::Ping);
    assert_eq!(town.next(second), RelayToClient::Pong);
}

#[tokio::test]
async fn a_stop_is_announced() {
    let founded = Founded::start(&[]).await;
    let mut socket = founded.connect().await;
    socket.send(&encode(&ClientToRelay::Ping)).await;
    assert_eq!(socket.next().await, RelayToClient::Pong);
    let stopping = tokio::spawn(founded.server.relay.shutdown());
    let RelayToClient::Closing { error } = socket.next().await else {
        panic!("no word of the stop");
    };
    assert_eq!(error.code, ErrorCode::ShuttingDown);
    assert!(socket.receive().await.is_none());
    stopping.await.unwrap();
}

#[tokio::test]
async fn strangers_cannot_open_sockets_without_end() {
    let founded = Founded::start(&["--socket-burst=2"]).await;
    let relay = &founded.server.relay;
    let _first = Socket::open(relay, None).await;
    let _second = Socket::open(relay, None).await;
    assert!(Socket::try_open(relay, None).await.is_err());
}

#[tokio::test]
async fn one_address_has_only_so_many_sockets() {
    let founded = Founded::start(&["--connections-per-address=2"]).await;
    let relay = &founded.server.relay;
    let mut member = founded.connect().await;
    let mut second = Socket::open(relay, None).await;
    second.next().await;
    let mut third = Socket::open(relay, None).await;
    assert!(second.receive().await.is_none(), "a stranger gives way");
    assert!(matches!(
        third.next().await,
        RelayToClient::Challenge { .. }
    ));
    member.send(&encode(&ClientToRelay::Ping)).await;
    assert_eq!(member.next().await, RelayToClient::Pong);
}

/// A token and the positions of five hundred channels are less.
#[tokio::test]
async fn a_stranger_sends_little() {
    let founded = Founded::start(&[]).await;
    let mut socket = Socket::open(&founded.server.relay, None).await;
    socket.next().await;
    socket.send(&"x".repeat(60 * 1024)).await;
    let RelayToClient::Closing { error } = socket.next().await else {
        panic!("a stranger's long text is read");
    };
    assert_eq!(error.code, ErrorCode::TooLarge);

    let mut member = founded.connect().await;
    member.send(&"x".repeat(60 * 1024)).await;
    let RelayToClient::Closing { error } = member.next().await else {
        panic!("a text without a number is no request");
    };
    assert_eq!(error.code, ErrorCode::Malformed);
}

/// All connections come from the proxy; each socket from whom the proxy names.
#[tokio::test]
async fn behind_a_proxy_sockets_are_counted_by_the_address_it_tells() {
    let founded = Founded::start(&["--connections-per-address=1", "--behind-proxy"]).await;
    let relay = &founded.server.relay;
    let open = |from| Socket::try_open_with(relay, Some(("x-forwarded-for", from)));
    let mut first = open("192.0.2.1").await.unwrap();
    let mut other = open("192.0.2.2").await.unwrap();
    first.next().await;
    let _second = open("192.0.2.1").await.unwrap();
    assert!(first.receive().await.is_none());
    assert!(matches!(
        other.next().await,
        RelayToClient::Challenge { .. }
    ));
}
