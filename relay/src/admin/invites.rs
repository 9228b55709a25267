//! The invites of the log, by id.

use parley_protocol::Millis;
use parley_protocol::admin::{InviteRow, InviteState, InvitesPage, PAGE_ROWS};
use parley_protocol::community::{Community, Invite, Rejection};
use parley_protocol::ids::InviteId;
use serde::Deserialize;

/// Which invites to list.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Query {
    /// Only those after this one.
    pub(crate) after: Option<InviteId>,
    /// Only those that can be used.
    pub(crate) open: bool,
}

pub(crate) fn page(community: &Community, query: &Query, now: Millis) -> InvitesPage {
    let wanted = |invite: &Invite| !query.open || invite.check(now).is_ok();
    let mut found = community
        .invites()
        .iter()
        .filter(|(id, invite)| query.after.is_none_or(|after| **id > after) && wanted(invite));
    let invites: Vec<InviteRow> = found
        .by_ref()
        .take(PAGE_ROWS)
        .map(|(id, invite)| row(community, *id, invite, now))
        .collect();
    let next = invites.last().map(|row| row.invite);
    InvitesPage {
        next: next.filter(|_| found.next().is_some()),
        invites,
        total: u64::try_from(community.invites().len()).unwrap_or(u64::MAX),
    }
}

fn row(community: &Community, id: InviteId, invite: &Invite, now: Millis) -> InviteRow {
    let by = community.members().get(&invite.by);
    InviteRow {
        invite: id,
        by: invite.by,
        by_name: by.map_or_else(String::new, |by| by.display_name().to_owned()),
        state: state(invite.check(now)),
        expires_at: invite.expires_at,
        uses: invite.uses,
        max_uses: invite.max_uses,
        readmits: invite.readmits,
    }
}

fn state(checked: Result<(), Rejection>) -> InviteState {
    match checked {
        Ok(()) => InviteState::Open,
        Err(Rejection::InviteUsedUp) => InviteState::UsedUp,
        Err(Rejection::InviteExpired) => InviteState::Expired,
        Err(_) => InviteState::Revoked,
    }
}
