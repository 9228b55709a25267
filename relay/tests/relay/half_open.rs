//! Thousands of half-open connections to a relay that speaks TLS: newcomers are answered, and the relay stays small.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use crate::support::process::Process;
use crate::support::tls::{TlsClient, TlsSocket, exchange, get};

/// Far more than an answer takes here, and less than people wait.
const PATIENCE: Duration = Duration::from_secs(20);
/// What the whole relay may use meanwhile, in KiB. A small server has 1 GB.
const RESIDENT: u64 = 128 * 1024;

/// How far somebody goes.
#[derive(Clone, Copy)]
enum Halfway {
    Silent,
    Hello,
    Handshake,
    Request,
    Http2,
    Turn,
}

const ALL: [Halfway; 6] = [
    Halfway::Silent,
    Halfway::Hello,
    Halfway::Handshake,
    Halfway::Request,
    Halfway::Http2,
    Halfway::Turn,
];

/// An open connection of any kind.
type Held = Box<dyn Send>;

async fn hold(relay: &Process, client: &TlsClient, from: [u8; 4], how: Halfway) -> Option<Held> {
    let mut stream = relay.connect(from).await.ok()?;
    let inside: &[u8] = match how {
        Halfway::Silent => return Some(Box::new(stream)),
        Halfway::Hello => {
            // A record that announces 16 KiB of a hello; a part of it comes.
            let mut begun = vec![22, 3, 1, 64, 0, 1, 0, 63, 252, 3, 3];
            begun.resize(12_000, 7);
            stream.write_all(&begun).await.ok()?;
            return Some(Box::new(stream));
        }
        Halfway::Handshake => b"",
        Halfway::Request => b"GET /community HTTP/1.1\r\nHost: local",
        Halfway::Http2 => b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
        Halfway::Turn => b"\0\x01\0\x08\x21\x12\xA4\x42",
    };
    let protocols: &[&str] = if matches!(how, Halfway::Http2) {
        &["h2"]
    } else {
        &[]
    };
    let client = client.clone().speaking(protocols);
    let stream = timeout(PATIENCE, client.over(stream, "localhost")).await;
    let mut stream = stream.ok()?.ok()?;
    stream.write_all(inside).await.ok()?;
    stream.flush().await.ok()?;
    Some(Box::new(stream))
}

/// What a newcomer gets for the first thing that the page asks.
async fn ask(relay: &Process, client: &TlsClient, from: [u8; 4]) -> Option<String> {
    let stream = relay.connect(from).await.ok()?;
    let stream = client.over(stream, "localhost").await.ok()?;
    Some(exchange(stream, &get("localhost", "/community")).await)
}

async fn socket(relay: &Process, client: &TlsClient, from: [u8; 4]) -> TlsSocket {
    let stream = relay.connect(from).await.unwrap();
    let stream = client.over(stream, "localhost").await.unwrap();
    let url = "wss://localhost/socket";
    tokio_tungstenite::client_async(url, stream)
        .await
        .unwrap()
        .0
}

#[tokio::test]
async fn half_open_connections_of_sixteen_addresses_keep_nobody_out() {
    parley_relay::open_files::raise().unwrap();
    let relay = Process::start(&["--tls=self-signed"]);
    let client = TlsClient::of_folder(relay.folder.path());
    let mut held = Vec::new();
    for round in 0..256 {
        let how = ALL[round % ALL.len()];
        let all = (0..16).map(|number| hold(&relay, &client, [127, 66, number, 1], how));
        held.extend(join_all(all).await.into_iter().flatten());
    }
    assert!(held.len() > 4000, "{}", held.len());
    let resident = relay.resident();
    assert!(resident < RESIDENT, "{resident} KiB");
    let newcomers = (0..20).map(|number| ask(&relay, &client, [127, 77, number, 1]));
    let answers = timeout(PATIENCE, join_all(newcomers)).await.unwrap();
    let good = answers
        .iter()
        .flatten()
        .filter(|answer| answer.starts_with("HTTP/1.1 200 "));
    assert_eq!(good.count(), 20, "{answers:?}");
}

/// With its records, its keys and its task, a connected device may take 32 KiB: a thousand of them 48 MB with the relay
/// itself.
#[tokio::test]
async fn a_thousand_sockets_over_tls_are_small() {
    const SOCKETS: u64 = 1000;
    const EACH: u64 = 32;
    parley_relay::open_files::raise().unwrap();
    let relay = Process::start(&["--tls=self-signed", "--socket-burst=2000"]);
    let client = TlsClient::of_folder(relay.folder.path()).speaking(&["http/1.1"]);
    let before = relay.resident();
    let mut open = Vec::new();
    for round in 0..SOCKETS / 20 {
        let from = [127, 88, u8::try_from(round % 250).unwrap(), 1];
        let sockets = (0..20).map(|_| socket(&relay, &client, from));
        open.extend(join_all(sockets).await);
    }
    let each = (relay.resident() - before) / SOCKETS;
    println!("{before} KiB at rest, {each} KiB for each of {SOCKETS} sockets");
    assert!(each < EACH, "{each} KiB");
}
