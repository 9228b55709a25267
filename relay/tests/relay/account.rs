//! What a member changes about how they get in: only with a proof, and only of themselves.

use parley_protocol::auth::{
    ChangePasswordRequest, ChangeWrapsRequest, LoginSecret, Proof, RecoverySecret, Wrap, WrapName,
    WrapsResponse,
};
use parley_protocol::error::ErrorCode;

use crate::support::account::{Account, login};
use crate::support::server::Founded;

fn no_change(proof: Proof) -> ChangeWrapsRequest {
    ChangeWrapsRequest {
        proof,
        put: Vec::new(),
        remove: Vec::new(),
        recovery_secret: None,
    }
}

fn new_password(proof: Proof) -> ChangePasswordRequest {
    ChangePasswordRequest {
        proof,
        login_secret: LoginSecret("a new secret".to_owned()),
        wrap: Wrap::password("wrapped anew".to_owned()),
    }
}

async fn opened(founded: &Founded, account: &Account, proof: Proof) -> Vec<Wrap> {
    let request = no_change(proof);
    let answer = account.post(&founded.server, "/auth/wraps", &request).await;
    answer.json::<WrapsResponse>().wraps
}

#[tokio::test]
async fn a_proof_opens_its_own_wrap_and_a_token_alone_none() {
    let founded = Founded::start(&[]).await;
    let ada = founded.owner_account();
    ada.set_recovery_key(&founded.server).await;
    let password = Wrap::password("vault of Ada".to_owned());
    let recovery = Wrap::recovery("recovery of Ada".to_owned());
    let sealed = |wrap: &Wrap| Wrap {
        text: String::new(),
        ..wrap.clone()
    };
    let by_password = opened(&founded, &ada, ada.proof()).await;
    assert_eq!(by_password, [password.clone(), sealed(&recovery)]);
    let proof = Proof::RecoverySecret(ada.recovery_secret());
    let by_recovery = opened(&founded, &ada, proof).await;
    assert_eq!(by_recovery, [sealed(&password), recovery.clone()]);
    let listed = ada.get(&founded.server, "/auth/wraps").await;
    let listed = listed.json::<WrapsResponse>().wraps;
    assert_eq!(listed, [sealed(&password), sealed(&recovery)]);
}

