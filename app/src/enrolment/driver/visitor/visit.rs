//! Nobody is signed in here: what the address asks for, and whether the relay knows of it.

use leptos::prelude::Set;
use parley_client::enrol;
use parley_protocol::auth::CommunityName;
use parley_protocol::invite::InviteLink;
use parley_protocol::link::LinkCode;

use super::returned::{self, Returned, Vouched};
use super::{TryAgain, Visitor, problem};
use crate::driver::convert::millis;
use crate::driver::relay;
use crate::driver::wish::{Wish, Wishes};
use crate::enrolment::store::{GuestPage, LinkProblem, Lost, Phase, Secret, Visit as GuestVisit};
use crate::ids;
use crate::platform::clock::{self, Timer};
use crate::platform::http::HttpError;
use crate::platform::{footprint, location};

/// An unreachable relay is asked again after this, in milliseconds.
const RETRY: u64 = 3_000;

/// Somebody without a device here, and what the address lets them do.
#[derive(Default)]
pub(super) enum Visit {
    /// Not known yet, or there is a device.
    #[default]
    None,
    /// The relay did not answer; it is asked again.
    Waiting,
    /// Makes the community, with the token from the link.
    SetUp {
        token: String,
    },
    Join {
        link: InviteLink,
    },
    /// By a link for guests.
    Guest {
        link: InviteLink,
    },
    SignIn(CommunityName),
    JoinByProvider(Box<Vouched>),
}

impl Visitor {
    /// Shows the page for what the address asks for.
    pub(super) async fn receive_visitor(&mut self) -> Wishes {
        let address = location::read();
        let info = match relay::info().await {
            Ok(info) => info,
            Err(error) => return self.wait_for_relay(&error),
        };
        returned::show_ways(self.session, &info);
        let community = info.community;
        self.patience = None;
        let phase = match (community, address.path.trim_end_matches('/')) {
            (None, "/setup") if !address.fragment.is_empty() => {
                self.visit = Visit::SetUp {
                    token: address.fragment,
                };
                Phase::SetUp
            }
            (None, _) => Phase::NoCommunity,
            (Some(_), "/setup") => Phase::LinkRefused(LinkProblem::AlreadySetUp),
            (Some(community), "/join" | "/guest") => {
                return self.receive_invited(&address.fragment, community).await;
            }
            (Some(community), _) => {
                let name = community.name.clone();
                self.visit = Visit::SignIn(community);
                if LinkCode::is_fragment(&address.fragment) {
                    self.use_other_device(Some(Secret::new(address.fragment)));
                    return Wishes::new();
                }
                if let Some(returned) = returned::read(&address.fragment) {
                    return self.receive_returned(returned, name).await;
                }
                Phase::SignIn {
                    community: Some(name),
                    name: None,
                    lost: self.what_was_lost().await,
                }
            }
        };
        self.session.phase.set(phase);
        Wishes::new()
    }

    /// Shows the page on which a code of another device is used.
    pub(super) fn use_other_device(&mut self, code: Option<Secret>) {
        let community = match &self.visit {
            Visit::SignIn(community) => Some(community.name.clone()),
            Visit::None
            | Visit::Waiting
            | Visit::SetUp { .. }
            | Visit::Join { .. }
            | Visit::Guest { .. }
            | Visit::JoinByProvider(_) => None,
        };
        self.session.step.set(None);
        self.session.problem.set(None);
        self.session.phase.set(Phase::Link { community, code });
    }

    /// Somebody comes back from an identity provider.
    async fn receive_returned(&mut self, returned: Returned, community: String) -> Wishes {
        let mut wishes = Wishes::new();
        self.session.phase.set(Phase::SignIn {
            community: Some(community),
            name: None,
            lost: None,
        });
        match returned {
            Returned::Ticket(ticket) => self.come_back(ticket, None, &mut wishes).await,
            Returned::Failed(problem) => {
                location::forget_link();
                self.refuse(problem);
            }
        }
        wishes
    }

    /// The relay may be back.
    pub(super) async fn try_again_if_waiting(&mut self) -> Wishes {
        if !matches!(self.visit, Visit::Waiting) {
            return Wishes::new();
        }
        self.visit = Visit::None;
        self.receive_visitor().await
    }

    /// Whether somebody was signed in here: a browser that throws away what a page kept often leaves it the session's
    /// cookie.
    async fn what_was_lost(&self) -> Option<Lost> {
        if self.lost.is_some() {
            return self.lost;
        }
        let was_here = footprint::is_there() || relay::refresh().await.is_ok();
        was_here.then_some(Lost::Cleared)
    }

    async fn receive_invited(&mut self, fragment: &str, community: CommunityName) -> Wishes {
        let phase = self.session.phase;
        let Ok(link) = fragment.parse::<InviteLink>() else {
            phase.set(Phase::LinkRefused(LinkProblem::Incomplete));
            return Wishes::new();
        };
        if location::read().path.trim_end_matches('/') == "/join" {
            phase.set(Phase::Join {
                community: None,
                inviter: None,
                readmits: None,
            });
        }
        let entries = match relay::log_for_invite(&link).await {
            Ok(entries) => entries,
            Err(error) => {
                let Some(refused) = problem::link_of_http(&error) else {
                    return self.wait_for_relay(&error);
                };
                phase.set(Phase::LinkRefused(refused));
                return Wishes::new();
            }
        };
        match enrol::inspect_invite(&link, &entries, clock::now()) {
            Ok(view) if view.community == community.id => {
                if let Some(guest) = view.guest {
                    self.visit = Visit::Guest { link };
                    phase.set(Phase::Guest(GuestPage::Form(GuestVisit {
                        community: view.community_name,
                        channel: ids::ChannelId::from(guest.terms.channel.to_string()),
                        place: guest.channel,
                        until: millis(guest.terms.until),
                    })));
                    return Wishes::new();
                }
                phase.set(Phase::Join {
                    community: Some(view.community_name),
                    inviter: Some(view.inviter),
                    readmits: view.readmits,
                });
                self.visit = Visit::Join { link };
            }
            Ok(_) => phase.set(Phase::LinkRefused(LinkProblem::OtherCommunity)),
            Err(error) => phase.set(Phase::LinkRefused(problem::link_of_enrolment(&error))),
        }
        Wishes::new()
    }

    fn wait_for_relay(&mut self, error: &HttpError) -> Wishes {
        self.visit = Visit::Waiting;
        let port = self.port.clone();
        self.patience = Timer::after(RETRY, move || port.put(TryAgain));
        vec![Wish::Stop {
            text: away(error).to_owned(),
            detail: error.to_string(),
        }]
    }
}

/// Why a visitor sees no form.
fn away(error: &HttpError) -> &'static str {
    match error {
        HttpError::Unreachable(why) if why.starts_with("status ") => {
            "The web server of this community answers, but the relay behind it doesn't. If it lasts, tell whoever hosts it. This page tries again by itself."
        }
        HttpError::Unreadable { .. } => {
            "Something else than this community's relay answers here. Tell whoever hosts it that its web server has to pass on every path to the relay. This page tries again by itself."
        }
        HttpError::Unreachable(_) | HttpError::Refused(_) => {
            "The relay can't be reached. This page tries again by itself."
        }
    }
}
