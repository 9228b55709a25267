//! Asks STUN for a binding (RFC 8489 section 7), over UDP and over TCP: whoever answers that is the relay's TURN as
//! well.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::PATIENCE;
use crate::doctor::facts::Answer;

/// Packets get lost: three questions (RFC 8489 section 6.2.1 begins with half a second, too).
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(700);
const HEADER: usize = 20;
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];
/// Nobody answers but who was asked, and a machine asks itself: nothing to guess here.
const TRANSACTION: [u8; 12] = *b"parleydoctor";

fn request() -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    let (kind, rest) = bytes.split_at_mut(4);
    kind.copy_from_slice(&[0, 1, 0, 0]);
    let (cookie, transaction) = rest.split_at_mut(4);
    cookie.copy_from_slice(&MAGIC_COOKIE);
    transaction.copy_from_slice(&TRANSACTION);
    bytes
}

/// A success response to [`request`].
fn is_answer(bytes: &[u8]) -> bool {
    bytes.starts_with(&[1, 1])
        && bytes.get(4..8) == Some(&MAGIC_COOKIE)
        && bytes.get(8..HEADER) == Some(&TRANSACTION)
}

pub(super) async fn over_udp(server: Option<SocketAddr>) -> Answer {
    let Some(server) = server else {
        return Answer::NotTried;
    };
    answer(ask_udp(server).await)
}

async fn ask_udp(server: SocketAddr) -> std::io::Result<bool> {
    let own: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(own).await?;
    socket.connect(server).await?;
    let mut bytes = [0; 512];
    for _ in 0..TRIES {
        socket.send(&request()).await?;
        if let Ok(received) = timeout(PAUSE, socket.recv(&mut bytes)).await {
            let length = received?;
            return Ok(bytes.get(..length).is_some_and(is_answer));
        }
    }
    Ok(false)
}

pub(super) async fn over_tcp(server: Option<SocketAddr>) -> Answer {
    let Some(server) = server else {
        return Answer::NotTried;
    };
    let asked = timeout(PATIENCE, ask_tcp(server)).await;
    answer(asked.unwrap_or(Ok(false)))
}

async fn ask_tcp(server: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(&request()).await?;
    let mut header = [0; HEADER];
    stream.read_exact(&mut header).await?;
    Ok(is_answer(&header))
}

fn answer(asked: std::io::Result<bool>) -> Answer {
    match asked {
        Ok(true) => Answer::Yes,
        Ok(false) | Err(_) => Answer::No,
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    fn response() -> Vec<u8> {
        let mut bytes = request().to_vec();
        bytes[..2].copy_from_slice(&[1, 1]);
        bytes
    }

    #[tokio::test]
    async fn a_server_that_answers_is_there() {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let serving = tokio::spawn(async move {
            let mut bytes = [0; 64];
            let (length, from) = socket.recv_from(&mut bytes).await.unwrap();
            assert_eq!(&bytes[..length], request());
            socket.send_to(&response(), from).await.unwrap();
        });
        assert_eq!(over_udp(Some(address)).await, Answer::Yes);
        serving.await.unwrap();

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = [0; HEADER];
            stream.read_exact(&mut bytes).await.unwrap();
            stream.write_all(&response()).await.unwrap();
        });
        assert_eq!(over_tcp(Some(address)).await, Answer::Yes);
        serving.await.unwrap();
        assert_eq!(over_udp(None).await, Answer::NotTried);
    }

    #[tokio::test]
    async fn what_answers_something_else_is_not() {
        assert!(!is_answer(b"HTTP/1.1 400 Bad Request\r\n"));
        assert!(!is_answer(&request()));
        assert!(!is_answer(&[1, 1]));
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = closed.local_addr().unwrap();
        drop(closed);
        assert_eq!(over_tcp(Some(address)).await, Answer::No);
    }
}
