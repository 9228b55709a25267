//! Who this is, and what only the relay knows about how they get in.

use leptos::prelude::{GetUntracked, Set};
use parley_client::Engine;
use parley_client::passkey;
use parley_client::password::PasswordKeys;
use parley_client::rng::Rng;
use parley_protocol::auth::{Wrap, WrapKind};
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
    /// False only if the relay said so.
    pub(super) has_password: bool,
    /// Credential ids of their passkeys.
    pub(super) passkeys: Vec<Vec<u8>>,
    pub(super) store: SecurityStore,
}

impl Member {
    pub(super) fn new(engine: &Engine, store: SecurityStore) -> Self {
        let (user, _) = engine.me();
        let community = engine.community();
        let member = community.members().get(&user);
        let entrance = store.entrance.get_untracked();
        let passkeys = store.passkeys.get_untracked();
        let passkeys = passkeys.iter().flat_map(|passkeys| &passkeys.all);
        Self {
            user,
            name: member.map(|member| member.name.clone()).unwrap_or_default(),
            community: community.id(),
            has_password: entrance.is_none_or(|it| it.has_password),
            passkeys: passkeys
                .filter_map(|passkey| passkey::read_id(&passkey.id))
                .collect(),
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
        has_password: Wrap::find(&wraps.wraps, WrapKind::Password).is_some(),
        has_recovery_key: Wrap::find(&wraps.wraps, WrapKind::Recovery).is_some(),
        codes_left: factor.enabled.then_some(factor.recovery_codes_left),
    });
    Done::Looked {
        entrance,
        sessions: sessions.map(|it| it.sessions).unwrap_or_default(),
    }
}
