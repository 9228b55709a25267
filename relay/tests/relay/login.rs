//! A name and a password's secret open a session; nothing else does.

use parley_protocol::auth::{LoginRequest, LoginSecret, Wrap};
use parley_protocol::error::ErrorCode;

use crate::support::server::Founded;

fn login(name: &str, secret: LoginSecret) -> LoginRequest {
    LoginRequest {
        name: name.to_owned(),
        login_secret: secret,
    }
}

#[tokio::test]
async fn a_login_gives_a_session_and_the_wrap_of_the_password() {
    let founded = Founded::start(&[]).await;
    let request = login("ADA", founded.owner.login_secret());
    let answer = founded.server.post("/auth/login", &request).await;
    let session = answer.signed_in();
    assert_eq!(session.user, founded.owner.user);
    assert_eq!(session.wraps, [Wrap::password("vault of Ada".to_owned())]);

    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    for part in [
        "parley_refresh=",
        "Path=/auth",
        "HttpOnly",
        "SameSite=Strict",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"));
}

#[tokio::test]
async fn the_cookie_is_secure_behind_tls() {
    let founded = Founded::start(&["--public-url=https://chat.example.org"]).await;
    let answer = founded
        .server
        .post("/auth/login", &founded.owner.login())
        .await;
    assert!(
        answer.headers["set-cookie"]
            .to_str()
            .unwrap()
            .contains("; Secure")
    );
    assert!(answer.headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_look_the_same() {
    let founded = Founded::start(&[]).await;
    for name in ["Ada", "Nobody", "\u{202e}"] {
        let request = login(name, LoginSecret("guess".to_owned()));
        let answer = founded.server.post("/auth/login", &request).await;
        assert_eq!(answer.refusal(), ErrorCode::WrongCredentials, "{name}");
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_and_the_clock_makes_it_good() {
    let founded = Founded::start(&["--login-burst=3", "--behind-proxy"]).await;
    let guess = login("Ada", LoginSecret("guess".to_owned()));
    // From an address where she never was.
    let from = [("x-forwarded-for", "192.0.2.1")];
    let try_it = |request| founded.server.post_as("/auth/login", request, &from);
    for _ in 0..3 {
        assert_eq!(try_it(&guess).await.refusal(), ErrorCode::WrongCredentials);
    }
    let answer = try_it(&guess).await;
    assert_eq!(answer.refusal(), ErrorCode::RateLimited { retry_after: 6 });
    assert_eq!(answer.headers["retry-after"], "6");

    founded.server.clock.advance(6000);
    assert!(try_it(&founded.owner.login()).await.status.is_success());
}

#[tokio::test]
async fn registrations_are_slowed_down() {
    let founded = Founded::start(&["--registration-burst=1"]).await;
    let request = founded.owner.registration(None, Vec::new());
    let answer = founded.server.post("/auth/register", &request).await;
    assert_eq!(answer.refusal(), ErrorCode::RateLimited { retry_after: 60 });
}

#[tokio::test]
async fn a_body_that_is_no_login_is_refused() {
    let founded = Founded::start(&[]).await;
    let answer = founded.server.post("/auth/login", &"a text").await;
    assert_eq!(answer.refusal(), ErrorCode::Malformed);
    let answer = founded
        .server
        .post("/auth/login", &"x".repeat(600_000))
        .await;
    assert_eq!(answer.refusal(), ErrorCode::TooLarge);
}
