//! A passkey signs in the member who made it, once for each challenge, and nobody else.

use axum::http::StatusCode;
use parley_protocol::auth::{
    FinishPasskeyRequest, LoginResponse, PasskeyAssertion, PasskeyOptions, PasskeysResponse, Proof,
    ProofRequest, RemovePasskeyRequest, Wrap, WrapKind,
};
use parley_protocol::error::ErrorCode;

use crate::support::authenticator::Authenticator;
use crate::support::person::Person;
use crate::support::server::{Answer, Founded};

/// The owner has a passkey with a wrap.
struct Scene {
    founded: Founded,
    token: String,
    authenticator: Authenticator,
}

impl Scene {
    async fn start() -> Self {
        let founded = Founded::start(&[]).await;
        let origin = founded.server.relay.origin().to_string();
        let authenticator = Authenticator::new(&origin, founded.owner.user);
        let token = founded.session.access_token.clone();
        let scene = Self {
            founded,
            token,
            authenticator,
        };
        let wrap = Wrap::passkey(scene.authenticator.id_text(), "by passkey".to_owned());
        let made = scene.make(&scene.authenticator, Some(wrap)).await;
        assert_eq!(made.status, StatusCode::NO_CONTENT);
        scene
    }

    async fn post(&self, path: &str, body: &impl serde::Serialize) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str())];
        self.founded.server.post_as(path, body, &headers).await
    }

    fn password(&self) -> Proof {
        Proof::LoginSecret(self.founded.owner.login_secret())
    }

    async fn creation(&self, proof: Proof) -> Answer {
        self.post("/auth/passkey/register/start", &ProofRequest { proof })
            .await
    }

    async fn make(&self, authenticator: &Authenticator, wrap: Option<Wrap>) -> Answer {
        let options: PasskeyOptions = self.creation(self.password()).await.json();
        self.finish(&options, authenticator.create(&options), wrap)
            .await
    }

    async fn finish(
        &self,
        options: &PasskeyOptions,
        credential: String,
        wrap: Option<Wrap>,
    ) -> Answer {
        let request = FinishPasskeyRequest {
            ticket: options.ticket.clone(),
            credential,
            name: "Blue key".to_owned(),
            wrap,
        };
        self.post("/auth/passkey/register/finish", &request).await
    }

    async fn challenge(&self) -> PasskeyOptions {
        let answer = self.founded.server.post("/auth/passkey/login/start", &());
        answer.await.json()
    }

    async fn sign_in(&self, assertion: &PasskeyAssertion) -> Answer {
        let server = &self.founded.server;
        server.post("/auth/passkey/login/finish", assertion).await
    }

    async fn answer(&mut self, options: &PasskeyOptions) -> Answer {
        let assertion = self.authenticator.assert(options);
        self.sign_in(&assertion).await
    }

    async fn list(&self) -> PasskeysResponse {
        let server = &self.founded.server;
        server
            .get_as("/auth/passkeys", Some(&self.token))
            .await
            .json()
    }

    /// Another member, with a session.
    async fn another(&self) -> (Person, String) {
        let other = Person::new("Ben", self.founded.owner.community);
        let head = self.founded.community.head();
        let now = self.founded.session.now;
        let entry = other.joining(&self.founded.invite, head, now);
        let request = other.registration(None, vec![entry]);
        let answer = self.founded.server.post("/auth/register", &request).await;
        let session: parley_protocol::auth::SessionResponse = answer.json();
        (other, session.access_token)
    }
}

