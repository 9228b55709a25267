//! Signing in with a passkey, and opening the vault with one. What the passkey computes stays in this browser.

use parley_client::Engine;
use parley_client::enrol::WayIn;
use parley_client::passkey::{self, Request};
use parley_protocol::auth::{LoginResponse, PasskeyAssertion, SessionResponse, WrapKind};
use parley_protocol::ids::CommunityId;

use super::visit::Visit;
use super::{Visitor, problem};
use crate::driver::assertion::{Used, ask};
use crate::driver::keeper::Keeper;
use crate::driver::relay;
use crate::driver::wish::Wishes;
use crate::enrolment::store::{FormProblem, Step};
use crate::platform::{location, random};

impl Visitor {
    pub(super) async fn sign_in_with_passkey(
        &mut self,
        keeper: &mut Keeper,
        engine: Option<&mut Engine>,
        wishes: &mut Wishes,
    ) {
        let community = match (&engine, &self.visit) {
            (Some(engine), _) => engine.community().id(),
            (None, Visit::SignIn(community)) => community.id,
            (None, _) => return self.out_of_place(),
        };
        let (used, session) = match self.log_in_with_passkey(community).await {
            Ok(done) => done,
            Err(problem) => return self.refuse(problem),
        };
        self.open_or_ask(used, session, keeper, engine, wishes)
            .await;
    }

    /// The session is there, and has wraps of passkeys: one of those is asked for.
    pub(super) async fn open_with_passkey(
        &mut self,
        keeper: &mut Keeper,
        engine: Option<&mut Engine>,
        wishes: &mut Wishes,
    ) {
        let community = match (&engine, &self.visit) {
            (Some(engine), _) => engine.community().id(),
            (None, Visit::SignIn(community)) => community.id,
            (None, _) => return self.out_of_place(),
        };
        let Some(session) = self.unopened.clone() else {
            return self.out_of_place();
        };
        self.step(Step::AskingPasskey);
        let Ok(challenge) = random::bytes::<32>() else {
            return self.refuse(problem::no_randomness());
        };
        let passkeys = session
            .wraps
            .iter()
            .filter(|wrap| wrap.kind == WrapKind::Passkey);
        let allowed = passkeys.filter_map(|wrap| passkey::read_id(&wrap.id));
        // Nobody checks the answer: the secret that comes with it opens the vault, or does not.
        let request = Request {
            relying_party: location::host(),
            challenge: challenge.to_vec(),
        };
        match ask(&request, &allowed.collect::<Vec<_>>(), community).await {
            Ok(used) if used.secret.is_some() => {
                self.open_or_ask(used, session, keeper, engine, wishes)
                    .await;
            }
            Ok(_) => self.refuse(problem::no_secret()),
            Err(error) => self.refuse(problem::of_browser(&error)),
        }
    }

    async fn log_in_with_passkey(
        &self,
        community: CommunityId,
    ) -> Result<(Used, SessionResponse), FormProblem> {
        self.step(Step::AskingPasskey);
        let options = relay::passkey::challenge()
            .await
            .map_err(|error| problem::of_http(&error))?;
        let request = passkey::read_request(&options.options).map_err(problem::of_ceremony)?;
        let used = ask(&request, &[], community).await;
        let used = used.map_err(|error| problem::of_browser(&error))?;
        self.step(Step::AskingRelay);
        let assertion = PasskeyAssertion {
            ticket: options.ticket,
            credential: used.answer.to_text(),
        };
        match relay::passkey::login(&assertion).await {
            Ok(LoginResponse::Session(session)) => Ok((used, session)),
            Ok(LoginResponse::SecondFactor(_)) => Err(problem::needs_code()),
            Err(error) => Err(problem::of_passkey(&error)),
        }
    }

    async fn open_or_ask(
        &mut self,
        used: Used,
        session: SessionResponse,
        keeper: &mut Keeper,
        engine: Option<&mut Engine>,
        wishes: &mut Wishes,
    ) {
        let id = used.answer.id_text();
        let own = session
            .wraps
            .iter()
            .find(|wrap| wrap.kind == WrapKind::Passkey && wrap.id == id);
        let (Some(secret), Some(wrap)) = (used.secret, own.cloned()) else {
            return self.ask_to_open(session, engine, wishes);
        };
        let way = WayIn {
            wrap: &wrap,
            key: &secret.wrap_key(),
        };
        self.open(way, session, keeper, engine, wishes).await;
    }
}
