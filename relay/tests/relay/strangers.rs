//! Strangers hold as much of a relay as they can: connections, unfinished requests, sockets without a hello. Members
//! and honest newcomers are answered all the same, and the relay stays small.

use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{SinkExt as _, StreamExt as _};
use parley_protocol::auth::SessionResponse;
use parley_protocol::community::Community;
use parley_protocol::frame::{ClientToRelay, RelayToClient, decode, encode};
use serde::Serialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::support::person::{Invite, Person};
use crate::support::process::Process;
use crate::support::town::{everything, founding_entries};

/// Far more than an answer takes here, and less than people wait.
const PATIENCE: Duration = Duration::from_secs(20);
/// What the whole relay may use meanwhile, in KiB. A small server has 1 GB.
const RESIDENT: u64 = 128 * 1024;

const MEMBERS: [u8; 4] = [127, 1, 0, 1];

/// An address of the crowd, of a newcomer.
fn crowd(number: usize) -> [u8; 4] {
    [127, 66, u8::try_from(number).unwrap(), 1]
}

fn newcomer(number: usize) -> [u8; 4] {
    [127, 77, u8::try_from(number).unwrap(), 1]
}

/// A whole exchange: status and body.
async fn ask(relay: &Process, from: [u8; 4], request: &str) -> Option<(u16, String)> {
    let exchange = async {
        let mut stream = relay.connect(from).await.ok()?;
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, body.to_owned()))
    };
    timeout(PATIENCE, exchange).await.ok()?
}

