//! Passwords are guessed slowly, at whatever endpoint, and those who guess lock nobody out.

use parley_protocol::auth::{LoginRequest, LoginSecret, RegisterRequest};
use parley_protocol::frame::RelayToClient;

use crate::support::person::Person;
use crate::support::server::{Answer, Founded, NOW, Socket};
use crate::support::town::everything;

const AT_HOME: &str = "198.51.100.7";
const ELSEWHERE: &str = "203.0.113.9";
const TOLD: &str = "x-forwarded-for";

fn guess() -> LoginSecret {
    LoginSecret("guess".to_owned())
}

/// Strangers' addresses, in networks of their own.
fn stranger(number: usize) -> String {
    format!("10.0.{number}.1")
}

async fn log_in(founded: &Founded, secret: LoginSecret, headers: &[(&str, &str)]) -> Answer {
    let request = LoginRequest {
        name: founded.owner.name.clone(),
        login_secret: secret,
    };
    founded
        .server
        .post_as("/auth/login", &request, headers)
        .await
}

async fn owner_logs_in(founded: &Founded, headers: &[(&str, &str)]) -> Answer {
    log_in(founded, founded.owner.login_secret(), headers).await
}

/// Somebody comes in, and tells everybody what they sent, which is in the log for every member to read.
async fn registered(founded: &Founded) -> RegisterRequest {
    let person = Person::new("Ben", founded.owner.community);
    let entry = person.joining(&founded.invite, founded.community.head(), NOW);
    let request = person.registration(None, vec![entry]);
    let answer = founded.server.post("/auth/register", &request).await;
    assert!(answer.status.is_success());
    request
}

#[tokio::test]
async fn registering_again_is_a_guess_like_any_other() {
    let founded = Founded::start(&["--login-burst=3", "--behind-proxy", "--metrics-open"]).await;
    let again = RegisterRequest {
        login_secret: Some(guess()),
        ..registered(&founded).await
    };
    let bens = LoginRequest {
        name: "Ben".to_owned(),
        login_secret: guess(),
    };
    let hashes = || founded.server.counter("parley_password_hashes_total");
    let before = hashes().await;
    let from = |number| (TOLD, stranger(number));

    // One address, at both endpoints.
    for _ in 0..5 {
        let (name, address) = from(0);
        founded
            .server
            .post_as("/auth/register", &again, &[(name, &address)])
            .await;
        founded
            .server
            .post_as("/auth/login", &bens, &[(name, &address)])
            .await;
    }
    assert_eq!(hashes().await, before + 3);
    // Many addresses, one name.
    for number in 1..30 {
        let (name, address) = from(number);
        founded
            .server
            .post_as("/auth/register", &again, &[(name, &address)])
            .await;
        founded
            .server
            .post_as("/auth/login", &bens, &[(name, &address)])
            .await;
    }
    assert_eq!(hashes().await, before + 15);
}

/// Twelve strangers guess as often as each of them may, for an hour.
async fn guess_for_an_hour(founded: &Founded) {
    for _ in 0..600 {
        for number in 0..12 {
            let address = stranger(number);
            let answer = log_in(founded, guess(), &[(TOLD, &address)]).await;
            assert!(!answer.status.is_success());
        }
        founded.server.clock.advance(6000);
    }
    // And once more, before anybody else comes.
    for number in 0..12 {
        log_in(founded, guess(), &[(TOLD, &stranger(number))]).await;
    }
}

#[tokio::test]
async fn strangers_who_guess_lock_no_owner_out() {
    let founded = Founded::start(&["--behind-proxy"]).await;
    let answer = owner_logs_in(&founded, &[(TOLD, AT_HOME)]).await;
    let known = answer.cookie_named("parley_known").unwrap();
    let known = known.split(';').next().unwrap().to_owned();
    guess_for_an_hour(&founded).await;

    // From where nobody knows her she waits, and hears how long.
    let answer = owner_logs_in(&founded, &[(TOLD, ELSEWHERE)]).await;
    assert!(answer.wait().is_some_and(|seconds| seconds > 0));
    // At home, and in the browser that knows her, she is in at once.
    let answer = owner_logs_in(&founded, &[(TOLD, AT_HOME)]).await;
    assert!(answer.status.is_success());
    let answer = owner_logs_in(&founded, &[(TOLD, "203.0.113.77"), ("cookie", &known)]).await;
    assert!(answer.status.is_success());
    // Her browser helps nobody to guess faster than she mistypes.
    let browser = [(TOLD, ELSEWHERE), ("cookie", known.as_str())];
    let mut tries = 0;
    while log_in(&founded, guess(), &browser).await.wait().is_none() {
        tries += 1;
    }
    assert!(tries < 20, "{tries}");
}

#[tokio::test]
async fn where_a_device_said_hello_its_owner_can_log_in() {
    let founded = Founded::start(&["--behind-proxy", "--login-burst=1"]).await;
    let relay = &founded.server.relay;
    let mut socket = Socket::try_open_with(relay, Some((TOLD, AT_HOME)))
        .await
        .unwrap();
    let RelayToClient::Challenge { nonce } = socket.next().await else {
        panic!("no challenge");
    };
    let token = &founded.session.access_token;
    socket
        .send(&founded.owner.hello(&nonce, token, everything()))
        .await;
    assert!(matches!(socket.next().await, RelayToClient::Welcome(_)));
    for number in 0..20 {
        log_in(&founded, guess(), &[(TOLD, &stranger(number))]).await;
    }
    assert!(
        owner_logs_in(&founded, &[(TOLD, ELSEWHERE)])
            .await
            .wait()
            .is_some()
    );
    assert!(
        owner_logs_in(&founded, &[(TOLD, AT_HOME)])
            .await
            .status
            .is_success()
    );
}

#[tokio::test]
async fn a_browser_stays_known_after_its_session() {
    let founded = Founded::start(&[]).await;
    let answer = owner_logs_in(&founded, &[]).await;
    let cookie = answer.cookie_named("parley_known").unwrap();
    for part in [
        "Path=/auth",
        "Max-Age=34560000",
        "HttpOnly",
        "SameSite=Strict",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let known = cookie.split(';').next().unwrap().to_owned();
    let both = format!("{}; {known}", answer.cookie());
    let out = founded
        .server
        .post_with("/auth/logout", "cookie", &both)
        .await;
    assert!(out.cookie_named("parley_known").is_none());
    // Nothing is set anew while it is fresh, and before it is too old it is.
    let again = owner_logs_in(&founded, &[("cookie", &known)]).await;
    assert!(again.cookie_named("parley_known").is_none());
    founded.server.clock.advance(40 * 24 * 60 * 60 * 1000);
    let later = owner_logs_in(&founded, &[("cookie", &known)]).await;
    assert!(later.cookie_named("parley_known").is_some());
}
