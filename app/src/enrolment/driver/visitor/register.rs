//! Registering a new member: keys are stored, the relay is asked until it answers, and an answer that never came is asked
//! for again, also after the page was closed.

use parley_client::enrol::Enrolment as NewMember;
use parley_protocol::auth::{RegisterRequest, Wrap, WrapKind};
use parley_protocol::community::Rejection;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::CommunityId;
use serde::{Deserialize, Serialize};

use super::sign_in::remind;
use super::{Visitor, problem, refusal};
use crate::driver::keeper::{Keeper, Loaded, Note};
use crate::driver::relay;
use crate::driver::wish::{Wish, Wishes};
use crate::enrolment::store::Step;
use crate::platform::clock;
use crate::platform::http::HttpError;

/// How often an unanswered registration is sent again at once, and how long between, in milliseconds.
const TRIES: u32 = 4;
const PAUSE: u64 = 700;

/// A registration that was sent and not answered: it may have been carried out, and is sent again as it was.
#[derive(Serialize, Deserialize)]
pub(super) struct Unanswered {
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

impl Visitor {
    /// The page was closed before the relay answered. Whether to go on with what the store holds.
    pub(super) async fn ask_again_for(
        &mut self,
        loaded: &Loaded,
        keeper: &mut Keeper,
    ) -> (bool, Wishes) {
        let mut wishes = Wishes::new();
        let Some(unanswered) = loaded.note::<Unanswered>(Note::Unanswered) else {
            return (true, wishes);
        };
        let sent = send(&unanswered, true, keeper, &mut wishes).await;
        let error = match sent {
            Ok(()) => return (true, wishes),
            Err(NotRegistered::Refused(_)) => {
                wishes.extend(self.receive_visitor().await);
                return (false, wishes);
            }
            Err(NotRegistered::Open(error)) => error,
        };
        let text = if matches!(error, HttpError::Refused(_)) {
            "The relay is too busy to confirm your registration. Reload in a minute: your keys are kept here."
        } else {
            "The relay can't be reached, and had not confirmed your registration yet. Reload when it is back."
        };
        wishes.push(Wish::Stop {
            text: text.to_owned(),
            detail: error.to_string(),
        });
        (false, wishes)
    }

    /// An earlier try that was never answered goes first: it may have been carried out, and then it is the member.
    /// Whether it was, so that nothing else is to be done.
    pub(super) async fn finish_unanswered(
        &mut self,
        keeper: &mut Keeper,
        wishes: &mut Wishes,
    ) -> bool {
        let Some(unanswered) = self.unanswered.take() else {
            return false;
        };
        self.step(Step::AskingRelay);
        match send(&unanswered, true, keeper, wishes).await {
            Ok(()) => {
                wishes.push(Wish::Enter);
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
    pub(super) async fn register(
        &mut self,
        member: NewMember,
        community: CommunityId,
        keeper: &mut Keeper,
        wishes: &mut Wishes,
    ) {
        self.step(Step::AskingRelay);
        let NewMember {
            request,
            records,
            user: _,
        } = member;
        let unanswered = Unanswered { request, community };
        let note = Note::Unanswered.with(&unanswered);
        if let Err(error) = keeper.apply_with_note(records, note).await {
            return self.refuse(problem::of_store(&error));
        }
        match send(&unanswered, false, keeper, wishes).await {
            Ok(()) => wishes.push(Wish::Enter),
            Err(NotRegistered::Refused(error)) => self.refuse(problem::of_http(&error)),
            Err(NotRegistered::Open(error)) => {
                self.unanswered = Some(unanswered);
                self.refuse(problem::of_http(&error));
            }
        }
    }
}

/// Sends it until the relay answers. `is_answer_lost` says that it was sent before and may have been carried out.
async fn send(
    unanswered: &Unanswered,
    mut is_answer_lost: bool,
    keeper: &mut Keeper,
    wishes: &mut Wishes,
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
        Ok(session) => wishes.push(Wish::UseSession(session)),
        // An earlier try was carried out and its answer lost: the keys are good, and the password makes a session.
        Err(HttpError::Refused(error))
            if was_carried_out(&error.code, unanswered.community)
                .await
                .map_err(NotRegistered::Open)? => {}
        Err(HttpError::Refused(error)) if refusal::is_final(&error.code, is_answer_lost) => {
            if let Err(error) = keeper.clear().await {
                wishes.push(Wish::StoreFailed(error));
            }
            return Err(NotRegistered::Refused(HttpError::Refused(error)));
        }
        Err(error) => return Err(NotRegistered::Open(error)),
    }
    if let Err(error) = keeper.forget(Note::Unanswered).await {
        wishes.push(Wish::StoreFailed(error));
    }
    // A guest has nothing to come back to.
    let is_guest = unanswered.request.wraps.is_empty();
    if !is_guest && Wrap::find(&unanswered.request.wraps, WrapKind::Recovery).is_none() {
        wishes.push(remind());
    }
    Ok(())
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
