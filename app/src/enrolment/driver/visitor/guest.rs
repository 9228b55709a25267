//! Coming as a guest: by a name and the link, without a password.

use parley_client::enrol::{self, Joining};
use parley_client::rng::Rng;
use parley_protocol::names;

use super::visit::Visit;
use super::{Visitor, problem};
use crate::driver::keeper::Keeper;
use crate::driver::wish::Wishes;
use crate::enrolment::store::{FormProblem, Step};
use crate::platform::{clock, device_label, random};

impl Visitor {
    pub(super) async fn join_as_guest(
        &mut self,
        name: String,
        keeper: &mut Keeper,
        wishes: &mut Wishes,
    ) {
        let Visit::Guest { link } = &self.visit else {
            return self.out_of_place();
        };
        let link = link.clone();
        if self.finish_unanswered(keeper, wishes).await {
            return;
        }
        let Some((entries, invite)) = self.look_at_invite(&link).await else {
            return;
        };
        let name = names::normalize(&name);
        if names::check_member(&name).is_err() {
            return self.refuse(FormProblem::NameNotAllowed);
        }
        self.step(Step::MakingKeys);
        let Ok(seed) = random::bytes() else {
            return self.refuse(problem::no_randomness());
        };
        let joining = Joining {
            link,
            entries,
            name,
            label: device_label::read(),
        };
        match enrol::join_as_guest(joining, &mut Rng::from_seed(seed), clock::now()) {
            Ok(guest) => self.register(guest, invite.community, keeper, wishes).await,
            Err(error) => self.refuse(problem::of_enrolment(&error)),
        }
    }
}
