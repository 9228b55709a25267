//! A connected device is told how to reach STUN and TURN, with credentials of its own.

use futures_util::SinkExt as _;
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, Response, encode};
use tokio_tungstenite::tungstenite::Message;

use crate::support::server::{Founded, NOW};
use crate::support::tls;

const OPTIONS: [&str; 2] = [
    "--turn-listen=127.0.0.1:0",
    "--public-url=https://chat.example.org",
];

async fn ice_servers(options: &[&str]) -> (Founded, parley_protocol::voice::IceServers) {
    let founded = Founded::start(options).await;
    let request = Request::IceServers;
    let ask = encode(&ClientToRelay::Request { id: 1, request });
    let answer = if founded.server.relay.authority().is_some() {
        let mut socket = tls::member(&founded).await;
        socket.send(Message::text(ask)).await.unwrap();
        tls::next(&mut socket).await
    } else {
        let mut socket = founded.connect().await;
        socket.send(&ask).await;
        socket.next().await
    };
    let RelayToClient::Response {
        response: Response::IceServers(servers),
        ..
    } = answer
    else {
        panic!("no answer");
    };
    (founded, servers)
}

#[tokio::test]
async fn credentials_name_the_device_and_end_by_the_relays_clock() {
    let options = [&OPTIONS[..], &["--turn-public-address=127.0.0.1"]].concat();
    let (founded, servers) = ice_servers(&options).await;
    let port = founded.server.relay.turn_address().unwrap().port();
    assert_eq!(servers.stun, [format!("stun:127.0.0.1:{port}")]);
    assert_eq!(
        servers.turn,
        [
            format!("turn:127.0.0.1:{port}?transport=udp"),
            format!("turn:127.0.0.1:{port}?transport=tcp"),
        ]
    );
    assert!(
        servers
            .username
            .ends_with(&founded.owner.device.to_string())
    );
    assert!(servers.expires_at > NOW && servers.expires_at <= NOW + 24 * 60 * 60 * 1000);
}

#[tokio::test]
async fn with_tls_it_is_the_last_way_and_under_the_name_of_the_certificate() {
    let options = [
        &OPTIONS[..],
        &["--tls=self-signed", "--turn-public-address=192.0.2.1:3478"],
    ];
    let (_, servers) = ice_servers(&options.concat()).await;
    assert_eq!(
        servers.turn,
        [
            "turn:192.0.2.1:3478?transport=udp",
            "turn:192.0.2.1:3478?transport=tcp",
            "turns:chat.example.org:443?transport=tcp",
        ]
    );
}

#[tokio::test]
async fn a_given_port_is_kept() {
    let options = [&OPTIONS[..], &["--turn-public-address=127.0.0.1:443"]].concat();
    let (_, servers) = ice_servers(&options).await;
    assert_eq!(servers.stun, ["stun:127.0.0.1:443"]);
}

#[tokio::test]
async fn without_turn_there_are_no_servers() {
    let (_, servers) = ice_servers(&[]).await;
    assert!(servers.stun.is_empty() && servers.turn.is_empty());
}