#[tokio::test]
async fn a_passkey_signs_in_without_a_name_and_gives_its_own_wrap() {
    let mut scene = Scene::start().await;
    let options = scene.challenge().await;
    let answer = scene.answer(&options).await;
    assert!(answer.cookie_named("parley_refresh").is_some());
    let LoginResponse::Session(session) = answer.json() else {
        panic!("a passkey needs no second factor");
    };
    assert_eq!(session.user, scene.founded.owner.user);
    let [wrap] = session.wraps.as_slice() else {
        panic!("{:?}", session.wraps);
    };
    assert_eq!(
        (wrap.kind, wrap.text.as_str()),
        (WrapKind::Passkey, "by passkey")
    );

    let passkeys = scene.list().await.passkeys;
    let [passkey] = passkeys.as_slice() else {
        panic!("{passkeys:?}");
    };
    assert_eq!(passkey.name, "Blue key");
    assert!(passkey.has_wrap);
    assert_eq!(passkey.last_used_at, Some(scene.founded.session.now));
}

#[tokio::test]
async fn an_answer_is_good_once_and_for_five_minutes() {
    let mut scene = Scene::start().await;
    let options = scene.challenge().await;
    let assertion = scene.authenticator.assert(&options);
    assert_eq!(scene.sign_in(&assertion).await.status, StatusCode::OK);
    let again = scene.sign_in(&assertion).await;
    assert_eq!(again.refusal(), ErrorCode::TicketExpired);

    let options = scene.challenge().await;
    scene.founded.server.clock.advance(5 * 60 * 1000);
    let late = scene.answer(&options).await;
    assert_eq!(late.refusal(), ErrorCode::TicketExpired);
}

