//! How a person gets a device here: by making the community, by joining it, or by signing in. Keys are stored before the
//! relay hears of them, so that nothing the relay took is ever without its keys.

mod found;
mod guest;
mod halfway;
mod join;
mod opening;
mod passkey;
mod problem;
mod provider;
mod recover;
mod refusal;
mod register;
mod returned;
mod second_factor;
mod sign_in;
mod visit;

use leptos::prelude::Set;
use parley_client::Engine;
use parley_client::password::PasswordKeys;
use parley_protocol::auth::SessionResponse;
use parley_protocol::ids::CommunityId;

use self::halfway::Halfway;
use self::visit::Visit;
use super::TryAgain;
use super::enrolling::{Enrolling, Pending};
use crate::driver::keeper::{Keeper, Loaded};
use crate::driver::password;
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::enrolment::store::{
    FormProblem, Lost, Phase, Secret, SessionIntent, SessionStore, Step,
};
use crate::platform::clock::Timer;

use self::register::Unanswered;

/// Somebody without a device here, and how far they are on the way to one.
pub(super) struct Visitor {
    session: SessionStore,
    port: Port<TryAgain>,
    visit: Visit,
    /// Why a browser that had keys has none, if that is known.
    lost: Option<Lost>,
    unanswered: Option<Unanswered>,
    /// Signed in, and the vault is not open yet.
    unopened: Option<SessionResponse>,
    /// The relay waits for a code.
    halfway: Option<Halfway>,
    patience: Option<Timer>,
}

impl Enrolling for Visitor {
    fn handle_intent<'a>(
        &'a mut self,
        intent: SessionIntent,
        keeper: &'a mut Keeper,
        engine: Option<&'a mut Engine>,
    ) -> Pending<'a, Wishes> {
        Box::pin(self.act(intent, keeper, engine))
    }

    fn ask_again<'a>(
        &'a mut self,
        loaded: &'a Loaded,
        keeper: &'a mut Keeper,
    ) -> Pending<'a, (bool, Wishes)> {
        Box::pin(self.ask_again_for(loaded, keeper))
    }

    fn receive(&mut self) -> Pending<'_, Wishes> {
        Box::pin(self.receive_visitor())
    }

    fn try_again(&mut self) -> Pending<'_, Wishes> {
        Box::pin(self.try_again_if_waiting())
    }
}

impl Visitor {
    pub(super) fn new(session: SessionStore, port: Port<TryAgain>, lost: Option<Lost>) -> Self {
        Self {
            session,
            port,
            visit: Visit::default(),
            lost,
            unanswered: None,
            unopened: None,
            halfway: None,
            patience: None,
        }
    }

    async fn act(
        &mut self,
        intent: SessionIntent,
        keeper: &mut Keeper,
        engine: Option<&mut Engine>,
    ) -> Wishes {
        let mut wishes = Wishes::new();
        match intent {
            SessionIntent::CreateCommunity {
                community,
                name,
                password,
            } => {
                self.found(community, name, password, keeper, &mut wishes)
                    .await;
            }
            SessionIntent::Join { name, password } => {
                self.join(name, password, keeper, &mut wishes).await;
            }
            SessionIntent::JoinAsGuest { name } => {
                self.join_as_guest(name, keeper, &mut wishes).await;
            }
            SessionIntent::SignIn { name, password } => {
                self.sign_in(name, password, keeper, engine, &mut wishes)
                    .await;
            }
            SessionIntent::EnterCode { code } => {
                self.enter_code(code, keeper, engine, &mut wishes).await;
            }
            SessionIntent::Forgot { name } => self.forgot(name),
            SessionIntent::UseOtherDevice => self.use_other_device(None),
            SessionIntent::StartOver => self.start_over(),
            SessionIntent::Recover {
                name,
                key,
                password,
            } => {
                self.recover(name, key, password, keeper, engine, &mut wishes)
                    .await;
            }
            SessionIntent::LookForWays => self.look_for_ways().await,
            SessionIntent::SignInWithPasskey => {
                self.sign_in_with_passkey(keeper, engine, &mut wishes).await;
            }
            SessionIntent::SignInAt(provider) => self.go_to(&provider),
            SessionIntent::CameBack { ticket } => {
                self.come_back(ticket, engine, &mut wishes).await;
            }
            SessionIntent::JoinByProvider { name } => self.choose_name(&name),
            SessionIntent::KeyKept => self.join_by_provider(keeper, &mut wishes).await,
            SessionIntent::OpenWithPasskey => {
                self.open_with_passkey(keeper, engine, &mut wishes).await;
            }
            SessionIntent::OpenWithRecoveryKey { key } => {
                self.open_with_recovery_key(key, keeper, engine, &mut wishes)
                    .await;
            }
            SessionIntent::OpenLater => self.open_later(engine, &mut wishes),
        }
        wishes
    }

    fn step(&self, step: Step) {
        self.session.problem.set(None);
        self.session.step.set(Some(step));
    }

    fn refuse(&self, problem: FormProblem) {
        self.session.problem.set(Some(problem));
        self.session.step.set(None);
    }

    /// A form was sent that the page should not have shown.
    fn out_of_place(&self) {
        self.session.step.set(None);
        self.session.phase.set(Phase::Loading);
    }

    /// Stretches the password in the worker.
    async fn stretch(
        &self,
        password: Secret,
        name: &str,
        community: CommunityId,
    ) -> Option<PasswordKeys> {
        self.step(Step::StretchingPassword);
        match password::keys(password.into_inner(), name, community).await {
            Ok(keys) => Some(keys),
            Err(error) => {
                self.refuse(FormProblem::Other {
                    text: "This device could not stretch the password. Close other pages to free memory, then try again."
                        .to_owned(),
                    detail: error.to_string(),
                });
                None
            }
        }
    }
}