#[tokio::test]
async fn the_recovery_key_signs_in_and_sets_a_new_password() {
    let founded = Founded::start(&[]).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    ada.set_recovery_key(server).await;
    let answer = server.post("/auth/recover", &ada.recovery()).await;
    let session = answer.signed_in();
    assert_eq!(session.user, ada.person.user);
    let wrap = Wrap::recovery("recovery of Ada".to_owned());
    assert_eq!(session.wraps, [wrap]);

    let here = Account {
        token: session.access_token,
        cookie: answer.cookie(),
        ..founded.owner_account()
    };
    let request = new_password(Proof::RecoverySecret(ada.recovery_secret()));
    let answer = here.post(server, "/auth/password", &request).await;
    assert!(answer.status.is_success());
    let old = server.post("/auth/login", &ada.person.login()).await;
    assert_eq!(old.refusal(), ErrorCode::WrongCredentials);
    let request = login("Ada", "a new secret");
    let new = server.post("/auth/login", &request).await.signed_in();
    assert_eq!(new.wraps, [Wrap::password("wrapped anew".to_owned())]);
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions_at_once() {
    let founded = Founded::start(&[]).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let mut socket = founded.connect().await;
    let here = ada.again(server).await;
    let request = new_password(here.proof());
    let answer = here.post(server, "/auth/password", &request).await;
    assert!(answer.status.is_success());

    while let Some(frame) = socket.receive().await {
        drop(frame);
    }
    assert_eq!(ada.refresh(server).await.refusal(), ErrorCode::SessionEnded);
    // The token is still signed and not yet expired, but opens nothing that matters.
    for path in [
        "/auth/sessions",
        "/auth/wraps",
        "/auth/mfa",
        "/auth/passkeys",
    ] {
        let answer = ada.get(server, path).await;
        assert_eq!(answer.refusal(), ErrorCode::SessionEnded, "{path}");
    }
    let answer = ada
        .post(server, "/auth/wraps", &no_change(new_proof()))
        .await;
    assert_eq!(answer.refusal(), ErrorCode::SessionEnded);
    assert!(here.refresh(server).await.status.is_success());
}

fn new_proof() -> Proof {
    Proof::LoginSecret(LoginSecret("a new secret".to_owned()))
}

#[tokio::test]
async fn the_proof_of_another_member_changes_nothing() {
    let mut founded = Founded::start(&[]).await;
    let ben = founded.join("Ben").await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    ben.set_recovery_key(server).await;
    for proof in [
        ben.proof(),
        Proof::RecoverySecret(ben.recovery_secret()),
        Proof::LoginSecret(LoginSecret(String::new())),
    ] {
        let answer = ada
            .post(server, "/auth/password", &new_password(proof.clone()))
            .await;
        assert_eq!(answer.refusal(), ErrorCode::WrongCredentials);
        let request = ChangeWrapsRequest {
            put: vec![Wrap::password("mine now".to_owned())],
            ..no_change(proof)
        };
        let answer = ada.post(server, "/auth/wraps", &request).await;
        assert_eq!(answer.refusal(), ErrorCode::WrongCredentials);
    }
    let session = server.post("/auth/login", &ada.person.login()).await;
    let wraps = session.signed_in().wraps;
    assert_eq!(wraps, [Wrap::password("vault of Ada".to_owned())]);
}

#[tokio::test]
async fn a_forgotten_recovery_key_opens_nothing() {
    let founded = Founded::start(&[]).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    ada.set_recovery_key(server).await;
    let another = RecoverySecret("A".repeat(43));
    let request = ChangeWrapsRequest {
        put: vec![Wrap::recovery("under another key".to_owned())],
        recovery_secret: Some(another.clone()),
        ..no_change(ada.proof())
    };
    assert!(
        ada.post(server, "/auth/wraps", &request)
            .await
            .status
            .is_success()
    );
    let old = server.post("/auth/recover", &ada.recovery()).await;
    assert_eq!(old.refusal(), ErrorCode::WrongCredentials);
    let mut recovery = ada.recovery();
    recovery.recovery_secret = another;
    let new = server.post("/auth/recover", &recovery).await;
    assert_eq!(new.signed_in().wraps.len(), 1);

    let name = Wrap::recovery(String::new()).name();
    let request = ChangeWrapsRequest {
        remove: vec![name],
        ..no_change(ada.proof())
    };
    let answer = ada.post(server, "/auth/wraps", &request).await;
    let left = answer.json::<WrapsResponse>().wraps;
    assert_eq!(left, [Wrap::password("vault of Ada".to_owned())]);
    let gone = server.post("/auth/recover", &recovery).await;
    assert_eq!(gone.refusal(), ErrorCode::WrongCredentials);
}

#[tokio::test]
async fn nobody_is_left_without_a_way_to_their_secrets() {
    let founded = Founded::start(&[]).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let change = |put: Vec<Wrap>, remove: Vec<WrapName>, secret: Option<&str>| ChangeWrapsRequest {
        put,
        remove,
        recovery_secret: secret.map(|secret| RecoverySecret(secret.to_owned())),
        ..no_change(ada.proof())
    };
    let recovery = Wrap::recovery("text".to_owned());
    let unnamed = Wrap::passkey(String::new(), "text".to_owned());
    let large = Wrap::password("v".repeat(16 * 1024 + 1));
    let many = (0..20).map(|id| Wrap::passkey(id.to_string(), String::new()));
    let long = "A".repeat(43);
    for (request, code) in [
        // The password stays without its wrap.
        (
            change(vec![], vec![Wrap::password(String::new()).name()], None),
            ErrorCode::NotPermitted,
        ),
        // A key that opens nothing, and one that anybody guesses.
        (change(vec![], vec![], Some(&long)), ErrorCode::Malformed),
        (
            change(vec![recovery], vec![], Some("short")),
            ErrorCode::Malformed,
        ),
        (change(vec![unnamed], vec![], None), ErrorCode::Malformed),
        (change(vec![large], vec![], None), ErrorCode::TooLarge),
        (change(many.collect(), vec![], None), ErrorCode::TooLarge),
    ] {
        let answer = ada.post(server, "/auth/wraps", &request).await;
        assert_eq!(answer.refusal(), code, "{request:?}");
    }
    let left = opened(&founded, &ada, ada.proof()).await;
    assert_eq!(left, [Wrap::password("vault of Ada".to_owned())]);
}