async fn post(relay: &Process, from: [u8; 4], path: &str, body: &impl Serialize) -> (u16, String) {
    let body = serde_json::to_string(body).unwrap();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    ask(relay, from, &request).await.expect("an answer")
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

struct Town {
    relay: Process,
    owner: Person,
    token: String,
    invite: Invite,
    community: Community,
}

impl Town {
    async fn found() -> Self {
        parley_relay::open_files::raise().unwrap();
        let relay = Process::start(&[]);
        let now = 1_800_000_000_000;
        let mut owner = Person::founder();
        let (entries, _, _, invite, community) = founding_entries(&mut owner, now);
        let request = owner.registration(Some(&relay.setup_token), entries);
        let (status, body) = post(&relay, MEMBERS, "/auth/register", &request).await;
        assert_eq!(status, 200, "{body}");
        let session: SessionResponse = serde_json::from_str(&body).unwrap();
        Self {
            relay,
            owner,
            token: session.access_token,
            invite,
            community,
        }
    }

    /// The owner's device, connected.
    async fn connect(&self) -> WebSocketStream<TcpStream> {
        let open = async {
            let stream = self.relay.connect(MEMBERS).await.unwrap();
            let url = format!("ws://localhost:{}/socket", self.relay.address.port());
            let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
            let RelayToClient::Challenge { nonce } = next(&mut socket).await else {
                panic!("no challenge");
            };
            let hello = self.owner.hello(&nonce, &self.token, everything());
            socket.send(Message::text(hello)).await.unwrap();
            assert!(matches!(next(&mut socket).await, RelayToClient::Welcome(_)));
            socket
        };
        timeout(PATIENCE, open).await.expect("a welcome")
    }

    /// Twenty newcomers ask for what the page begins with; one of them joins.
    async fn newcomers_are_answered(&self) {
        let request = get("/community");
        let asked = (0..20).map(|number| ask(&self.relay, newcomer(number), &request));
        let answers = join_all(asked).await;
        let good = answers
            .iter()
            .flatten()
            .filter(|(status, _)| *status == 200);
        assert_eq!(good.count(), 20, "{answers:?}");
    }

    async fn joins(&self, name: &str) {
        let person = Person::new(name, self.owner.community);
        let entry = person.joining(&self.invite, self.community.head(), 1_800_000_000_000);
        let request = person.registration(None, vec![entry]);
        let (status, body) = post(&self.relay, newcomer(1), "/auth/register", &request).await;
        assert_eq!(status, 200, "{body}");
    }

    async fn logs_in(&self) {
        let (status, body) = post(&self.relay, MEMBERS, "/auth/login", &self.owner.login()).await;
        assert_eq!(status, 200, "{body}");
    }

    #[track_caller]
    fn is_small(&self, when: &str) {
        let resident = self.relay.resident();
        assert!(resident < RESIDENT, "{when}: {resident} KiB");
    }
}

async fn next(socket: &mut WebSocketStream<TcpStream>) -> RelayToClient {
    loop {
        if let Message::Text(text) = socket.next().await.unwrap().unwrap() {
            return decode(&text).unwrap();
        }
    }
}

async fn is_alive(socket: &mut WebSocketStream<TcpStream>) {
    let asked = encode(&ClientToRelay::Ping);
    socket.send(Message::text(asked)).await.unwrap();
    let answered = async { while next(socket).await != RelayToClient::Pong {} };
    timeout(PATIENCE, answered).await.expect("a member stays");
}

/// Opens a connection and sends what is given, as far as the relay takes it.
async fn hold(relay: &Process, from: [u8; 4], bytes: &[u8]) -> Option<TcpStream> {
    let mut stream = relay.connect(from).await.ok()?;
    let _ = timeout(Duration::from_millis(500), stream.write_all(bytes)).await;
    Some(stream)
}

#[tokio::test]
async fn connections_of_sixteen_addresses_keep_nobody_out() {
    let town = Town::found().await;
    let mut member = town.connect().await;
    let mut held = Vec::new();
    let socket = "GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                  Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    // A frame of 60,000 bytes, which never comes to its end.
    let mut unfinished = socket.as_bytes().to_vec();
    unfinished.extend([0x81, 0xfe, 0xea, 0x60, 0, 0, 0, 0]);
    unfinished.resize(unfinished.len() + 40_000, b'x');
    // Some say nothing, some begin a request, some open a socket and never say hello.
    let beginnings: [&[u8]; 4] = [
        b"",
        b"GET /community HTTP/1.1\r\nHost: local",
        socket.as_bytes(),
        &unfinished,
    ];
    for round in 0..256 {
        let beginning = beginnings[round % beginnings.len()];
        let all = (0..16).map(|number| hold(&town.relay, crowd(number), beginning));
        held.extend(join_all(all).await.into_iter().flatten());
    }
    assert!(held.len() > 4000, "{}", held.len());
    town.is_small("with 4,096 connections");
    town.newcomers_are_answered().await;
    town.joins("Ben").await;
    town.logs_in().await;
    is_alive(&mut member).await;
    // A member who lost the connection is back in the midst of it.
    drop(member);
    is_alive(&mut town.connect().await).await;
}

#[tokio::test]
async fn unfinished_bodies_of_eight_addresses_hold_little() {
    let town = Town::found().await;
    let mut member = town.connect().await;
    let beginning = "POST /auth/register HTTP/1.1\r\nHost: localhost\r\n";
    let announced = format!(
        "{beginning}Content-Length: 524288\r\n\r\n{}",
        "x".repeat(500 * 1024)
    );
    let piece = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
    let in_pieces = format!(
        "{beginning}Transfer-Encoding: chunked\r\n\r\n{}",
        piece.repeat(15)
    );
    let logins = in_pieces.replace("/auth/register", "/auth/login");
    let mut held = Vec::new();
    let mut most = 0;
    for round in 0..250 {
        let body = [&announced, &in_pieces, &logins][round % 3].as_bytes();
        let all = (0..8).map(|number| hold(&town.relay, crowd(number), body));
        held.extend(join_all(all).await.into_iter().flatten());
        most = most.max(town.relay.resident());
    }
    assert!(most < RESIDENT, "{most} KiB");
    town.newcomers_are_answered().await;
    town.joins("Ben").await;
    town.logs_in().await;
    is_alive(&mut member).await;
}
