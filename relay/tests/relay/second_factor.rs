//! With a second factor, a password alone gives nothing; and each code is good once.

use parley_protocol::auth::{
    ChangePasswordRequest, Code, EnableSecondFactorRequest, LoginSecret, SecondFactorStatus,
    SessionResponse, Ticket, Wrap,
};
use parley_protocol::error::ErrorCode;

use crate::support::account::{Account, ticket_of, verify, verify_as};
use crate::support::person::Person;
use crate::support::server::{Founded, NOW};

const STEP: u64 = 30_000;

async fn status(founded: &Founded, account: &Account) -> SecondFactorStatus {
    account.get(&founded.server, "/auth/mfa").await.json()
}

#[tokio::test]
async fn a_code_is_asked_for_before_anything_is_handed_out() {
    let founded = Founded::start(&[]).await;
    let ada = founded.owner_account();
    let server = &founded.server;
    assert!(!status(&founded, &ada).await.enabled);
    let app = ada.enable_second_factor(server, NOW).await;
    let now = status(&founded, &ada).await;
    assert!(now.enabled);
    assert_eq!(now.recovery_codes_left, 10);

    let answer = server.post("/auth/login", &ada.person.login()).await;
    let text = String::from_utf8(answer.body.clone()).unwrap();
    assert!(!text.contains("vault of Ada") && !text.contains("access_token"));
    assert!(answer.headers.get("set-cookie").is_none());
    let ticket = ticket_of(&answer);

    server.clock.advance(STEP);
    let answer = verify(server, &ticket, &app.code_at(NOW + STEP)).await;
    let session: SessionResponse = answer.json();
    assert_eq!(session.user, ada.person.user);
    assert_eq!(session.wraps, [Wrap::password("vault of Ada".to_owned())]);
    assert!(answer.cookie().starts_with("parley_refresh="));
}

#[tokio::test]
async fn a_wrong_code_leaves_the_ticket_good_and_a_right_one_uses_it_up() {
    let founded = Founded::start(&[]).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let app = ada.enable_second_factor(server, NOW).await;
    server.clock.advance(STEP);
    let ticket = ada.first_factor(server).await;
    for wrong in ["000000", "", "AAAA-AAAA-AAAA", "no code at all"] {
        let answer = verify(server, &ticket, &Code(wrong.to_owned())).await;
        assert_eq!(answer.refusal(), ErrorCode::WrongCode, "{wrong}");
    }
    let code = app.code_at(NOW + STEP);
    assert!(verify(server, &ticket, &code).await.status.is_success());
    // Stolen afterwards, neither ticket nor code is of use, nor the ticket with the next code.
    let next = app.code_at(NOW + 2 * STEP);
    for code in [&code, &next] {
        let answer = verify(server, &ticket, code).await;
        assert_eq!(answer.refusal(), ErrorCode::TicketExpired);
    }
}

#[tokio::test]
async fn a_replayed_code_is_refused_also_with_another_ticket() {
    let founded = Founded::start(&[]).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let app = ada.enable_second_factor(server, NOW).await;
    // The code that turned it on was used by that.
    let used = app.code_at(NOW);
    let ticket = ada.first_factor(server).await;
    let answer = verify(server, &ticket, &used).await;
    assert_eq!(answer.refusal(), ErrorCode::WrongCode);

    server.clock.advance(STEP);
    let code = app.code_at(NOW + STEP);
    let mine = ada.first_factor(server).await;
    let thiefs = ada.first_factor(server).await;
    assert!(verify(server, &mine, &code).await.status.is_success());
    let answer = verify(server, &thiefs, &code).await;
    assert_eq!(answer.refusal(), ErrorCode::WrongCode);
    let before = app.code_at(NOW);
    let answer = verify(server, &thiefs, &before).await;
    assert_eq!(answer.refusal(), ErrorCode::WrongCode);
}

