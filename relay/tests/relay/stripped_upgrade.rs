//! A proxy that takes the upgrade out of a request for the socket is named as the cause.

use parley_protocol::error::{ApiError, ErrorCode};

use crate::support::log::Log;
use crate::support::server::Server;

#[tokio::test]
async fn a_socket_without_an_upgrade_is_refused_by_name() {
    let server = Server::start(&[]).await;
    let answer = server.get("/socket").await;
    assert_eq!(answer.status, 426);
    assert_eq!(answer.headers["upgrade"], "websocket");
    assert_eq!(answer.refusal(), ErrorCode::UpgradeMissing);
}

/// nginx without further settings closes each connection and passes on what it does not know.
#[tokio::test]
async fn the_operator_is_told_once_what_the_proxy_lacks() {
    let log = Log::capture();
    let server = Server::start(&[]).await;
    server.get("/socket").await;
    assert!(!log.text().contains("WebSocket"), "a page asked, no socket");

    let stripped = [
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    ];
    for _ in 0..3 {
        let answer = server.get_over_tcp("/socket", &stripped).await;
        assert!(answer.starts_with("HTTP/1.1 426 "), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let error: ApiError = serde_json::from_str(body).unwrap();
        assert_eq!(error.code, ErrorCode::UpgradeMissing);
    }
    let text = log.text();
    assert_eq!(text.matches("removed `Upgrade`").count(), 1, "{text}");
    assert!(text.contains("proxy_set_header Upgrade $http_upgrade"));
    assert!(text.contains("Caddy"));
}
