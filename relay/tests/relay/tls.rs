//! TLS inside the relay: everything on one port, told apart by its first bytes.

use axum::http::{Request, StatusCode, Version};
use bytes::Bytes;
use futures_util::SinkExt as _;
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ClientToRelay, RelayToClient, encode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::rustls::ProtocolVersion;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_tungstenite::tungstenite::Message;

use crate::support::server::{Founded, Server};
use crate::support::tls::{TlsClient, exchange, get, member, next};

const OWN: &str = "--tls=self-signed";
const PUBLIC: &str = "--public-url=https://chat.example.org";

/// A STUN Binding request (RFC 8489 section 5): type, length, cookie, transaction.
const BINDING: [u8; 20] = [
    0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
];

fn client(server: &Server) -> TlsClient {
    TlsClient::of_folder(server.folder.path())
}

#[tokio::test]
async fn both_versions_are_spoken_and_old_ones_are_not() {
    let server = Server::start(&[OWN]).await;
    let pem = server.folder.path().join("tls/authority.pem");
    let root = CertificateDer::from_pem_file(pem).unwrap();
    for (version, name) in [
        (&TLS12, ProtocolVersion::TLSv1_2),
        (&TLS13, ProtocolVersion::TLSv1_3),
    ] {
        let client = TlsClient::with(std::slice::from_ref(&root), &[version]);
        let stream = client.connect(server.relay.address(), "localhost").await;
        let stream = stream.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(name));
        let answer = exchange(stream, &get("localhost", "/healthz")).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
    // A hello of TLS 1.1 (RFC 4346): its own version, no extensions.
    let mut old = vec![22, 3, 2, 0, 45, 1, 0, 0, 41, 3, 2];
    old.extend([7; 32]);
    old.extend([0, 0, 2, 0, 0x2f, 1, 0]);
    let mut stream = TcpStream::connect(server.relay.address()).await.unwrap();
    stream.write_all(&old).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert_eq!(answer.first(), Some(&21), "an alert: {answer:?}");
}

#[tokio::test]
async fn a_certificate_is_for_this_relay_and_nobody_else() {
    let server = Server::start(&[OWN, PUBLIC]).await;
    let to = server.relay.address();
    for name in ["chat.example.org", "localhost", "127.0.0.1", "parley.local"] {
        assert!(client(&server).connect(to, name).await.is_ok(), "{name}");
    }
    assert!(client(&server).connect(to, "bank.example").await.is_err());
    let other = Server::start(&[OWN]).await;
    assert!(client(&other).connect(to, "localhost").await.is_err());
}

#[tokio::test]
async fn pages_come_by_http_2() {
    let server = Server::start(&[OWN, PUBLIC]).await;
    let client = client(&server).speaking(&["h2", "http/1.1"]);
    let stream = client
        .connect(server.relay.address(), "chat.example.org")
        .await
        .unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    // The host stands in `:authority`, and is checked as `Host` is.
    for (host, path, status) in [
        ("chat.example.org", "/community", StatusCode::OK),
        ("chat.example.org", "/healthz", StatusCode::OK),
        ("evil.example", "/community", StatusCode::FORBIDDEN),
    ] {
        let request = Request::get(format!("https://{host}{path}"))
            .body(Empty::<Bytes>::new())
            .unwrap();
        let answer = sender.clone().send_request(request).await.unwrap();
        assert_eq!(
            (answer.status(), answer.version()),
            (status, Version::HTTP_2)
        );
        let headers = answer.headers().clone();
        assert_eq!(headers["strict-transport-security"], "max-age=63072000");
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        if status == StatusCode::FORBIDDEN {
            let error: ApiError = serde_json::from_slice(&body).unwrap();
            assert_eq!(error.code, ErrorCode::ForeignOrigin);
        }
    }
}

#[tokio::test]
async fn a_member_talks_over_tls() {
    let founded = Founded::start(&[OWN]).await;
    let mut socket = member(&founded).await;
    let ping = encode(&ClientToRelay::Ping);
    socket.send(Message::text(ping)).await.unwrap();
    while next(&mut socket).await != RelayToClient::Pong {}
}

