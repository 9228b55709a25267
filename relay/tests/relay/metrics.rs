//! Metrics are for the operator: for this machine, for a bearer token, or for anybody if so configured.

use parley_protocol::error::ErrorCode;

use crate::support::server::{Founded, Server};

const COMMITS: &str = "\nparley_commits_total ";

#[tokio::test]
async fn a_program_on_this_machine_reads_the_figures() {
    let founded = Founded::start(&[]).await;
    let _socket = founded.connect().await;
    let text = founded.server.get_over_tcp("/metrics", &[]).await;
    assert!(text.contains("\nparley_connections 1\n"), "{text}");
}

#[tokio::test]
async fn nobody_from_elsewhere_reads_them() {
    let server = Server::start(&[]).await;
    // A request that came over no connection is not from this machine.
    let answer = server.get("/metrics").await;
    assert_eq!(answer.refusal(), ErrorCode::NotPermitted);
}

/// Behind a proxy every peer is on this machine.
#[tokio::test]
async fn what_a_proxy_passes_on_does_not_come_from_this_machine() {
    let passed_on = [
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: https",
        "X-Real-IP: 127.0.0.1",
        "Forwarded: for=127.0.0.1",
        "Via: 1.1 proxy",
    ];
    let server = Server::start(&[]).await;
    for header in passed_on {
        let text = server.get_over_tcp("/metrics", &[header]).await;
        assert!(!text.contains(COMMITS), "{header}: {text}");
        assert!(text.contains(" 403 "), "{header}: {text}");
    }
    for option in ["--behind-proxy", "--public-url=https://chat.example.org"] {
        let server = Server::start(&[option]).await;
        let text = server.get_over_tcp("/metrics", &[]).await;
        assert!(!text.contains(COMMITS), "{option}: {text}");
    }
}

#[tokio::test]
async fn a_token_opens_them_from_anywhere_and_nothing_else_does() {
    let server = Server::start(&["--metrics-token=sesame", "--behind-proxy"]).await;
    let answer = server.get_as("/metrics", Some("sesame")).await;
    assert!(String::from_utf8(answer.body).unwrap().contains(COMMITS));
    for token in [None, Some(""), Some("sesam"), Some("sesame ")] {
        let answer = server.get_as("/metrics", token).await;
        assert_eq!(answer.refusal(), ErrorCode::NotAuthenticated, "{token:?}");
    }
    let text = server.get_over_tcp("/metrics", &[]).await;
    assert!(!text.contains(COMMITS), "{text}");
}

#[tokio::test]
async fn they_can_be_open_to_all() {
    let server = Server::start(&["--metrics-open"]).await;
    assert!(server.get("/metrics").await.status.is_success());
}
