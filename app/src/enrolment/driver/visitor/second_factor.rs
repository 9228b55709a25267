//! The second step: the relay asks for a code before it hands out anything, and the sign-in goes on with what opened it.

use leptos::prelude::{GetUntracked, Set};
use parley_client::Engine;
use parley_protocol::auth::{Code, SecondFactorNeeded, SessionResponse, VerifySecondFactorRequest};
use parley_protocol::error::ErrorCode;

use super::halfway::{Halfway, Way};
use super::{Visitor, problem};
use crate::driver::keeper::Keeper;
use crate::driver::relay;
use crate::driver::wish::Wishes;
use crate::enrolment::store::{Phase, Secret, Step};
use crate::platform::http::HttpError;

impl Visitor {
    pub(super) fn ask_for_code(&mut self, needed: SecondFactorNeeded, way: Way) {
        self.halfway = Some(Halfway {
            ticket: needed.ticket,
            way,
        });
        let community = self.session.phase.get_untracked().community();
        self.session.step.set(None);
        self.session.problem.set(None);
        self.session.phase.set(Phase::SecondFactor { community });
    }

    pub(super) async fn enter_code(
        &mut self,
        code: Secret,
        keeper: &mut Keeper,
        engine: Option<&mut Engine>,
        wishes: &mut Wishes,
    ) {
        let Some(halfway) = self.halfway.take() else {
            return self.out_of_place();
        };
        self.step(Step::AskingRelay);
        let request = VerifySecondFactorRequest {
            ticket: halfway.ticket.clone(),
            code: Code(code.into_inner()),
        };
        match relay::account::verify_second_factor(&request).await {
            Ok(session) => {
                self.go_on_with(halfway.way, session, keeper, engine, wishes)
                    .await;
            }
            Err(error) => {
                let is_over = is_over(&error);
                self.refuse(problem::of_http(&error));
                if is_over {
                    self.show_sign_in();
                } else {
                    self.halfway = Some(halfway);
                }
            }
        }
    }

    async fn go_on_with(
        &mut self,
        way: Way,
        session: SessionResponse,
        keeper: &mut Keeper,
        engine: Option<&mut Engine>,
        wishes: &mut Wishes,
    ) {
        match way {
            Way::Password(signing_in) => {
                self.signed_in(signing_in, session, keeper, engine, wishes)
                    .await;
            }
            Way::Recovery(recovering) => {
                self.recovered(*recovering, session, keeper, engine, wishes)
                    .await;
            }
            Way::WithoutKey => self.ask_to_open(session, engine, wishes),
        }
    }

    /// Back to name and password. What is said about it stays.
    pub(super) fn show_sign_in(&mut self) {
        self.halfway = None;
        let community = self.session.phase.get_untracked().community();
        self.session.phase.set(Phase::SignIn {
            community,
            name: None,
            lost: None,
        });
    }

    pub(super) fn start_over(&mut self) {
        self.session.step.set(None);
        self.session.problem.set(None);
        self.show_sign_in();
    }
}

/// The ticket is of no use any more.
fn is_over(error: &HttpError) -> bool {
    matches!(error, HttpError::Refused(refusal) if refusal.code == ErrorCode::TicketExpired)
}
