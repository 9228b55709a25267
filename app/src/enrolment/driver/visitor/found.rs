//! Making the community: the set-up page.

use parley_client::enrol::Founding;
use parley_client::rng::Rng;
use parley_protocol::names;

use super::visit::Visit;
use super::{Visitor, problem};
use crate::driver::keeper::Keeper;
use crate::driver::wish::Wishes;
use crate::enrolment::store::{FormProblem, Secret, Step};
use crate::platform::{clock, device_label, random};

impl Visitor {
    pub(super) async fn found(
        &mut self,
        community_name: String,
        name: String,
        password: Secret,
        keeper: &mut Keeper,
        wishes: &mut Wishes,
    ) {
        let Visit::SetUp { token } = &self.visit else {
            return self.out_of_place();
        };
        let setup_token = token.clone();
        if self.finish_unanswered(keeper, wishes).await {
            return;
        }
        let community_name = names::normalize(&community_name);
        let name = names::normalize(&name);
        if names::check(&community_name).is_err() {
            return self.refuse(FormProblem::CommunityNameNotAllowed);
        }
        if names::check_member(&name).is_err() {
            return self.refuse(FormProblem::NameNotAllowed);
        }
        let Ok(seed) = random::bytes() else {
            return self.refuse(problem::no_randomness());
        };
        let mut rng = Rng::from_seed(seed);
        let founding = Founding {
            community_name,
            name: name.clone(),
            label: device_label::read(),
            setup_token,
        };
        let draft = match founding.draft(&mut rng, clock::now()) {
            Ok(draft) => draft,
            Err(error) => return self.refuse(problem::of_enrolment(&error)),
        };
        let community = draft.community();
        let Some(keys) = self.stretch(password, &name, community).await else {
            return;
        };
        self.step(Step::MakingKeys);
        match draft.finish(&keys, &mut rng) {
            Ok(member) => self.register(member, community, keeper, wishes).await,
            Err(error) => self.refuse(problem::of_enrolment(&error)),
        }
    }
}