#[tokio::test]
async fn a_recovery_code_is_good_once_and_only_for_its_member() {
    let mut founded = Founded::start(&[]).await;
    let ben = founded.join("Ben").await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let app = ada.enable_second_factor(server, NOW).await;
    let bens = ben.enable_second_factor(server, NOW).await;

    let ticket = ada.first_factor(server).await;
    let other = verify(server, &ticket, &bens.recovery_codes[0]).await;
    assert_eq!(other.refusal(), ErrorCode::WrongCode);
    // As people type.
    let typed = Code(app.recovery_codes[0].0.to_lowercase().replace('-', " "));
    assert!(verify(server, &ticket, &typed).await.status.is_success());
    assert_eq!(status(&founded, &ada).await.recovery_codes_left, 9);
    let ticket = ada.first_factor(server).await;
    let again = verify(server, &ticket, &typed).await;
    assert_eq!(again.refusal(), ErrorCode::WrongCode);
    assert!(
        verify(server, &ticket, &app.recovery_codes[1])
            .await
            .status
            .is_success()
    );
    assert_eq!(status(&founded, &ben).await.recovery_codes_left, 10);
}

#[tokio::test]
async fn a_ticket_is_for_its_member_and_five_minutes() {
    let mut founded = Founded::start(&[]).await;
    let ben = founded.join("Ben").await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let app = ada.enable_second_factor(server, NOW).await;
    let bens = ben.enable_second_factor(server, NOW).await;
    server.clock.advance(STEP);
    // Ben has Ada's password, and the second factor of his own account.
    let stolen = ada.first_factor(server).await;
    let answer = verify(server, &stolen, &bens.code_at(NOW + STEP)).await;
    assert_eq!(answer.refusal(), ErrorCode::WrongCode);
    // A ticket is no token, and a token no ticket.
    let thief = Account {
        person: ada.person.clone(),
        token: stolen.0.clone(),
        cookie: String::new(),
    };
    let answer = thief.get(server, "/auth/sessions").await;
    assert_eq!(answer.refusal(), ErrorCode::NotAuthenticated);
    let answer = verify(server, &Ticket(ada.token.clone()), &app.code_at(NOW)).await;
    assert_eq!(answer.refusal(), ErrorCode::TicketExpired);

    server.clock.advance(5 * 60 * 1000);
    let code = app.code_at(NOW + STEP + 5 * 60 * 1000);
    let answer = verify(server, &stolen, &code).await;
    assert_eq!(answer.refusal(), ErrorCode::TicketExpired);
}

#[tokio::test]
async fn whoever_knows_the_password_guesses_few_codes() {
    let options = ["--behind-proxy", "--login-burst=1000", "--metrics-open"];
    let founded = Founded::start(&options).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let app = ada.enable_second_factor(server, NOW).await;
    let before = server.counter("parley_secret_checks_total").await;
    let mut passed_first = 0;
    // A day long, from ever new addresses, with ever new tickets.
    for hour in 0..24_u64 {
        for number in 0..20_u64 {
            let address = format!("10.{hour}.{number}.1");
            let from = [("x-forwarded-for", address.as_str())];
            let answer = server
                .post_as("/auth/login", &ada.person.login(), &from)
                .await;
            if answer.wait().is_some() {
                continue;
            }
            passed_first += 1;
            let guess = Code(format!("{:06}", hour * 20 + number));
            let answer = verify_as(server, &ticket_of(&answer), &guess, &from).await;
            assert!(!answer.status.is_success());
        }
        server.clock.advance(60 * 60 * 1000);
    }
    let checks = server.counter("parley_secret_checks_total").await - before;
    let codes = checks - passed_first;
    assert!(codes <= 5 + 24, "{codes} codes of {passed_first} tickets");

    // Ada waits where nobody knows her, and is in at once in the browser that knows her.
    let now = NOW + 24 * 60 * 60 * 1000;
    let known = format!("{}; {}", ada.cookie, known_browser(&founded, &ada).await);
    let headers = [("x-forwarded-for", "203.0.113.77"), ("cookie", &known)];
    let answer = server
        .post_as("/auth/login", &ada.person.login(), &headers)
        .await;
    let answer = verify_as(server, &ticket_of(&answer), &app.code_at(now), &headers).await;
    assert!(answer.status.is_success(), "{:?}", answer.refusal());
}

