//! Every endpoint that checks a secret is behind the same gate, and answers alike for names that nobody has.

use parley_protocol::auth::{LoginSecret, Proof, ProofRequest, RecoverRequest, RecoverySecret};
use parley_protocol::error::ErrorCode;

use crate::support::account::{Account, login};
use crate::support::server::{Answer, Founded, NOW};

const TOLD: &str = "x-forwarded-for";

fn recovery(name: &str) -> RecoverRequest {
    RecoverRequest {
        name: name.to_owned(),
        recovery_secret: RecoverySecret("B".repeat(43)),
    }
}

async fn knock(founded: &Founded, door: usize, from: &str) -> Answer {
    let server = &founded.server;
    let token = format!("Bearer {}", founded.session.access_token);
    let headers = [(TOLD, from), ("authorization", token.as_str())];
    let wrong = Proof::LoginSecret(LoginSecret("guess".to_owned()));
    let proof = ProofRequest { proof: wrong };
    match door % 4 {
        0 => {
            let guess = login("Ada", "guess");
            server.post_as("/auth/login", &guess, &headers).await
        }
        1 => {
            let guess = recovery("Ada");
            server.post_as("/auth/recover", &guess, &headers).await
        }
        2 => server.post_as("/auth/mfa/setup", &proof, &headers).await,
        _ => server.post_as("/auth/mfa/disable", &proof, &headers).await,
    }
}

async fn checks(founded: &Founded) -> u64 {
    founded.server.counter("parley_secret_checks_total").await
}

/// Whoever goes from door to door has no more tries than at one.
#[tokio::test]
async fn a_guesser_in_a_loop_has_the_same_few_tries_at_all_doors() {
    let options = ["--behind-proxy", "--login-burst=3", "--metrics-open"];
    let founded = Founded::start(&options).await;
    let before = checks(&founded).await;
    for door in 0..40 {
        let answer = knock(&founded, door, "192.0.2.1").await;
        let code = answer.refusal();
        match code {
            ErrorCode::WrongCredentials if door < 3 => {}
            ErrorCode::RateLimited { .. } if door >= 3 => {}
            other => panic!("{door}: {other:?}"),
        }
    }
    assert_eq!(checks(&founded).await, before + 3, "of one address");
    for number in 1..60 {
        let from = format!("10.0.{number}.1");
        knock(&founded, number, &from).await;
    }
    assert_eq!(checks(&founded).await, before + 15, "of one name");
}

/// The same answer after the same work: one look-up, one check, one hash where there is one.
#[tokio::test]
async fn names_that_nobody_has_look_like_others() {
    let founded = Founded::start(&["--login-burst=1000", "--metrics-open"]).await;
    let server = &founded.server;
    founded.owner_account().set_recovery_key(server).await;
    let work = || async {
        (
            server.counter("parley_password_hashes_total").await,
            checks(&founded).await,
        )
    };
    let mut seen = Vec::new();
    for name in ["Ada", "Nobody", "\u{202e}", ""] {
        let before = work().await;
        let by_password = server.post("/auth/login", &login(name, "guess")).await;
        let between = work().await;
        let by_recovery = server.post("/auth/recover", &recovery(name)).await;
        let after = work().await;
        for answer in [&by_password, &by_recovery] {
            assert_eq!(answer.refusal(), ErrorCode::WrongCredentials, "{name}");
        }
        seen.push((
            by_password.body,
            by_recovery.body,
            (between.0 - before.0, between.1 - before.1),
            (after.0 - between.0, after.1 - between.1),
        ));
    }
    assert_eq!((seen[0].2, seen[0].3), ((1, 1), (0, 1)));
    for other in &seen {
        assert_eq!(other, &seen[0]);
    }
}

/// Nobody learns from the answer whether a member has a second factor, before the first one is right.
#[tokio::test]
async fn a_second_factor_shows_only_after_the_first() {
    let founded = Founded::start(&[]).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    ada.set_recovery_key(server).await;
    let without = [
        server.post("/auth/login", &login("Ada", "guess")).await,
        server.post("/auth/recover", &recovery("Ada")).await,
    ];
    ada.enable_second_factor(server, NOW).await;
    let with = [
        server.post("/auth/login", &login("Ada", "guess")).await,
        server.post("/auth/recover", &recovery("Ada")).await,
    ];
    for (before, after) in without.iter().zip(&with) {
        assert_eq!(before.status, after.status);
        assert_eq!(before.body, after.body);
    }
}

#[tokio::test]
async fn a_page_of_another_origin_comes_through_no_door() {
    let founded = Founded::start(&["--public-url=https://chat.example.org"]).await;
    let Account { token, .. } = founded.owner_account();
    let credentials = format!("Bearer {token}");
    let headers = [
        ("origin", "https://evil.example"),
        ("authorization", credentials.as_str()),
    ];
    for path in [
        "/auth/recover",
        "/auth/mfa/verify",
        "/auth/mfa/setup",
        "/auth/mfa/enable",
        "/auth/mfa/disable",
        "/auth/wraps",
        "/auth/password",
        "/auth/sessions/end",
        "/auth/delete",
    ] {
        let answer = founded.server.post_as(path, &(), &headers).await;
        assert_eq!(answer.refusal(), ErrorCode::ForeignOrigin, "{path}");
    }
    for path in ["/auth/sessions", "/auth/wraps", "/auth/mfa"] {
        let answer = founded.server.get_with(path, &headers).await;
        assert_eq!(answer.refusal(), ErrorCode::ForeignOrigin, "{path}");
    }
}