/// What it says, and how it is told.
type Lie = (&'static str, fn(&mut Authenticator));

/// Each of these is a lie that a thief, another site or a broken authenticator could tell.
#[tokio::test]
async fn a_lie_signs_nobody_in() {
    let lies: [Lie; 5] = [
        ("nobody was verified", |it| it.verifies = false),
        ("of another page", |it| {
            it.origin = "https://evil.example".to_owned();
        }),
        ("for another site", |it| {
            it.relying_party = "evil.example".to_owned();
        }),
        ("of another member", |it| it.user = vec![7; 16]),
        ("a copy that is behind", |it| it.counter = 0),
    ];
    for (lie, tell) in lies {
        let mut scene = Scene::start().await;
        for _ in 0..3 {
            let options = scene.challenge().await;
            let honest = scene.answer(&options).await;
            assert_eq!(honest.status, StatusCode::OK);
        }
        tell(&mut scene.authenticator);
        let options = scene.challenge().await;
        let answer = scene.answer(&options).await;
        assert_eq!(answer.refusal(), ErrorCode::WrongCredentials, "{lie}");
    }
}

#[tokio::test]
async fn an_answer_to_another_challenge_or_with_another_key_is_refused() {
    let mut scene = Scene::start().await;
    let (asked, other) = (scene.challenge().await, scene.challenge().await);
    let mut assertion = scene.authenticator.assert(&other);
    assertion.ticket = asked.ticket.clone();
    let answer = scene.sign_in(&assertion).await;
    assert_eq!(answer.refusal(), ErrorCode::WrongCredentials);

    // Somebody who knows the credential id has another key.
    let origin = scene.authenticator.origin.clone();
    let mut thief = Authenticator::new(&origin, scene.founded.owner.user);
    thief.id.clone_from(&scene.authenticator.id);
    thief.counter = 100;
    let options = scene.challenge().await;
    let answer = scene.sign_in(&thief.assert(&options)).await;
    assert_eq!(answer.refusal(), ErrorCode::WrongCredentials);

    // One that nobody registered looks the same.
    let mut unknown = Authenticator::new(&origin, scene.founded.owner.user);
    let options = scene.challenge().await;
    let answer = scene.sign_in(&unknown.assert(&options)).await;
    assert_eq!(answer.refusal(), ErrorCode::WrongCredentials);
}

#[tokio::test]
async fn making_one_takes_a_proof_of_the_same_member() {
    let mut scene = Scene::start().await;
    let guess = Proof::LoginSecret(parley_protocol::auth::LoginSecret("guess".to_owned()));
    let refused = scene.creation(guess).await;
    assert_eq!(refused.refusal(), ErrorCode::WrongCredentials);

    // A passkey proves its own member.
    let options = scene.challenge().await;
    let proof = Proof::Passkey(scene.authenticator.assert(&options));
    assert_eq!(scene.creation(proof).await.status, StatusCode::OK);

    // But not another one, who has stolen an answer.
    let (_, token) = scene.another().await;
    let options = scene.challenge().await;
    let proof = Proof::Passkey(scene.authenticator.assert(&options));
    scene.token = token;
    let refused = scene.creation(proof).await;
    assert_eq!(refused.refusal(), ErrorCode::WrongCredentials);
}

#[tokio::test]
async fn a_ceremony_belongs_to_the_member_who_began_it() {
    let mut scene = Scene::start().await;
    let options: PasskeyOptions = scene.creation(scene.password()).await.json();
    let (ben, token) = scene.another().await;
    scene.token = token;
    let own = Authenticator::new(&scene.authenticator.origin, ben.user);
    let refused = scene.finish(&options, own.create(&options), None).await;
    assert_eq!(refused.refusal(), ErrorCode::NotPermitted);

    // And a credential id that is taken stays with its member.
    let proof = Proof::LoginSecret(ben.login_secret());
    let options: PasskeyOptions = scene.creation(proof).await.json();
    let mut copy = Authenticator::new(&scene.authenticator.origin, ben.user);
    copy.id.clone_from(&scene.authenticator.id);
    let refused = scene.finish(&options, copy.create(&options), None).await;
    assert_eq!(refused.refusal(), ErrorCode::NotPermitted);
}

#[tokio::test]
async fn an_unverified_or_foreign_passkey_is_not_kept() {
    let scene = Scene::start().await;
    let make = |change: fn(&mut Authenticator)| {
        let mut made = Authenticator::new(&scene.authenticator.origin, scene.founded.owner.user);
        change(&mut made);
        made
    };
    for made in [
        make(|it| it.verifies = false),
        make(|it| it.origin = "https://evil.example".to_owned()),
        make(|it| it.relying_party = "evil.example".to_owned()),
    ] {
        let refused = scene.make(&made, None).await;
        assert_eq!(refused.refusal(), ErrorCode::WrongCredentials);
    }
    assert_eq!(scene.list().await.passkeys.len(), 1);
}

#[tokio::test]
async fn a_wrap_of_another_passkey_is_refused() {
    let scene = Scene::start().await;
    let made = Authenticator::new(&scene.authenticator.origin, scene.founded.owner.user);
    for wrap in [
        Wrap::passkey(scene.authenticator.id_text(), "overwritten".to_owned()),
        Wrap::password("overwritten".to_owned()),
    ] {
        let refused = scene.make(&made, Some(wrap)).await;
        assert_eq!(refused.refusal(), ErrorCode::Malformed);
    }
}

#[tokio::test]
async fn a_removed_passkey_signs_nobody_in() {
    let mut scene = Scene::start().await;
    let request = RemovePasskeyRequest {
        proof: scene.password(),
        id: scene.authenticator.id_text(),
    };
    let options = scene.challenge().await;

    // Another member cannot take it away.
    let (ben, bens) = scene.another().await;
    let owners = std::mem::replace(&mut scene.token, bens);
    let theirs = RemovePasskeyRequest {
        proof: Proof::LoginSecret(ben.login_secret()),
        id: scene.authenticator.id_text(),
    };
    scene.post("/auth/passkey/remove", &theirs).await;
    scene.token = owners;
    assert_eq!(scene.list().await.passkeys.len(), 1);

    let removed = scene.post("/auth/passkey/remove", &request).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert!(scene.list().await.passkeys.is_empty());
    let answer = scene.answer(&options).await;
    assert_eq!(answer.refusal(), ErrorCode::WrongCredentials);
}

#[tokio::test]
async fn a_relay_without_a_name_makes_none() {
    let founded = Founded::start(&["--public-url=http://127.0.0.1:8080"]).await;
    let answer = founded.server.post("/auth/passkey/login/start", &()).await;
    assert_eq!(answer.refusal(), ErrorCode::NotPermitted);
}