#[tokio::test]
async fn stun_and_turn_are_on_the_same_port() {
    let server = Server::start(&[OWN, "--turn-listen=127.0.0.1:0"]).await;
    let to = server.relay.address();
    let mut answer = [0; 20];
    for protocols in [&[][..], &["stun.turn"], &["http/1.1"]] {
        let client = client(&server).speaking(protocols);
        let mut stream = client.connect(to, "localhost").await.unwrap();
        stream.write_all(&BINDING).await.unwrap();
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(answer[..2], [1, 1], "a Binding response");
        assert_eq!(answer[8..], BINDING[8..], "of this request");
    }
    let mut plain = TcpStream::connect(to).await.unwrap();
    plain.write_all(&BINDING).await.unwrap();
    plain.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer[..2], [1, 1], "a Binding response");
}

#[tokio::test]
async fn without_turn_its_messages_end_the_connection() {
    let server = Server::start(&[OWN]).await;
    let mut stream = client(&server)
        .connect(server.relay.address(), "localhost")
        .await
        .unwrap();
    stream.write_all(&BINDING).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(answer.is_empty());
}

async fn plain(server: &Server, request: &str) -> String {
    let stream = TcpStream::connect(server.relay.address()).await.unwrap();
    exchange(stream, request).await
}

#[tokio::test]
async fn plain_http_is_led_to_https() {
    let server = Server::start(&[OWN, PUBLIC]).await;
    let port = server.relay.address().port();
    let local = format!("localhost:{port}");
    for (host, path, to) in [
        (
            "chat.example.org",
            "/join?x=1",
            "https://chat.example.org/join?x=1".to_owned(),
        ),
        (
            "Chat.Example.org:443",
            "/",
            "https://chat.example.org/".to_owned(),
        ),
        (&local, "/", format!("https://{local}/")),
        ("192.0.2.1:443", "/a", "https://192.0.2.1:443/a".to_owned()),
        (
            "chat.example.org",
            "//evil.example/",
            "https://chat.example.org//evil.example/".to_owned(),
        ),
    ] {
        let answer = plain(&server, &get(host, path)).await;
        assert!(answer.starts_with("HTTP/1.1 308 "), "{host}: {answer}");
        assert!(
            answer.contains(&format!("location: {to}\r\n")),
            "{host}: {answer}"
        );
    }
}

#[tokio::test]
async fn nobody_is_led_anywhere_else() {
    let server = Server::start(&[OWN, PUBLIC]).await;
    let requests = [
        get("evil.example", "/"),
        get("chat.example.org@evil.example", "/"),
        get("chat.example.org.evil.example", "/"),
        get("localhost:443@evil.example", "/"),
        get("", "/"),
        "GET https://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
            .to_owned(),
        "GET @evil.example/ HTTP/1.1\r\nHost: chat.example.org\r\nConnection: close\r\n\r\n"
            .to_owned(),
        "POST /auth/login HTTP/1.1\r\nHost: chat.example.org\r\nConnection: close\r\n\
         Content-Length: 0\r\n\r\n"
            .to_owned(),
    ];
    for request in requests {
        let answer = plain(&server, &request).await;
        assert!(!answer.contains("location: "), "{request}: {answer}");
    }
}

#[tokio::test]
async fn the_way_to_trust_it_is_told_without_tls() {
    let server = Server::start(&[OWN]).await;
    let fingerprint = server.relay.authority().unwrap().fingerprint();
    let page = plain(&server, &get("192.168.1.5:8443", "/trust")).await;
    assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
    assert!(page.contains(&fingerprint));
    assert!(page.contains("http://192.168.1.5:8443/trust"));
    assert!(page.contains("img-src data:; base-uri 'none'"));
    let hostile = plain(&server, &get("\"><script>", "/trust")).await;
    assert!(!hostile.contains("<script>"), "{hostile}");

    let answer = server.get("/trust/parley-ca.crt").await;
    assert_eq!(answer.headers["content-type"], "application/x-x509-ca-cert");
    let pem = server.folder.path().join("tls/authority.pem");
    let root = CertificateDer::from_pem_file(pem).unwrap();
    assert_eq!(answer.body, root.as_ref());
    // Where others vouch, there is nothing to trust.
    let without = Server::start(&[]).await;
    assert_eq!(without.get("/trust/parley-ca.crt").await.status, 404);
    assert!(without.relay.authority().is_none());
}

#[tokio::test]
async fn its_authority_outlives_a_restart() {
    let founded = Founded::start(&[OWN]).await;
    let before = founded.server.relay.authority().unwrap().fingerprint();
    let founded = founded.restart(&[OWN]).await;
    let after = founded.server.relay.authority().unwrap().fingerprint();
    assert_eq!(before, after);
}