/// The cookie of a browser in which somebody was signed in before.
async fn known_browser(founded: &Founded, account: &Account) -> String {
    let answer = account.refresh(&founded.server).await;
    let cookie = answer.cookie_named("parley_known").unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_change_of_secrets_ends_tickets() {
    let founded = Founded::start(&[]).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let app = ada.enable_second_factor(server, NOW).await;
    let ticket = ada.first_factor(server).await;
    let request = ChangePasswordRequest {
        proof: ada.proof(),
        login_secret: LoginSecret("a new secret".to_owned()),
        wrap: Wrap::password("wrapped anew".to_owned()),
    };
    let answer = ada.post(server, "/auth/password", &request).await;
    assert!(answer.status.is_success());
    let answer = verify(server, &ticket, &app.recovery_codes[0]).await;
    assert_eq!(answer.refusal(), ErrorCode::TicketExpired);
}

#[tokio::test]
async fn turning_it_on_and_off_needs_a_proof_and_a_code() {
    let mut founded = Founded::start(&[]).await;
    let ben = founded.join("Ben").await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    // With a stolen token, and the proof of another member.
    let stolen = ben.proof_request();
    for path in ["/auth/mfa/setup", "/auth/mfa/disable"] {
        let answer = ada.post(server, path, &stolen).await;
        assert_eq!(answer.refusal(), ErrorCode::WrongCredentials, "{path}");
        let answer = server.post(path, &ada.proof_request()).await;
        assert_eq!(answer.refusal(), ErrorCode::NotAuthenticated, "{path}");
    }
    // Nothing was set up, and a wrong code turns nothing on.
    let guess = EnableSecondFactorRequest {
        code: Code("123456".to_owned()),
    };
    let answer = ada.post(server, "/auth/mfa/enable", &guess).await;
    assert_eq!(answer.refusal(), ErrorCode::NotPermitted);
    let request = ada.proof_request();
    ada.post(server, "/auth/mfa/setup", &request).await;
    let answer = ada.post(server, "/auth/mfa/enable", &guess).await;
    assert_eq!(answer.refusal(), ErrorCode::WrongCode);
    assert!(!status(&founded, &ada).await.enabled);
    ada.again(server).await;

    // What is on cannot be replaced, only turned off.
    ada.enable_second_factor(server, NOW).await;
    let answer = ada.post(server, "/auth/mfa/setup", &request).await;
    assert_eq!(answer.refusal(), ErrorCode::NotPermitted);
    let answer = ada.post(server, "/auth/mfa/disable", &request).await;
    assert!(answer.status.is_success());
    ada.again(server).await;
    assert_eq!(status(&founded, &ada).await.recovery_codes_left, 0);
}

/// Registering again is a way to sign in, too.
#[tokio::test]
async fn a_repeated_registration_leads_around_no_second_factor() {
    let mut founded = Founded::start(&[]).await;
    let person = Person::new("Ben", founded.owner.community);
    let entry = person.joining(&founded.invite, founded.community.head(), NOW);
    founded.community.apply(&entry).unwrap();
    let request = person.registration(None, vec![entry]);
    let server = &founded.server;
    let answer = server.post("/auth/register", &request).await;
    let session: SessionResponse = answer.json();
    let ben = Account {
        person,
        token: session.access_token,
        cookie: answer.cookie(),
    };
    assert!(
        server
            .post("/auth/register", &request)
            .await
            .status
            .is_success()
    );
    ben.enable_second_factor(server, NOW).await;
    let answer = server.post("/auth/register", &request).await;
    assert!(!answer.status.is_success());
    assert!(answer.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn a_recovery_key_is_a_first_factor_only() {
    let founded = Founded::start(&[]).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    ada.set_recovery_key(server).await;
    let app = ada.enable_second_factor(server, NOW).await;
    let answer = server.post("/auth/recover", &ada.recovery()).await;
    let ticket = ticket_of(&answer);
    let answer = verify(server, &ticket, &app.recovery_codes[0]).await;
    let session: SessionResponse = answer.json();
    let wrap = Wrap::recovery("recovery of Ada".to_owned());
    assert_eq!(session.wraps, [wrap]);
}
