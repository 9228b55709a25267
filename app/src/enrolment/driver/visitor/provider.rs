//! Signing in at an identity provider, and joining by one.

use leptos::prelude::Set;
use parley_client::Engine;
use parley_client::enrol::{self, Joining};
use parley_client::recovery::RecoveryKey;
use parley_client::rng::Rng;
use parley_protocol::auth::{CommunityName, FinishOidcRequest, Newcomer, OidcResponse, Ticket};
use parley_protocol::invite::InviteLink;
use parley_protocol::names;

use super::halfway::Way;
use super::returned::{Vouched, show_ways};
use super::visit::Visit;
use super::{Visitor, problem};
use crate::driver::keeper::Keeper;
use crate::driver::relay;
use crate::driver::wish::Wishes;
use crate::enrolment::store::{FormProblem, Phase, Secret, Step};
use crate::platform::{clock, device_label, location, random};

impl Visitor {
    pub(super) async fn look_for_ways(&mut self) {
        if let Ok(info) = relay::info().await {
            show_ways(self.session, &info);
        }
    }

    /// Leaves the page.
    pub(super) fn go_to(&mut self, provider: &str) {
        self.step(Step::AskingProvider);
        location::go_to(&relay::provider::address(provider));
    }

    /// A provider sent the page back: the ticket is for a session, or for somebody new.
    pub(super) async fn come_back(
        &mut self,
        ticket: Secret,
        engine: Option<&mut Engine>,
        wishes: &mut Wishes,
    ) {
        location::forget_link();
        self.step(Step::AskingRelay);
        let request = FinishOidcRequest {
            ticket: Ticket(ticket.into_inner()),
        };
        match (relay::provider::finish(&request).await, engine) {
            (Ok(OidcResponse::Session(session)), engine) => {
                self.ask_to_open(session, engine, wishes);
            }
            (Ok(OidcResponse::SecondFactor(needed)), _) => {
                self.ask_for_code(needed, Way::WithoutKey);
            }
            (Ok(OidcResponse::Newcomer(_)), Some(_)) => self.refuse(problem::other_person()),
            (Ok(OidcResponse::Newcomer(newcomer)), None) => self.welcome(newcomer).await,
            (Err(error), _) => self.refuse(problem::of_return(&error)),
        }
    }

    async fn welcome(&mut self, newcomer: Newcomer) {
        let Ok(link) = newcomer.invite.parse::<InviteLink>() else {
            return self.refuse(problem::no_invite());
        };
        let entries = match relay::log_for_invite(&link).await {
            Ok(entries) => entries,
            Err(error) => return self.refuse(problem::of_http(&error)),
        };
        match enrol::inspect_invite(&link, &entries, clock::now()) {
            Ok(view) => {
                let community = CommunityName {
                    id: view.community,
                    name: view.community_name,
                };
                self.session.step.set(None);
                self.session.phase.set(Phase::JoinByProvider {
                    community: Some(community.name.clone()),
                    name: newcomer.name,
                });
                self.visit = Visit::JoinByProvider(Box::new(Vouched {
                    link,
                    community,
                    ticket: newcomer.ticket,
                    chosen: None,
                }));
            }
            // The operator's invite is over, or of another community.
            Err(_) => self.refuse(problem::no_invite()),
        }
    }

    /// The name is checked before the key is shown, so that nobody writes one down in vain.
    pub(super) fn choose_name(&mut self, name: &str) {
        let Visit::JoinByProvider(vouched) = &mut self.visit else {
            return self.out_of_place();
        };
        let name = names::normalize(name);
        if names::check_member(&name).is_err() {
            return self.refuse(FormProblem::NameNotAllowed);
        }
        let Ok(seed) = random::bytes() else {
            return self.refuse(problem::no_randomness());
        };
        let key = RecoveryKey::generate(&mut Rng::from_seed(seed));
        let text = Secret::new(key.to_text().to_string());
        vouched.chosen = Some((name, key));
        self.session.step.set(None);
        self.session.phase.set(Phase::KeepKey { key: text });
    }

    pub(super) async fn join_by_provider(&mut self, keeper: &mut Keeper, wishes: &mut Wishes) {
        let Visit::JoinByProvider(vouched) = &self.visit else {
            return self.out_of_place();
        };
        let Some((name, key)) = vouched.chosen.clone() else {
            return self.out_of_place();
        };
        let (link, ticket) = (vouched.link.clone(), vouched.ticket.clone());
        let community = vouched.community.clone();
        if self.finish_unanswered(keeper, wishes).await {
            return;
        }
        self.step(Step::MakingKeys);
        let entries = match relay::log_for_invite(&link).await {
            Ok(entries) => entries,
            Err(error) => return self.refuse(problem::of_http(&error)),
        };
        let Ok(seed) = random::bytes() else {
            return self.refuse(problem::no_randomness());
        };
        let joining = Joining {
            link,
            entries,
            name: name.clone(),
            label: device_label::read(),
        };
        let rng = &mut Rng::from_seed(seed);
        match enrol::join_by_provider(joining, &key, ticket, rng, clock::now()) {
            Ok(member) => self.register(member, community.id, keeper, wishes).await,
            Err(error) => {
                self.session.phase.set(Phase::JoinByProvider {
                    community: Some(community.name),
                    name,
                });
                self.refuse(problem::of_enrolment(&error));
            }
        }
    }
}
