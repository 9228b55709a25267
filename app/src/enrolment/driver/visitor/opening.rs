//! Opening the vault of somebody who is signed in: by whatever key they have.

use leptos::prelude::Set;
use parley_client::recovery::RecoveryKey;
use parley_client::vault::{self, WrapKey};
use parley_protocol::auth::{SessionResponse, Wrap, WrapKind};

use super::sign_in::wrap_of;
use super::visit::Visit;
use super::{Visitor, problem};
use crate::driver::keeper::Keeper;
use crate::driver::wish::Wishes;
use crate::enrolment::store::{FormProblem, Phase, Secret, Step};
use crate::platform::passkey;

impl Visitor {
    /// Shows what can open the vault of a session.
    pub(super) fn ask_to_open(&mut self, session: SessionResponse) {
        let community = match &self.visit {
            Visit::SignIn(community) => Some(community.name.clone()),
            Visit::None
            | Visit::Waiting
            | Visit::SetUp { .. }
            | Visit::Join { .. }
            | Visit::JoinByProvider(_) => None,
        };
        let has = |kind| session.wraps.iter().any(|wrap| wrap.kind == kind);
        let phase = Phase::OpenVault {
            community,
            passkey: has(WrapKind::Passkey) && passkey::are_possible(),
            recovery: has(WrapKind::Recovery),
        };
        self.unopened = Some(session);
        self.session.step.set(None);
        self.session.problem.set(None);
        self.session.phase.set(phase);
    }

    pub(super) async fn open_with_recovery_key(
        &mut self,
        key: Secret,
        keeper: &mut Keeper,
        wishes: &mut Wishes,
    ) {
        let Some(session) = self.unopened.clone() else {
            return self.out_of_place();
        };
        self.step(Step::OpeningVault);
        let Ok(key) = RecoveryKey::parse(&key.into_inner()) else {
            return self.refuse(FormProblem::NotARecoveryKey);
        };
        let Some(wrap) = wrap_of(&session, WrapKind::Recovery) else {
            return self.refuse(problem::no_vault());
        };
        let key = key.keys().wrap;
        if vault::open(&wrap.text, &session.user, &key).is_err() {
            return self.refuse(problem::other_recovery_key());
        }
        self.open(&wrap, &key, session, keeper, wishes).await;
    }

    /// The session stays for another try if the key is not the right one.
    pub(super) async fn open(
        &mut self,
        wrap: &Wrap,
        key: &WrapKey,
        session: SessionResponse,
        keeper: &mut Keeper,
        wishes: &mut Wishes,
    ) {
        match self.add_device(wrap, key, session, keeper, wishes).await {
            Ok(()) => self.unopened = None,
            Err(problem) => self.refuse(problem),
        }
    }
}
