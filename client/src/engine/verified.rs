//! The identities that the person has verified. A member whose identity is another one now is not who was verified.

use litemap::LiteMap;
use parley_protocol::community::Community;
use parley_protocol::ids::UserId;
use parley_protocol::keys::Ed25519PublicKey;

use super::context::Cx;
use crate::effect::Event;
use crate::store::{Change, Record, Table};

/// Before the member's id in the name of a record.
const PREFIX: &str = "verified/";

/// Whether the person has verified a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trust {
    /// Not verified.
    Unverified,
    /// The identity in the log is the one that was verified.
    Verified,
    /// Another identity was verified: the member has new keys since.
    Changed,
}

/// Verified identities by member.
#[derive(Default)]
pub(super) struct Verified {
    identity_by_user: LiteMap<UserId, Ed25519PublicKey>,
}

impl Verified {
    pub(super) fn restore(records: &[Record]) -> Self {
        let states = records.iter().filter(|it| it.table == Table::State);
        let identities = states.filter_map(|record| {
            let user = record.key.strip_prefix(PREFIX)?.parse().ok()?;
            Some((user, record.read()?))
        });
        Self {
            identity_by_user: identities.collect(),
        }
    }

    pub(super) fn trust(&self, user: &UserId, log: &Community) -> Trust {
        let verified = self.identity_by_user.get(user);
        let known = log.members().get(user).map(|member| &member.identity);
        match (verified, known) {
            (None, _) | (_, None) => Trust::Unverified,
            (Some(verified), Some(known)) if verified == known => Trust::Verified,
            (Some(_), Some(_)) => Trust::Changed,
        }
    }

    pub(super) fn put(&mut self, user: UserId, identity: Ed25519PublicKey, cx: &mut Cx<'_>) {
        self.identity_by_user.insert(user, identity);
        cx.output
            .store(Change::put(Table::State, key(user), &identity));
        cx.output.event(Event::Verified);
    }

    pub(super) fn remove(&mut self, user: UserId, cx: &mut Cx<'_>) {
        if self.identity_by_user.remove(&user).is_some() {
            cx.output.store(Change::delete(Table::State, key(user)));
            cx.output.event(Event::Verified);
        }
    }
}

fn key(user: UserId) -> String {
    format!("{PREFIX}{user}")
}
