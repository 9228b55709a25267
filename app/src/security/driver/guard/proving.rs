//! The proof that it is the member: by password, recovery key or passkey. The relay checks it with each request, and what
//! gave it opens the vault.

use std::cell::Cell;

use leptos::prelude::Set;
use parley_client::passkey::{self, PrfOutput};
use parley_client::password::PasswordKeys;
use parley_client::recovery::{RecoveryKey, RecoveryKeys};
use parley_client::vault::{self, Vault, WrapKey};
use parley_protocol::auth::{
    ChangeWrapsRequest, PasskeyAssertion, Proof, RecoverySecret, Wrap, WrapKind,
};
use parley_protocol::error::ErrorCode;

use super::member::{Member, rng};
use super::problem;
use crate::driver::assertion::{self, Used};
use crate::driver::relay;
use crate::enrolment::store::Secret;
use crate::platform::http::HttpError;
use crate::security::store::{Problem, Proving, Step, Work};

/// A member who has given what proves it is them. Whether it is right is for the relay to say.
pub(super) struct Proven {
    pub(super) member: Member,
    way: Way,
}

enum Way {
    Password(PasswordKeys),
    Recovery(RecoveryKeys),
    Passkey(UsedPasskey),
}

struct UsedPasskey {
    /// Good for one request: for a further one the passkey is used again.
    proof: Cell<Option<Proof>>,
    id: Vec<u8>,
    id_text: String,
    secret: Option<PrfOutput>,
}

impl Member {
    pub(super) async fn prove(self, proving: Proving) -> Result<Proven, Problem> {
        let way = match proving {
            Proving::Typed(typed) => self.read(typed).await?,
            Proving::Passkey => {
                let (used, proof) = self.use_passkey(&self.passkeys).await?;
                Way::Passkey(UsedPasskey {
                    proof: Cell::new(Some(proof)),
                    id_text: used.answer.id_text(),
                    id: used.answer.id,
                    secret: used.secret,
                })
            }
        };
        Ok(Proven { member: self, way })
    }

    /// What was typed is a recovery key, or else a password.
    async fn read(&self, typed: Secret) -> Result<Way, Problem> {
        let text = typed.into_inner();
        if let Ok(key) = RecoveryKey::parse(&text) {
            return Ok(Way::Recovery(key.keys()));
        }
        if !self.has_password {
            return Err(Problem::NotARecoveryKey);
        }
        let keys = self.stretch(Secret::new(text)).await?;
        Ok(Way::Password(keys))
    }

    async fn use_passkey(&self, allowed: &[Vec<u8>]) -> Result<(Used, Proof), Problem> {
        self.store.work.set(Work::Busy(Step::AskingPasskey));
        let options = relay::passkey::challenge()
            .await
            .map_err(|error| problem::of_http(&error))?;
        let request = passkey::read_request(&options.options).map_err(problem::of_ceremony)?;
        let used = assertion::ask(&request, allowed, self.community)
            .await
            .map_err(|error| problem::of_used(&error))?;
        self.store.work.set(Work::Busy(Step::AskingRelay));
        let proof = Proof::Passkey(PasskeyAssertion {
            ticket: options.ticket,
            credential: used.answer.to_text(),
        });
        Ok((used, proof))
    }
}

impl Proven {
    /// For one request.
    pub(super) async fn proof(&self) -> Result<Proof, Problem> {
        match &self.way {
            Way::Password(keys) => Ok(Proof::LoginSecret(keys.login_secret())),
            Way::Recovery(keys) => Ok(Proof::RecoverySecret(RecoverySecret(keys.secret.0.clone()))),
            Way::Passkey(used) => {
                if let Some(proof) = used.proof.take() {
                    return Ok(proof);
                }
                let again = std::slice::from_ref(&used.id);
                let (_, proof) = self.member.use_passkey(again).await?;
                Ok(proof)
            }
        }
    }

    /// A request with the proof got no good answer.
    pub(super) fn problem(&self, error: &HttpError) -> Problem {
        match error {
            HttpError::Refused(refusal) if refusal.code == ErrorCode::WrongCredentials => {
                match &self.way {
                    Way::Password(_) => Problem::WrongPassword,
                    Way::Recovery(_) => Problem::WrongRecoveryKey,
                    Way::Passkey(_) => Problem::WrongPasskey,
                }
            }
            HttpError::Refused(_) | HttpError::Unreachable(_) | HttpError::Unreadable { .. } => {
                problem::of_http(error)
            }
        }
    }

    /// A way in was not taken away.
    pub(super) fn problem_of_removal(&self, error: &HttpError) -> Problem {
        match error {
            HttpError::Refused(refusal) if refusal.code == ErrorCode::NotPermitted => {
                problem::last_way(error)
            }
            HttpError::Refused(_) | HttpError::Unreachable(_) | HttpError::Unreadable { .. } => {
                self.problem(error)
            }
        }
    }

    /// The vault, as the same opens it.
    pub(super) async fn open_vault(&self, token: &str) -> Result<Vault, Problem> {
        let (kind, id, key) = match &self.way {
            Way::Password(keys) => (WrapKind::Password, "", keys.wrap_key()),
            Way::Recovery(keys) => (WrapKind::Recovery, "", keys.wrap.clone()),
            Way::Passkey(used) => {
                let secret = used.secret.as_ref().ok_or_else(problem::no_secret)?;
                (WrapKind::Passkey, used.id_text.as_str(), secret.wrap_key())
            }
        };
        let request = ChangeWrapsRequest {
            proof: self.proof().await?,
            put: Vec::new(),
            remove: Vec::new(),
            recovery_secret: None,
        };
        let answer = relay::account::change_wraps(token, &request)
            .await
            .map_err(|error| self.problem(&error))?;
        let mut wraps = answer.wraps.iter();
        let own = |wrap: &&Wrap| wrap.kind == kind && wrap.id == id && !wrap.text.is_empty();
        let wrap = wraps.find(own).ok_or_else(problem::no_vault)?;
        vault::open(&wrap.text, &self.member.user, &key).map_err(problem::vault)
    }

    /// The vault for one more way in.
    pub(super) fn wrap(&self, vault: &Vault, key: &WrapKey) -> Result<String, Problem> {
        let rng = &mut rng()?;
        vault::wrap(vault, &self.member.user, key, rng).map_err(problem::vault)
    }
}
