//! Pages of other sites can do nothing here, and what every response says about it.

use parley_protocol::error::ErrorCode;
use tokio_tungstenite::tungstenite::Error;

use crate::support::server::{Founded, Socket};

#[tokio::test]
async fn a_foreign_page_can_neither_log_in_nor_connect() {
    let founded = Founded::start(&["--public-url=https://chat.example.org"]).await;
    let evil = "https://evil.example";
    let answer = founded
        .server
        .post_with("/auth/refresh", "origin", evil)
        .await;
    assert_eq!(answer.refusal(), ErrorCode::ForeignOrigin);
    let Err(Error::Http(response)) = Socket::try_open(&founded.server.relay, Some(evil)).await
    else {
        panic!("a foreign page got a socket");
    };
    assert_eq!(response.status(), 403);
}

#[tokio::test]
async fn our_own_page_can_under_its_public_name_only() {
    let founded = Founded::start(&["--public-url=https://chat.example.org"]).await;
    let relay = &founded.server.relay;
    Socket::open(relay, Some("https://chat.example.org")).await;
    let own = format!("http://{}", relay.address());
    assert!(Socket::try_open(relay, Some(&own)).await.is_err());
}

#[tokio::test]
async fn without_a_public_name_our_page_is_where_it_was_loaded_from() {
    let founded = Founded::start(&[]).await;
    let relay = &founded.server.relay;
    Socket::open(relay, Some(&format!("http://{}", relay.address()))).await;
}

#[tokio::test]
async fn every_response_says_what_a_browser_may_do() {
    let founded = Founded::start(&["--public-url=https://chat.example.org"]).await;
    for path in ["/", "/community", "/log", "/channel/1", "/no.such.file"] {
        let answer = founded.server.get(path).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"));
        assert!(policy.contains("connect-src 'self' wss://chat.example.org;"));
        assert!(!policy.contains("unsafe-inline"));
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
    }
}

#[tokio::test]
async fn unknown_paths_are_pages_and_unknown_files_are_not() {
    let founded = Founded::start(&[]).await;
    let page = founded.server.get("/channel/1").await;
    assert!(page.status.is_success());
    assert!(
        page.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert_eq!(founded.server.get("/app-0123.js").await.status, 404);
}

#[tokio::test]
async fn the_operator_sees_that_it_works() {
    let founded = Founded::start(&[]).await;
    assert_eq!(founded.server.get("/healthz").await.body, b"ok\n");
    assert_eq!(founded.server.get("/readyz").await.status, 200);
}
