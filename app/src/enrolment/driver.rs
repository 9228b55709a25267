//! How a person gets a device here: by making the community, by joining it, or by signing in. Keys are stored before the
//! relay hears of them, so that nothing the relay took is ever without its keys.

mod found;
mod join;
pub mod password;
pub mod problem;
mod refusal;
mod sign_in;

use leptos::prelude::Set;
use parley_client::enrol::Enrolment;
use parley_client::password::PasswordKeys;
use parley_protocol::auth::RegisterRequest;
use parley_protocol::community::Rejection;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::CommunityId;
use serde::{Deserialize, Serialize};

use super::store::{FormProblem, Phase, Step};
use crate::driver::keeper::Note;
use crate::driver::relay;
use crate::platform::clock;
use crate::platform::http::HttpError;
use crate::shell::driver::coordinator::Driver;

/// How often an unanswered registration is sent again at once, and how long between, in milliseconds.
const TRIES: u32 = 4;
const PAUSE: u64 = 700;

/// A registration that was sent and not answered: it may have been carried out, and is sent again as it was.
#[derive(Serialize, Deserialize)]
pub struct Unanswered {
    request: RegisterRequest,
    community: CommunityId,
}

/// Why there is no member yet.
enum NotRegistered {
    /// The relay said no for good. The store is empty again.
    Refused(HttpError),
    /// It may have been carried out. The store is as it was, for the next try.
    Open(HttpError),
}

impl Driver {
    pub fn step(&self, step: Step) {
        self.stores.session.problem.set(None);
        self.stores.session.step.set(Some(step));
    }

    pub fn refuse(&self, problem: FormProblem) {
        self.stores.session.problem.set(Some(problem));
        self.stores.session.step.set(None);
    }

    /// Stretches the password in the worker.
    async fn stretch(
        &self,
        password: String,
        name: &str,
        community: CommunityId,
    ) -> Option<PasswordKeys> {
        self.step(Step::StretchingPassword);
        match password::keys(password, name, community).await {
            Ok(keys) => Some(keys),
            Err(error) => {
                self.refuse(FormProblem::Other {
                    words: "This device could not stretch the password. Close other pages to free memory, then try again."
                        .to_owned(),
                    detail: error.to_string(),
                });
                None
            }
        }
    }

    /// An earlier try that was never answered goes first: it may have been carried out, and then it is the member.
    /// Whether it was, so that nothing else is to be done.
    async fn finish_unanswered(&mut self) -> bool {
        let Some(unanswered) = self.unanswered.take() else {
            return false;
        };
        self.step(Step::AskingRelay);
        match self.send_registration(&unanswered, true).await {
            Ok(()) => {
                self.enter_from_store().await;
                true
            }
            Err(NotRegistered::Refused(_)) => false,
            Err(NotRegistered::Open(error)) => {
                self.unanswered = Some(unanswered);
                self.refuse(problem::of_http(&error));
                true
            }
        }
    }

    /// Stores a new member's keys, then registers them.
    async fn register(&mut self, enrolment: Enrolment, community: CommunityId) {
        self.step(Step::AskingRelay);
        let Enrolment {
            request,
            records,
            user: _,
        } = enrolment;
        let unanswered = Unanswered { request, community };
        let Some(keeper) = &self.keeper else { return };
        if let Err(error) = keeper
            .apply_with_note(records, Note::Unanswered, &unanswered)
            .await
        {
            return self.refuse(problem::of_store(&error));
        }
        match self.send_registration(&unanswered, false).await {
            Ok(()) => self.enter_from_store().await,
            Err(NotRegistered::Refused(error)) => self.refuse(problem::of_http(&error)),
            Err(NotRegistered::Open(error)) => {
                self.unanswered = Some(unanswered);
                self.refuse(problem::of_http(&error));
            }
        }
    }

    /// The page was closed before the relay answered. Whether to go on with what the store holds.
    pub async fn ask_again(&mut self, unanswered: Unanswered) -> bool {
        let error = match self.send_registration(&unanswered, true).await {
            Ok(()) => return true,
            Err(NotRegistered::Refused(_)) => {
                self.receive_visitor().await;
                return false;
            }
            Err(NotRegistered::Open(error)) => error,
        };
        let words = if matches!(error, HttpError::Refused(_)) {
            "The relay is too busy to confirm your registration. Reload in a minute: your keys are kept here."
        } else {
            "The relay can't be reached, and had not confirmed your registration yet. Reload when it is back."
        };
        self.fatal(words, &error.to_string());
        false
    }

    /// Sends it until the relay answers. `is_answer_lost` says that it was sent before and may have been carried out.
    async fn send_registration(
        &mut self,
        unanswered: &Unanswered,
        mut is_answer_lost: bool,
    ) -> Result<(), NotRegistered> {
        let mut answer = relay::register(&unanswered.request).await;
        for _ in 1..TRIES {
            let Err(HttpError::Unreachable(_)) = &answer else {
                break;
            };
            is_answer_lost = true;
            clock::sleep(PAUSE).await;
            answer = relay::register(&unanswered.request).await;
        }
        match answer {
            Ok(session) => self.link.set_session(session),
            // An earlier try was carried out and its answer lost: the keys are good, and the password makes a session.
            Err(HttpError::Refused(error))
                if was_carried_out(&error.code, unanswered.community)
                    .await
                    .map_err(NotRegistered::Open)? => {}
            Err(HttpError::Refused(error)) if refusal::is_final(&error.code, is_answer_lost) => {
                self.clear_store().await;
                return Err(NotRegistered::Refused(HttpError::Refused(error)));
            }
            Err(error) => return Err(NotRegistered::Open(error)),
        }
        if let Some(keeper) = &self.keeper
            && let Err(error) = keeper.forget(Note::Unanswered).await
        {
            self.store_failed(&error);
        }
        Ok(())
    }

    /// A form was sent that the page should not have shown.
    fn out_of_place(&self) {
        self.stores.session.step.set(None);
        self.stores.session.phase.set(Phase::Loading);
    }
}

/// Whether the relay refuses because it has done this very thing already.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other refusal is about what was asked"
)]
async fn was_carried_out(code: &ErrorCode, community: CommunityId) -> Result<bool, HttpError> {
    match code {
        ErrorCode::Rejected { rejection } => Ok(*rejection == Rejection::Repeated),
        // Its id is made from its genesis: the same one is this very community.
        ErrorCode::AlreadySetUp | ErrorCode::WrongSetupToken => Ok(relay::community()
            .await?
            .is_some_and(|known| known.id == community)),
        _ => Ok(false),
    }
}
