//! A member at the relay's endpoints: sessions, proofs and codes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parley_protocol::auth::{
    ChangeWrapsRequest, Code, EnableSecondFactorRequest, LoginRequest, LoginResponse, LoginSecret,
    Proof, ProofRequest, RecoverRequest, RecoveryCodes, RecoverySecret, SecondFactorSetup,
    SessionResponse, Ticket, VerifySecondFactorRequest, Wrap,
};
use serde::Serialize;
use totp_rs::{Builder, Secret, Totp};

use super::person::Person;
use super::server::{Answer, Founded, NOW, Server};

/// Somebody who is signed in.
pub(crate) struct Account {
    pub(crate) person: Person,
    pub(crate) token: String,
    pub(crate) cookie: String,
}

/// An authenticator app and the recovery codes that were written down.
pub(crate) struct Authenticator {
    totp: Totp,
    pub(crate) recovery_codes: Vec<Code>,
}

impl Authenticator {
    pub(crate) fn code_at(&self, now: u64) -> Code {
        Code(self.totp.generate(now / 1000).to_string())
    }
}

impl Founded {
    /// Somebody comes in by the open invite.
    pub(crate) async fn join(&mut self, name: &str) -> Account {
        let person = Person::new(name, self.owner.community);
        let entry = person.joining(&self.invite, self.community.head(), NOW);
        self.community.apply(&entry).unwrap();
        let request = person.registration(None, vec![entry]);
        let answer = self.server.post("/auth/register", &request).await;
        let session: SessionResponse = answer.json();
        Account {
            person,
            token: session.access_token,
            cookie: answer.cookie(),
        }
    }

    pub(crate) fn owner_account(&self) -> Account {
        Account {
            person: self.owner.clone(),
            token: self.session.access_token.clone(),
            cookie: self.cookie.clone(),
        }
    }
}

impl Account {
    pub(crate) fn proof(&self) -> Proof {
        Proof::LoginSecret(self.person.login_secret())
    }

    pub(crate) fn proof_request(&self) -> ProofRequest {
        ProofRequest {
            proof: self.proof(),
        }
    }

    pub(crate) async fn post(&self, server: &Server, path: &str, body: &impl Serialize) -> Answer {
        let credentials = format!("Bearer {}", self.token);
        server
            .post_as(path, body, &[("authorization", &credentials)])
            .await
    }

    pub(crate) async fn get(&self, server: &Server, path: &str) -> Answer {
        server.get_as(path, Some(&self.token)).await
    }

    /// The same member signs in with the password elsewhere.
    pub(crate) async fn again(&self, server: &Server) -> Self {
        let answer = server.post("/auth/login", &self.person.login()).await;
        Self {
            person: self.person.clone(),
            token: answer.signed_in().access_token,
            cookie: answer.cookie(),
        }
    }

    pub(crate) async fn refresh(&self, server: &Server) -> Answer {
        server
            .post_with("/auth/refresh", "cookie", &self.cookie)
            .await
    }

    pub(crate) fn recovery_secret(&self) -> RecoverySecret {
        let mut bytes = [7; 32];
        bytes[..16].copy_from_slice(self.person.user.as_bytes());
        RecoverySecret(URL_SAFE_NO_PAD.encode(bytes))
    }

    pub(crate) fn recovery(&self) -> RecoverRequest {
        RecoverRequest {
            name: self.person.name.clone(),
            recovery_secret: self.recovery_secret(),
        }
    }

    /// Puts the recovery key in place.
    pub(crate) async fn set_recovery_key(&self, server: &Server) {
        let request = ChangeWrapsRequest {
            proof: self.proof(),
            put: vec![Wrap::recovery(format!("recovery of {}", self.person.name))],
            remove: Vec::new(),
            recovery_secret: Some(self.recovery_secret()),
        };
        let answer = self.post(server, "/auth/wraps", &request).await;
        assert!(answer.status.is_success(), "{:?}", answer.refusal());
    }

    /// Turns the second factor on.
    pub(crate) async fn enable_second_factor(&self, server: &Server, now: u64) -> Authenticator {
        let answer = self
            .post(server, "/auth/mfa/setup", &self.proof_request())
            .await;
        let setup: SecondFactorSetup = answer.json();
        let secret = Secret::try_from_base32(&setup.secret).unwrap();
        let mut authenticator = Authenticator {
            totp: Builder::new()
                .with_secret(secret)
                .with_account_name("a test")
                .build()
                .unwrap(),
            recovery_codes: Vec::new(),
        };
        let code = authenticator.code_at(now);
        let request = EnableSecondFactorRequest { code };
        let answer = self.post(server, "/auth/mfa/enable", &request).await;
        let RecoveryCodes { recovery_codes } = answer.json();
        authenticator.recovery_codes = recovery_codes;
        authenticator
    }

    /// Signs in with the password, and gives the ticket for the code.
    pub(crate) async fn first_factor(&self, server: &Server) -> Ticket {
        let answer = server.post("/auth/login", &self.person.login()).await;
        assert!(answer.headers.get("set-cookie").is_none());
        ticket_of(&answer)
    }
}

pub(crate) fn ticket_of(answer: &Answer) -> Ticket {
    match answer.json::<LoginResponse>() {
        LoginResponse::SecondFactor(needed) => needed.ticket,
        LoginResponse::Session(_) => panic!("no code was asked for"),
    }
}

pub(crate) async fn verify(server: &Server, ticket: &Ticket, code: &Code) -> Answer {
    verify_as(server, ticket, code, &[]).await
}

pub(crate) async fn verify_as(
    server: &Server,
    ticket: &Ticket,
    code: &Code,
    headers: &[(&str, &str)],
) -> Answer {
    let request = VerifySecondFactorRequest {
        ticket: ticket.clone(),
        code: code.clone(),
    };
    server.post_as("/auth/mfa/verify", &request, headers).await
}

pub(crate) fn login(name: &str, secret: &str) -> LoginRequest {
    LoginRequest {
        name: name.to_owned(),
        login_secret: LoginSecret(secret.to_owned()),
    }
}
