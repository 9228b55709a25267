//! Joining with an invite: the join page.

use parley_client::enrol::{self, InviteView, Joining};
use parley_client::rng::Rng;
use parley_protocol::entry::Entry;
use parley_protocol::invite::InviteLink;
use parley_protocol::names;

use super::visit::Visit;
use super::{Visitor, problem};
use crate::driver::keeper::Keeper;
use crate::driver::relay;
use crate::driver::wish::Wishes;
use crate::enrolment::store::{FormProblem, Secret, Step};
use crate::platform::{clock, device_label, random};

impl Visitor {
    pub(super) async fn join(
        &mut self,
        name: String,
        password: Secret,
        keeper: &mut Keeper,
        wishes: &mut Wishes,
    ) {
        let Visit::Join { link } = &self.visit else {
            return self.out_of_place();
        };
        let link = link.clone();
        if self.finish_unanswered(keeper, wishes).await {
            return;
        }
        let Some((entries, invite)) = self.look_at_invite(&link).await else {
            return;
        };
        let community = invite.community;
        // Who is let back in keeps the name, and the password is stretched with it.
        let is_back = invite.readmits.is_some();
        let name = invite.readmits.unwrap_or_else(|| names::normalize(&name));
        if names::check_member(&name).is_err() {
            return self.refuse(FormProblem::NameNotAllowed);
        }
        let Some(keys) = self.stretch(password, &name, community).await else {
            return;
        };
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
        match enrol::join(joining, &keys, &mut Rng::from_seed(seed), clock::now()) {
            Ok(member) => self.register(member, community, keeper, wishes).await,
            Err(error) => {
                let mut found = problem::of_enrolment(&error);
                // There is no field for another name.
                if is_back && found == FormProblem::NameTaken {
                    found = FormProblem::Other {
                        text: "Somebody else has your name here by now. Ask whoever sent you the link."
                            .to_owned(),
                        detail: error.to_string(),
                    };
                }
                self.refuse(found);
            }
        }
    }

    /// The log as it is now, for the page may have been open for a while, and what the link leads to. `None`: it was
    /// said why not.
    pub(super) async fn look_at_invite(
        &mut self,
        link: &InviteLink,
    ) -> Option<(Vec<Entry>, InviteView)> {
        self.step(Step::CheckingLink);
        let entries = match relay::log_for_invite(link).await {
            Ok(entries) => entries,
            Err(error) => {
                self.refuse(problem::of_http(&error));
                return None;
            }
        };
        match enrol::inspect_invite(link, &entries, clock::now()) {
            Ok(view) => Some((entries, view)),
            Err(error) => {
                self.refuse(problem::of_enrolment(&error));
                None
            }
        }
    }
}
