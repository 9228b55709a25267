//! Refresh tokens: each works once, and one that is used twice ends the session.

use parley_protocol::auth::{LogPage, SessionResponse};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::RelayToClient;

use crate::support::server::{Answer, Founded};

const WEEK: u64 = 7 * 24 * 60 * 60 * 1000;
const QUARTER: u64 = 15 * 60 * 1000;
const LEEWAY: u64 = 10 * 1000;

async fn refresh(founded: &Founded, cookie: &str) -> Answer {
    founded
        .server
        .post_with("/auth/refresh", "cookie", cookie)
        .await
}

async fn log_out(founded: &Founded, cookie: &str) -> Answer {
    founded
        .server
        .post_with("/auth/logout", "cookie", cookie)
        .await
}

async fn writes(founded: &Founded) -> u64 {
    founded.server.counter("parley_commands_total").await
}

#[tokio::test]
async fn a_token_is_exchanged_for_the_next_one() {
    let founded = Founded::start(&[]).await;
    let first = refresh(&founded, &founded.cookie).await;
    assert!(first.status.is_success());
    assert_ne!(first.cookie(), founded.cookie);
    let session: SessionResponse = first.json();
    assert_eq!(session.user, founded.owner.user);
    assert_eq!(session.wraps, []);
    let second = refresh(&founded, &first.cookie()).await;
    assert!(second.status.is_success());
}

#[tokio::test]
async fn a_token_used_twice_ends_the_session_and_its_socket() {
    let founded = Founded::start(&[]).await;
    let mut socket = founded.connect().await;
    let next = refresh(&founded, &founded.cookie).await;
    founded.server.clock.advance(LEEWAY + 1);
    let reused = refresh(&founded, &founded.cookie).await;
    assert_eq!(reused.refusal(), ErrorCode::SessionEnded);
    assert_eq!(reused.cookie(), "parley_refresh=");
    let heir = refresh(&founded, &next.cookie()).await;
    assert_eq!(heir.refusal(), ErrorCode::SessionEnded);
    let RelayToClient::Closing { error } = socket.next().await else {
        panic!("the socket stays open");
    };
    assert_eq!(error.code, ErrorCode::SessionEnded);
    assert!(socket.receive().await.is_none());
}

#[tokio::test]
async fn a_page_that_lost_the_answer_may_ask_again_at_once() {
    let founded = Founded::start(&[]).await;
    let lost = refresh(&founded, &founded.cookie).await;
    assert!(lost.status.is_success());
    founded.server.clock.advance(LEEWAY);
    let again = refresh(&founded, &founded.cookie).await;
    assert!(again.status.is_success());
    assert!(refresh(&founded, &again.cookie()).await.status.is_success());
    // The first use counts, not the last one.
    founded.server.clock.advance(1);
    let late = refresh(&founded, &founded.cookie).await;
    assert_eq!(late.refusal(), ErrorCode::SessionEnded);
}

#[tokio::test]
async fn of_two_answers_to_one_token_only_one_is_good() {
    let founded = Founded::start(&[]).await;
    let one = refresh(&founded, &founded.cookie).await;
    let other = refresh(&founded, &founded.cookie).await;
    let next = refresh(&founded, &one.cookie()).await;
    assert!(next.status.is_success());
    let thief = refresh(&founded, &other.cookie()).await;
    assert_eq!(thief.refusal(), ErrorCode::SessionEnded);
    let heir = refresh(&founded, &next.cookie()).await;
    assert_eq!(heir.refusal(), ErrorCode::SessionEnded);
}

#[tokio::test]
async fn a_token_is_good_for_a_week() {
    let founded = Founded::start(&[]).await;
    founded.server.clock.advance(WEEK);
    let next = refresh(&founded, &founded.cookie).await;
    assert!(next.status.is_success());
    founded.server.clock.advance(WEEK + 1);
    let late = refresh(&founded, &next.cookie()).await;
    assert_eq!(late.refusal(), ErrorCode::SessionEnded);
}

#[tokio::test]
async fn logging_out_ends_the_session() {
    let founded = Founded::start(&[]).await;
    let out = log_out(&founded, &founded.cookie).await;
    assert!(out.status.is_success());
    assert_eq!(out.cookie(), "parley_refresh=");
    let answer = refresh(&founded, &founded.cookie).await;
    assert_eq!(answer.refusal(), ErrorCode::SessionEnded);
    let again = founded.server.post_with("/auth/logout", "x-none", "").await;
    assert!(again.status.is_success());
}

#[tokio::test]
async fn no_cookie_is_no_session() {
    let founded = Founded::start(&[]).await;
    let answer = refresh(&founded, "theme=dark").await;
    assert_eq!(answer.refusal(), ErrorCode::NotAuthenticated);
}

/// A stranger's token is looked up, and takes no turn of the one that writes.
#[tokio::test]
async fn an_unknown_token_costs_no_write() {
    let founded = Founded::start(&["--metrics-open"]).await;
    let before = writes(&founded).await;
    let unknown = format!("parley_refresh={}", "A".repeat(43));
    let garbled = format!("parley_refresh={}", "?".repeat(5_000));
    for cookie in [unknown, garbled] {
        let answer = refresh(&founded, &cookie).await;
        assert_eq!(answer.refusal(), ErrorCode::SessionEnded);
        assert_eq!(answer.cookie(), "parley_refresh=");
        let out = log_out(&founded, &cookie).await;
        assert!(out.status.is_success());
    }
    assert_eq!(writes(&founded).await, before);
    assert!(log_out(&founded, &founded.cookie).await.status.is_success());
    assert_eq!(writes(&founded).await, before + 1);
}

#[tokio::test]
async fn one_address_cannot_renew_and_end_sessions_without_end() {
    let founded = Founded::start(&["--session-burst=2"]).await;
    let next = refresh(&founded, &founded.cookie).await;
    let last = refresh(&founded, &next.cookie()).await;
    assert!(last.status.is_success());
    let limited = ErrorCode::RateLimited { retry_after: 1 };
    let refused = refresh(&founded, &last.cookie()).await;
    assert_eq!(refused.refusal(), limited);
    let refused = log_out(&founded, &last.cookie()).await;
    assert_eq!(refused.refusal(), limited);
    founded.server.clock.advance(500);
    let again = refresh(&founded, &last.cookie()).await;
    assert!(again.status.is_success());
}

#[tokio::test]
async fn an_access_token_is_over_after_a_quarter_of_an_hour() {
    let founded = Founded::start(&[]).await;
    let login = founded.owner.login();
    let session = founded.server.post("/auth/login", &login).await.signed_in();
    let log = || {
        founded
            .server
            .get_as("/log?from=2", Some(&session.access_token))
    };
    let page: LogPage = log().await.json();
    assert_eq!((page.from, page.entries.len()), (2, 3));
    founded.server.clock.advance(QUARTER);
    assert_eq!(log().await.refusal(), ErrorCode::TokenExpired);
}
