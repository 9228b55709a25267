//! Somebody who comes back from an identity provider, and what the sign-in page offers beside the password.

use leptos::prelude::Set;
use parley_client::recovery::RecoveryKey;
use parley_protocol::auth::{CommunityInfo, CommunityName, Ticket};
use parley_protocol::invite::InviteLink;

use super::problem;
use crate::enrolment::store::{FormProblem, OtherWays, Provider, Secret, SessionStore};
use crate::platform::passkey;

/// Before a ticket of the relay, in the address.
const RETURNED: &str = "oidc=";
/// Before the reason why there is none.
const FAILED: &str = "oidc-problem=";

/// Somebody new for whom a provider vouches.
pub(super) struct Vouched {
    pub(super) link: InviteLink,
    pub(super) community: CommunityName,
    pub(super) ticket: Ticket,
    /// The name that they chose, and the key that they keep.
    pub(super) chosen: Option<(String, RecoveryKey)>,
}

/// What the address of the page says about a sign-in at a provider.
pub(super) enum Returned {
    Ticket(Secret),
    Failed(FormProblem),
}

/// Reads the fragment of the address.
pub(super) fn read(fragment: &str) -> Option<Returned> {
    if let Some(ticket) = fragment.strip_prefix(RETURNED) {
        return Some(Returned::Ticket(Secret::new(ticket.to_owned())));
    }
    let reason = fragment.strip_prefix(FAILED)?;
    Some(Returned::Failed(problem::of_provider(reason)))
}

/// Shows what the relay and this browser offer beside the password.
pub(super) fn show_ways(session: SessionStore, info: &CommunityInfo) {
    let providers = info.providers.iter().map(|provider| Provider {
        id: provider.id.clone(),
        name: provider.name.clone(),
    });
    session.ways.set(OtherWays {
        passkey: passkey::are_possible(),
        providers: providers.collect(),
    });
}
