//! Headers that are too large, and bodies that would grow when they are unpacked, get nowhere: with TLS and without.

use axum::http::{Request, StatusCode};
use bytes::Bytes;
use http_body_util::Empty;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use parley_protocol::error::ErrorCode;
use tokio::net::TcpStream;

use crate::support::server::Server;
use crate::support::tls::{TlsClient, exchange};

const OWN: &str = "--tls=self-signed";

fn request(header: &str) -> String {
    format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{header}\r\nConnection: close\r\n\r\n")
}

#[tokio::test]
async fn large_headers_are_refused() {
    let one = request(&format!("X-Large: {}", "x".repeat(20_000)));
    let many = request(&vec!["X-Small: x"; 2_000].join("\r\n"));
    let long = one.replace("/healthz", &format!("/{}", "x".repeat(20_000)));
    for request in [&one, &many, &long] {
        let plain = Server::start(&[]).await;
        let stream = TcpStream::connect(plain.relay.address()).await.unwrap();
        let answer = exchange(stream, request).await;
        assert!(!answer.contains(" 200 "), "{answer}");
        let secure = Server::start(&[OWN]).await;
        let client = TlsClient::of_folder(secure.folder.path());
        let stream = client.connect(secure.relay.address(), "localhost").await;
        let answer = exchange(stream.unwrap(), request).await;
        assert!(!answer.contains(" 200 "), "{answer}");
        let stream = TcpStream::connect(secure.relay.address()).await.unwrap();
        let answer = exchange(stream, request).await;
        assert!(!answer.contains(" 308 "), "{answer}");
    }
}

#[tokio::test]
async fn large_headers_of_http_2_are_refused() {
    let server = Server::start(&[OWN]).await;
    let client = TlsClient::of_folder(server.folder.path()).speaking(&["h2"]);
    let stream = client.connect(server.relay.address(), "localhost").await;
    let stream = TokioIo::new(stream.unwrap());
    let (sender, connection) = http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    tokio::spawn(connection);
    let ask = async |size: usize| {
        // Packed, the same text over and over is small.
        let mut request = Request::get("https://localhost/healthz");
        for number in 0..size / 1000 {
            request = request.header(format!("x-{number}"), "x".repeat(1000));
        }
        let request = request.body(Empty::<Bytes>::new()).unwrap();
        let answer = sender.clone().send_request(request).await;
        answer.map(|answer| answer.status())
    };
    assert_eq!(ask(4_000).await.unwrap(), StatusCode::OK);
    let refused = ask(200_000).await;
    assert!(
        refused.as_ref().is_err() || refused.as_ref().is_ok_and(StatusCode::is_client_error),
        "{refused:?}"
    );
}

/// Nothing is unpacked: a small body stays small, whatever it claims to be.
#[tokio::test]
async fn a_packed_body_is_read_as_it_is() {
    let server = Server::start(&[]).await;
    for coding in ["gzip", "br", "deflate", "zstd"] {
        let headers = [("content-encoding", coding)];
        let answer = server.post_as("/auth/login", &"packed", &headers).await;
        assert_eq!(answer.refusal(), ErrorCode::Malformed, "{coding}");
    }
    let offer = [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Extensions: permessage-deflate",
    ];
    let mut stream = TcpStream::connect(server.relay.address()).await.unwrap();
    let request = format!(
        "GET /socket HTTP/1.1\r\nHost: localhost\r\n{}\r\n\r\n",
        offer.join("\r\n")
    );
    let mut answer = vec![0; 512];
    tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes())
        .await
        .unwrap();
    let length = tokio::io::AsyncReadExt::read(&mut stream, &mut answer)
        .await
        .unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).to_lowercase();
    assert!(answer.starts_with("http/1.1 101 "), "{answer}");
    assert!(!answer.contains("permessage-deflate"), "{answer}");
}
