//! Signing in: as a new device, or again on a device whose session ended.

use leptos::prelude::Set;
use parley_client::enrol;
use parley_client::password::PasswordKeys;
use parley_client::rng::Rng;
use parley_protocol::auth::{LoginRequest, SessionResponse};
use parley_protocol::ids::CommunityId;
use parley_protocol::names;

use super::problem;
use crate::driver::keeper::Note;
use crate::driver::relay;
use crate::enrolment::store::{FormProblem, Phase, Step};
use crate::platform::http::HttpError;
use crate::platform::{clock, device_label, random};
use crate::shell::driver::boot::Visit;
use crate::shell::driver::coordinator::Driver;

impl Driver {
    pub async fn sign_in(&mut self, name: String, password: String) {
        let known = self.engine.as_ref().map(|engine| engine.community().id());
        let community = match (known, &self.visit) {
            (Some(community), _) => community,
            (None, Visit::SignIn(community)) => community.id,
            (None, Visit::None | Visit::Waiting | Visit::SetUp { .. } | Visit::Join { .. }) => {
                return self.out_of_place();
            }
        };
        let Some((keys, session)) = self
            .log_in(names::normalize(&name), password, community)
            .await
        else {
            return;
        };
        if self.engine.is_some() {
            self.go_on(session);
        } else if let Err(problem) = self.add_device(&keys, session).await {
            // The session is of no use without a device.
            relay::logout().await.ok();
            self.refuse(problem);
        }
    }

    async fn log_in(
        &mut self,
        name: String,
        password: String,
        community: CommunityId,
    ) -> Option<(PasswordKeys, SessionResponse)> {
        let keys = self.stretch(password, &name, community).await?;
        self.step(Step::AskingRelay);
        let request = LoginRequest {
            name,
            login_secret: keys.login_secret(),
        };
        match relay::login(&request).await {
            Ok(session) => Some((keys, session)),
            Err(error) => {
                self.refuse(problem::of_http(&error));
                None
            }
        }
    }

    /// The device is known; only its session had ended.
    fn go_on(&mut self, session: SessionResponse) {
        let Some(engine) = &mut self.engine else {
            return;
        };
        if session.user != engine.me().0 {
            return self.refuse(FormProblem::Other {
                words: "This browser is still somebody else's device. They have to sign out here first.".to_owned(),
                detail: "the session belongs to another member".to_owned(),
            });
        }
        self.link.set_session(session);
        engine.reconnect(clock::now());
        self.stores.session.step.set(None);
        self.stores.session.phase.set(Phase::Ready);
    }

    async fn add_device(
        &mut self,
        keys: &PasswordKeys,
        session: SessionResponse,
    ) -> Result<(), FormProblem> {
        self.step(Step::OpeningVault);
        let token = session.access_token.clone();
        let of_http = |error: HttpError| problem::of_http(&error);
        let entries = relay::log_for_member(&token).await.map_err(of_http)?;
        let vault = session.vault.clone().ok_or_else(problem::no_vault)?;
        let seed = random::bytes().map_err(|_| problem::no_randomness())?;
        let label = device_label::read();
        let rng = &mut Rng::from_seed(seed);
        let enrolment = enrol::add_device(
            &vault,
            session.user,
            entries,
            label,
            keys,
            rng,
            clock::now(),
        )
        .map_err(|error| problem::of_enrolment(&error))?;
        if let Some(keeper) = &self.keeper {
            // These keys take the place of those that a registration without an answer left.
            keeper
                .apply_and_forget(enrolment.records, Note::Unanswered)
                .await
                .map_err(|error| problem::of_store(&error))?;
        }
        self.unanswered = None;
        if let Err(error) = relay::add_device(&token, &enrolment.request).await {
            // Whatever became of it, these keys are given up; a later sign-in makes others.
            self.clear_store().await;
            return Err(problem::of_http(&error));
        }
        self.step(Step::FetchingMessages);
        self.link.set_session(session);
        self.enter_from_store().await;
        Ok(())
    }
}
