//! Opening the vault of somebody who is signed in, by whatever key they have: on a new device for everything that is in
//! it, on one that is back for what the relay has dropped meanwhile.

use leptos::prelude::Set;
use parley_client::Engine;
use parley_client::enrol::WayIn;
use parley_client::recovery::RecoveryKey;
use parley_client::vault;
use parley_protocol::auth::{SessionResponse, WrapKind};

use super::sign_in::{read_vault_again, wrap_of};
use super::visit::Visit;
use super::{Visitor, problem};
use crate::driver::keeper::Keeper;
use crate::driver::wish::Wishes;
use crate::enrolment::store::{FormProblem, Phase, Secret, Step};
use crate::platform::passkey;

impl Visitor {
    /// Shows what can open the vault of a session. A device that is back can do without.
    pub(super) fn ask_to_open(
        &mut self,
        session: SessionResponse,
        engine: Option<&mut Engine>,
        wishes: &mut Wishes,
    ) {
        let has = |kind| session.wraps.iter().any(|wrap| wrap.kind == kind);
        let passkey = has(WrapKind::Passkey) && passkey::are_possible();
        let recovery = has(WrapKind::Recovery);
        let is_back = engine.is_some();
        let community = match (engine, &self.visit) {
            (Some(engine), _) if !passkey && !recovery => {
                return self.go_on(session, engine, wishes);
            }
            (Some(engine), _) => Some(engine.community().name().to_owned()),
            (None, Visit::SignIn(community)) => Some(community.name.clone()),
            (None, _) => None,
        };
        let phase = Phase::OpenVault {
            community,
            passkey,
            recovery,
            is_back,
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
        engine: Option<&mut Engine>,
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
        let way = WayIn {
            wrap: &wrap,
            key: &key,
        };
        self.open(way, session, keeper, engine, wishes).await;
    }

    /// The session stays for another try if the key is not the right one.
    pub(super) async fn open(
        &mut self,
        way: WayIn<'_>,
        session: SessionResponse,
        keeper: &mut Keeper,
        engine: Option<&mut Engine>,
        wishes: &mut Wishes,
    ) {
        let opened = match engine {
            Some(engine) => {
                read_vault_again(way, engine, keeper, wishes).await;
                self.go_on(session, engine, wishes);
                Ok(())
            }
            None => self.add_device(way, session, keeper, wishes).await,
        };
        match opened {
            Ok(()) => self.unopened = None,
            Err(problem) => self.refuse(problem),
        }
    }

    /// A device that is back goes on without its vault: what it has missed comes from others, where they have it.
    pub(super) fn open_later(&mut self, engine: Option<&mut Engine>, wishes: &mut Wishes) {
        match (self.unopened.take(), engine) {
            (Some(session), Some(engine)) => self.go_on(session, engine, wishes),
            (_, _) => self.out_of_place(),
        }
    }
}
