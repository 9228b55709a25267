//! Who this is, and the proof of it: the password, stretched, checked by the relay with each request.

use leptos::prelude::Set;
use parley_client::Engine;
use parley_client::password::PasswordKeys;
use parley_client::rng::Rng;
use parley_client::vault::{self, Vault, WrapKey};
use parley_protocol::auth::{ChangeWrapsRequest, Proof, Wrap, WrapKind};
use parley_protocol::ids::{CommunityId, UserId};

use super::super::guarding::Done;
use super::access::Access;
use super::problem;
use crate::driver::{password, relay};
use crate::enrolment::store::Secret;
use crate::platform::random;
use crate::security::store::{Entrance, Problem, SecurityStore, Step, Work};

/// The member of this device.
pub(super) struct Member {
    pub(super) user: UserId,
    pub(super) name: String,
    pub(super) community: CommunityId,
    store: SecurityStore,
}

/// A member whose password was stretched.
pub(super) struct Proven {
    pub(super) member: Member,
    pub(super) keys: PasswordKeys,
}

impl Member {
    pub(super) fn new(engine: &Engine, store: SecurityStore) -> Self {
        let (user, _) = engine.me();
        let community = engine.community();
        let member = community.members().get(&user);
        Self {
            user,
            name: member.map(|member| member.name.clone()).unwrap_or_default(),
            community: community.id(),
            store,
        }
    }

    /// Stretches a password. Whether it is the right one is for the relay to say.
    pub(super) async fn stretch(&self, typed: Secret) -> Result<PasswordKeys, Problem> {
        self.store.work.set(Work::Busy(Step::StretchingPassword));
        let keys = password::keys(typed.into_inner(), &self.name, self.community).await;
        self.store.work.set(Work::Busy(Step::AskingRelay));
        keys.map_err(|error| problem::not_stretched(&error))
    }

    pub(super) async fn prove(self, typed: Secret) -> Result<Proven, Problem> {
        let keys = self.stretch(typed).await?;
        Ok(Proven { member: self, keys })
    }
}

impl Proven {
    pub(super) fn proof(&self) -> Proof {
        Proof::LoginSecret(self.keys.login_secret())
    }

    /// The vault, as the password opens it.
    pub(super) async fn open_vault(&self, token: &str) -> Result<Vault, Problem> {
        let request = ChangeWrapsRequest {
            proof: self.proof(),
            put: Vec::new(),
            remove: Vec::new(),
            recovery_secret: None,
        };
        let answer = relay::account::change_wraps(token, &request)
            .await
            .map_err(|error| problem::of_http(&error))?;
        let text = Wrap::find(&answer.wraps, WrapKind::Password).filter(|text| !text.is_empty());
        let text = text.ok_or_else(problem::no_vault)?;
        vault::open(text, &self.member.user, &self.keys.wrap_key()).map_err(problem::vault)
    }

    /// The vault for one more way in.
    pub(super) fn wrap(&self, vault: &Vault, key: &WrapKey) -> Result<String, Problem> {
        let rng = &mut rng()?;
        vault::wrap(vault, &self.member.user, key, rng).map_err(problem::vault)
    }
}

pub(super) fn rng() -> Result<Rng, Problem> {
    let seed = random::bytes().map_err(|_| problem::no_randomness())?;
    Ok(Rng::from_seed(seed))
}

/// What only the relay knows. What it does not say is shown as unknown.
pub(super) async fn look(access: &Access) -> Done {
    let Ok(token) = access.token().await else {
        return Done::Looked {
            entrance: None,
            sessions: Vec::new(),
        };
    };
    let wraps = relay::account::wraps(&token).await;
    let factor = relay::account::second_factor(&token).await;
    let sessions = relay::account::sessions(&token).await;
    let entrance = wraps.ok().zip(factor.ok()).map(|(wraps, factor)| Entrance {
        has_recovery_key: Wrap::find(&wraps.wraps, WrapKind::Recovery).is_some(),
        codes_left: factor.enabled.then_some(factor.recovery_codes_left),
    });
    Done::Looked {
        entrance,
        sessions: sessions.map(|it| it.sessions).unwrap_or_default(),
    }
}
