//! The way back for somebody who forgot their password: the recovery key proves who they are and opens the vault, and the
//! vault is wrapped under a new password.

use leptos::prelude::{GetUntracked, Set};
use parley_client::Engine;
use parley_client::enrol::WayIn;
use parley_client::recovery::RecoveryKey;
use parley_client::rng::Rng;
use parley_client::vault;
use parley_protocol::auth::{
    ChangePasswordRequest, LoginResponse, Proof, RecoverRequest, RecoverySecret, SessionResponse,
    Wrap, WrapKind,
};
use parley_protocol::error::ErrorCode;
use parley_protocol::names;

use super::halfway::{Recovering, Way};
use super::sign_in::{read_vault_again, wrap_of};
use super::visit::Visit;
use super::{Visitor, problem};
use crate::driver::keeper::Keeper;
use crate::driver::relay;
use crate::driver::wish::Wishes;
use crate::enrolment::store::{FormProblem, Phase, Secret, Step};
use crate::platform::http::HttpError;
use crate::platform::random;

impl Visitor {
    /// Shows the page for it.
    pub(super) fn forgot(&mut self, name: String) {
        let community = self.session.phase.get_untracked().community();
        self.session.step.set(None);
        self.session.problem.set(None);
        self.session.phase.set(Phase::Recover { community, name });
    }

    pub(super) async fn recover(
        &mut self,
        name: String,
        key: Secret,
        password: Secret,
        keeper: &mut Keeper,
        engine: Option<&mut Engine>,
        wishes: &mut Wishes,
    ) {
        let community = match (&engine, &self.visit) {
            (Some(engine), _) => engine.community().id(),
            (None, Visit::SignIn(community)) => community.id,
            (None, _) => return self.out_of_place(),
        };
        let Ok(key) = RecoveryKey::parse(&key.into_inner()) else {
            return self.refuse(FormProblem::NotARecoveryKey);
        };
        let name = names::normalize(&name);
        let Some(password) = self.stretch(password, &name, community).await else {
            return;
        };
        let keys = key.keys();
        let recovering = Recovering {
            secret: RecoverySecret(keys.secret.0.clone()),
            keys,
            password,
        };
        self.step(Step::AskingRelay);
        let request = RecoverRequest {
            name,
            recovery_secret: recovering.secret.clone(),
        };
        match relay::account::recover(&request).await {
            Ok(LoginResponse::Session(session)) => {
                self.recovered(recovering, session, keeper, engine, wishes)
                    .await;
            }
            Ok(LoginResponse::SecondFactor(needed)) => {
                self.ask_for_code(needed, Way::Recovery(Box::new(recovering)));
            }
            Err(error) => self.refuse(of_recover(&error)),
        }
    }

    /// Signed in by the recovery key: the new password first, so that nobody is left without one, then the device.
    pub(super) async fn recovered(
        &mut self,
        recovering: Recovering,
        session: SessionResponse,
        keeper: &mut Keeper,
        engine: Option<&mut Engine>,
        wishes: &mut Wishes,
    ) {
        if let Err(problem) = self.set_password(&recovering, &session).await {
            relay::logout().await.ok();
            return self.refuse(problem);
        }
        let Some(wrap) = wrap_of(&session, WrapKind::Recovery) else {
            return self.refuse(problem::no_vault());
        };
        let way = WayIn {
            wrap: &wrap,
            key: &recovering.keys.wrap,
        };
        if let Some(engine) = engine {
            read_vault_again(way, engine, keeper, wishes).await;
            return self.go_on(session, engine, wishes);
        }
        if let Err(problem) = self.add_device(way, session, keeper, wishes).await {
            relay::logout().await.ok();
            self.refuse(problem);
        }
    }

    async fn set_password(
        &self,
        recovering: &Recovering,
        session: &SessionResponse,
    ) -> Result<(), FormProblem> {
        self.step(Step::OpeningVault);
        let wrap = wrap_of(session, WrapKind::Recovery).ok_or_else(problem::no_vault)?;
        let opened = vault::open(&wrap.text, &session.user, &recovering.keys.wrap);
        let opened = opened.map_err(problem::of_vault)?;
        let seed = random::bytes().map_err(|_| problem::no_randomness())?;
        let key = recovering.password.wrap_key();
        let text = vault::wrap(&opened, &session.user, &key, &mut Rng::from_seed(seed));
        let request = ChangePasswordRequest {
            proof: Proof::RecoverySecret(recovering.secret.clone()),
            login_secret: recovering.password.login_secret(),
            wrap: Wrap::password(text.map_err(problem::of_vault)?),
        };
        relay::account::change_password(&session.access_token, &request)
            .await
            .map_err(|error| of_recover(&error))
    }
}

/// The relay refused: its words for a wrong secret are about the recovery key here.
fn of_recover(error: &HttpError) -> FormProblem {
    match error {
        HttpError::Refused(refusal) if refusal.code == ErrorCode::WrongCredentials => {
            FormProblem::WrongNameOrRecoveryKey
        }
        HttpError::Refused(_) | HttpError::Unreachable(_) | HttpError::Unreadable { .. } => {
            problem::of_http(error)
        }
    }
}
