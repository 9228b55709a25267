//! A client's ways to a relay: plain HTTP requests, and a socket whose requests are answered in turn. Everything ends
//! with `None` when the relay is gone.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, Response, decode, encode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::person::Person;
use crate::support::town::everything;

/// A relay that lives answers in less.
const PATIENCE: Duration = Duration::from_mins(1);

/// An HTTP answer that came as a whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The refresh token's cookie.
    pub(crate) fn cookie(&self) -> Option<String> {
        let cookies = self.head.lines().filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("set-cookie").then_some(value)
        });
        let mut found = cookies.filter(|value| value.starts_with("parley_refresh="));
        Some(found.next()?.split(';').next()?.to_owned())
    }
}

/// One request over a connection of its own.
pub(crate) async fn http(
    relay: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<Answer> {
    timeout(PATIENCE, ask(relay, method, path, headers, body))
        .await
        .unwrap()
}

async fn ask(
    relay: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<Answer> {
    let mut stream = TcpStream::connect(relay).await.ok()?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.extend(["Content-Length: ", &body.len().to_string(), "\r\n\r\n"]);
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(body).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8(answer.get(..end)?.to_vec()).ok()?;
    let body = answer.get(end + 4..)?.to_vec();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.parse::<usize>().ok())?
    });
    // What was cut off was not answered.
    if length.is_some_and(|length| length != body.len()) {
        return None;
    }
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head, body })
}

/// A device's socket after its hello.
pub(crate) struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next: u64,
}

impl Line {
    pub(crate) async fn open(relay: SocketAddr, person: &Person, token: &str) -> Option<Self> {
        let (socket, _) = connect_async(format!("ws://{relay}/socket")).await.ok()?;
        let mut line = Self { socket, next: 1 };
        let RelayToClient::Challenge { nonce } = line.receive().await? else {
            panic!("no challenge");
        };
        let hello = person.hello(&nonce, token, everything());
        line.socket.send(Message::text(hello)).await.ok()?;
        match line.receive().await? {
            RelayToClient::Welcome(_) => Some(line),
            other => panic!("{other:?}"),
        }
    }

    /// Asks and waits for the answer.
    pub(crate) async fn ask(&mut self, request: Request) -> Option<Result<Response, ErrorCode>> {
        let id = self.next;
        self.next += 1;
        let frame = encode(&ClientToRelay::Request { id, request });
        self.socket.send(Message::text(frame)).await.ok()?;
        loop {
            match self.receive().await? {
                RelayToClient::Response { id: of, response } if of == id => {
                    return Some(Ok(response));
                }
                RelayToClient::Refused { id: of, error } if of == id => {
                    return Some(Err(error.code));
                }
                _ => {}
            }
        }
    }

    /// The next frame that is an answer, or is not sent to everybody all the time.
    async fn receive(&mut self) -> Option<RelayToClient> {
        loop {
            let next = timeout(PATIENCE, self.socket.next()).await.unwrap();
            match next?.ok()? {
                Message::Text(text) if is_noise(&text) => {}
                Message::Text(text) => match decode(&text).unwrap() {
                    RelayToClient::Closing { .. } => return None,
                    frame => return Some(frame),
                },
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }
}

/// What all others write: to parse it would measure this test.
fn is_noise(text: &str) -> bool {
    const FRAMES: [&str; 7] = [
        "items",
        "log",
        "mail",
        "presence",
        "prekey_count",
        "roster",
        "typing",
    ];
    let frame = text
        .strip_prefix("{\"")
        .and_then(|text| text.split('"').next());
    frame.is_some_and(|frame| FRAMES.contains(&frame))
}
