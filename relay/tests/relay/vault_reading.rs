//! `GET /vault`: a member reads their own vault with an access token, with or without a device, while the session
//! lasts.

use axum::body::Body;
use axum::http::{Request as HttpRequest, StatusCode};
use http_body_util::BodyExt as _;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, encode};
use parley_protocol::limits::MAX_SEGMENT_CHARS;
use parley_protocol::vault::VaultPage;
use tower::ServiceExt as _;

use crate::support::chain::{Chain, append};
use crate::support::person::Person;
use crate::support::server::{Answer, Founded, NOW, Socket};

async fn ask(socket: &mut Socket, id: u64, request: Request) {
    socket
        .send(&encode(&ClientToRelay::Request { id, request }))
        .await;
    loop {
        match socket.next().await {
            RelayToClient::Response { id: of, .. } if of == id => return,
            RelayToClient::Refused { error, .. } => panic!("{error:?}"),
            _ => {}
        }
    }
}

async fn read(founded: &Founded, path: &str) -> Answer {
    let token = Some(founded.session.access_token.as_str());
    founded.server.get_as(path, token).await
}

#[tokio::test]
async fn a_member_reads_their_own_vault_and_nobody_elses() {
    let founded = Founded::start(&[]).await;
    let mut socket = founded.connect().await;
    let mut chain = Chain::of(&founded.owner);
    let segments: Vec<_> = ["one", "two", "three"]
        .map(|sealed| chain.next(sealed))
        .into();
    for (id, segment) in (1..).zip(&segments) {
        ask(&mut socket, id, append(segment.clone())).await;
    }
    let page: VaultPage = read(&founded, "/vault").await.json();
    assert_eq!((page.total, page.before), (3, None));
    let read_back: Vec<_> = page
        .segments
        .iter()
        .rev()
        .map(|stored| &stored.segment)
        .collect();
    assert_eq!(read_back, segments.iter().collect::<Vec<_>>());
    let page: VaultPage = read(&founded, "/vault?before=2").await.json();
    assert_eq!(page.segments.len(), 1);
    assert_eq!(page.segments[0].number, 1);

    let ben = Person::new("Ben", founded.owner.community);
    let entry = ben.joining(&founded.invite, founded.community.head(), NOW);
    let answer = founded
        .server
        .post("/auth/register", &ben.registration(None, vec![entry]))
        .await;
    let token = answer
        .json::<parley_protocol::auth::SessionResponse>()
        .access_token;
    let page: VaultPage = founded.server.get_as("/vault", Some(&token)).await.json();
    assert_eq!((page.total, page.segments.len()), (0, 0));
}

#[tokio::test]
async fn a_session_without_a_device_reads_it_too() {
    let founded = Founded::start(&[]).await;
    let mut socket = founded.connect().await;
    ask(
        &mut socket,
        1,
        append(Chain::of(&founded.owner).next("one")),
    )
    .await;
    let answer = founded
        .server
        .post("/auth/login", &founded.owner.login())
        .await;
    let token = answer.signed_in().access_token;
    let page: VaultPage = founded.server.get_as("/vault", Some(&token)).await.json();
    assert_eq!(page.total, 1);
    // Until the session ends, though the token would be good for longer.
    let cookie = answer.cookie();
    let out = founded
        .server
        .post_with("/auth/logout", "cookie", &cookie)
        .await;
    assert!(out.status.is_success());
    let answer = founded.server.get_as("/vault", Some(&token)).await;
    assert_eq!(answer.refusal(), ErrorCode::SessionEnded);
}

#[tokio::test]
async fn nobody_else_reads_anything() {
    let founded = Founded::start(&[]).await;
    let answer = founded.server.get("/vault").await;
    assert_eq!(answer.refusal(), ErrorCode::NotAuthenticated);
    let credentials = founded.invite.credentials(&founded.owner.community, NOW);
    let headers = [("authorization", credentials.as_str())];
    let answer = founded.server.get_with("/vault", &headers).await;
    assert_eq!(answer.refusal(), ErrorCode::NotAuthenticated);
    for path in ["/vault?before=x", "/vault?before=-1"] {
        assert_eq!(read(&founded, path).await.refusal(), ErrorCode::Malformed);
    }
    founded.server.clock.advance(16 * 60 * 1000);
    let answer = read(&founded, "/vault").await;
    assert_eq!(answer.refusal(), ErrorCode::TokenExpired);
}

#[tokio::test]
async fn pages_are_counted_by_member() {
    let founded = Founded::start(&[]).await;
    let mut pages = 0;
    let limited = loop {
        let answer = read(&founded, "/vault").await;
        if !answer.status.is_success() {
            break answer;
        }
        pages += 1;
        assert!(pages < 10_000);
    };
    assert_eq!((pages, limited.wait()), (600, Some(1)));
}

/// Whoever asks for pages and does not take them holds what one household may hold, and no more.
#[tokio::test]
async fn pages_that_nobody_takes_are_bounded() {
    let founded = Founded::start(&["--behind-proxy"]).await;
    let mut socket = founded.connect().await;
    let mut chain = Chain::of(&founded.owner);
    let large = "A".repeat(MAX_SEGMENT_CHARS);
    for id in 0..4 {
        ask(&mut socket, id, append(chain.next(&large))).await;
    }
    let credentials = format!("Bearer {}", founded.session.access_token);
    let get = async |from: &str| {
        let request = HttpRequest::get("/vault")
            .header("authorization", &credentials)
            .header("x-forwarded-for", from)
            .body(Body::empty())
            .unwrap();
        founded
            .server
            .relay
            .router()
            .oneshot(request)
            .await
            .unwrap()
    };
    let mut untaken = Vec::new();
    let refused = loop {
        let answer = get("192.0.2.1").await;
        if !answer.status().is_success() {
            break answer;
        }
        untaken.push(answer);
        assert!(untaken.len() < 100);
    };
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(untaken.len() > 10, "{}", untaken.len());
    assert!(get("198.51.100.1").await.status().is_success());
    let taken = untaken.pop().unwrap().into_body().collect().await.unwrap();
    assert!(taken.to_bytes().len() > 3 * MAX_SEGMENT_CHARS);
    assert!(get("192.0.2.1").await.status().is_success());
}
