//! Signing in: as a new device, or again on a device whose session ended.

use leptos::prelude::Set;
use parley_client::enrol::WayIn;
use parley_client::rng::Rng;
use parley_client::store::Change;
use parley_client::{Engine, enrol};
use parley_protocol::auth::{LoginRequest, LoginResponse, SessionResponse, Wrap, WrapKind};
use parley_protocol::names;

use super::halfway::{SigningIn, Way};
use super::visit::Visit;
use super::{Visitor, problem};
use crate::driver::keeper::{Keeper, Note};
use crate::driver::relay;
use crate::driver::wish::{Wish, Wishes};
use crate::enrolment::store::{FormProblem, Phase, Secret, Step};
use crate::platform::http::HttpError;
use crate::platform::{clock, device_label, random};

impl Visitor {
    /// As a new device, or again on one whose session had ended.
    pub(super) async fn sign_in(
        &mut self,
        name: String,
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
        let name = names::normalize(&name);
        let Some(keys) = self.stretch(password, &name, community).await else {
            return;
        };
        self.step(Step::AskingRelay);
        let request = LoginRequest {
            name,
            login_secret: keys.login_secret(),
        };
        let signing_in = SigningIn { keys };
        match relay::login(&request).await {
            Ok(LoginResponse::Session(session)) => {
                self.signed_in(signing_in, session, keeper, engine, wishes)
                    .await;
            }
            Ok(LoginResponse::SecondFactor(needed)) => {
                self.ask_for_code(needed, Way::Password(signing_in));
            }
            Err(error) => self.refuse(problem::of_http(&error)),
        }
    }

    /// The relay gave a session.
    pub(super) async fn signed_in(
        &mut self,
        signing_in: SigningIn,
        session: SessionResponse,
        keeper: &mut Keeper,
        engine: Option<&mut Engine>,
        wishes: &mut Wishes,
    ) {
        let key = signing_in.keys.wrap_key();
        let wrap = wrap_of(&session, WrapKind::Password);
        let way = wrap.as_ref().map(|wrap| WayIn { wrap, key: &key });
        if let Some(engine) = engine {
            if let Some(way) = way {
                read_vault_again(way, engine, keeper, wishes).await;
            }
            return self.go_on(session, engine, wishes);
        }
        let added = match way {
            Some(way) => self.add_device(way, session, keeper, wishes).await,
            None => Err(problem::no_vault()),
        };
        if let Err(problem) = added {
            // The session is of no use without a device.
            relay::logout().await.ok();
            self.refuse(problem);
        }
    }

    /// A device whose session had ended has a new one.
    pub(super) fn go_on(
        &mut self,
        session: SessionResponse,
        engine: &mut Engine,
        wishes: &mut Wishes,
    ) {
        if session.user != engine.me().0 {
            return self.refuse(FormProblem::Other {
                text: "This browser is still somebody else's device. They have to sign out here first.".to_owned(),
                detail: "the session belongs to another member".to_owned(),
            });
        }
        wishes.push(Wish::UseSession(session));
        engine.reconnect(clock::now());
        self.session.step.set(None);
        self.session.phase.set(Phase::Ready);
    }

    /// Makes this browser a device of the member, whose vault the key opens.
    pub(super) async fn add_device(
        &mut self,
        way: WayIn<'_>,
        session: SessionResponse,
        keeper: &mut Keeper,
        wishes: &mut Wishes,
    ) -> Result<(), FormProblem> {
        self.step(Step::OpeningVault);
        let token = session.access_token.clone();
        let of_http = |error: HttpError| problem::of_http(&error);
        let entries = relay::log_for_member(&token).await.map_err(of_http)?;
        let seed = random::bytes().map_err(|_| problem::no_randomness())?;
        let label = device_label::read();
        let rng = &mut Rng::from_seed(seed);
        let device = enrol::add_device(way, session.user, entries, label, rng, clock::now())
            .map_err(|error| problem::of_enrolment(&error))?;
        // These keys take the place of those that a registration without an answer left.
        keeper
            .apply_and_forget(device.records, Note::Unanswered)
            .await
            .map_err(|error| problem::of_store(&error))?;
        self.unanswered = None;
        if let Err(error) = relay::add_device(&token, &device.request).await {
            // Whatever became of it, these keys are given up; a later sign-in makes others.
            if let Err(error) = keeper.clear().await {
                wishes.push(Wish::StoreFailed(error));
            }
            return Err(problem::of_http(&error));
        }
        self.step(Step::FetchingMessages);
        let wraps = relay::account::wraps(&token).await;
        if wraps.is_ok_and(|all| Wrap::find(&all.wraps, WrapKind::Recovery).is_none()) {
            wishes.push(remind());
        }
        wishes.extend([Wish::UseSession(session), Wish::Enter]);
        Ok(())
    }
}

/// Who was away for long misses what the relay has dropped meanwhile: the vault has it. Without it, others are asked.
pub(super) async fn read_vault_again(
    way: WayIn<'_>,
    engine: &Engine,
    keeper: &mut Keeper,
    wishes: &mut Wishes,
) {
    let (user, _) = engine.me();
    let Ok(Some(change)) = enrol::read_again(way, &user, engine.community()) else {
        return;
    };
    let Change::Put(record) = change.clone() else {
        return;
    };
    match keeper.apply(vec![change]).await {
        Ok(()) => wishes.push(Wish::ReadVault(record)),
        Err(error) => wishes.push(Wish::StoreFailed(error)),
    }
}

/// There is no recovery key yet: it is asked for once somebody is in.
pub(super) fn remind() -> Wish {
    Wish::Keep(Note::RecoveryReminder.with("make"))
}

/// A wrap that came with a session.
pub(super) fn wrap_of(session: &SessionResponse, kind: WrapKind) -> Option<Wrap> {
    let mut wraps = session.wraps.iter();
    wraps.find(|wrap| wrap.kind == kind).cloned()
}
