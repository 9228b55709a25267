//! Whether the person wants a conversation. What they said is account data, so that all own devices know.

use parley_protocol::ids::{ChannelId, UserId};

use super::Direct;
use super::conversation::Conversation;
use crate::content::direct::With;
use crate::direct::{Standing, of_two};
use crate::engine::account_data::AccountData;
use crate::engine::context::Cx;
use crate::engine::wish::Wish;

pub(super) const ACCEPTED: &str = "accepted";
pub(super) const IGNORED: &str = "ignored";
pub(super) const BLOCKED: &str = "blocked";

/// Conversations that nobody has answered yet.
const REQUESTS: usize = 60;
/// The same of one member.
const REQUESTS_OF_ONE: usize = 4;
/// Messages that are kept of each until somebody answers, and their bytes.
const MESSAGES: u32 = 50;
const BYTES: u64 = 128 * 1024;

/// Under which name it is account data whether a conversation is wanted.
pub(super) fn name(conversation: &ChannelId) -> String {
    format!("direct/{conversation}")
}

/// Under which name it is account data that a member is blocked.
pub(in crate::engine) fn blocked_name(user: &UserId) -> String {
    format!("blocked/{user}")
}

/// Whether the person wants nothing of a member.
pub(in crate::engine) fn is_blocked(data: &AccountData, user: &UserId) -> bool {
    data.get(&blocked_name(user)).is_some()
}

/// Whether the person wants a conversation.
pub(super) fn of(
    conversation: &Conversation,
    data: &AccountData,
    community: &parley_protocol::ids::CommunityId,
    me: &UserId,
) -> Standing {
    let record = &conversation.record;
    if let With::Person(other) = &record.with
        && is_blocked(data, other)
    {
        return Standing::Blocked;
    }
    match data.get(&name(&conversation.id)) {
        Some(ACCEPTED) => return Standing::Accepted,
        Some(IGNORED) => return Standing::Ignored,
        Some(_) | None => {}
    }
    if record.wrote {
        return Standing::Accepted;
    }
    // Whoever may write to one may bring one into a group.
    let is_known = |by: &UserId| {
        let with_them = of_two(community, me, by);
        data.get(&name(&with_them)) == Some(ACCEPTED) && !is_blocked(data, by)
    };
    match record.invited_by {
        Some(by) if is_known(&by) => Standing::Accepted,
        Some(by) if is_blocked(data, &by) => Standing::Ignored,
        Some(_) | None => Standing::Request,
    }
}

impl Direct {
    pub(super) fn standing(&self, id: &ChannelId, data: &AccountData, cx: &Cx<'_>) -> Standing {
        self.conversations
            .get(id)
            .map_or(Standing::Request, |conversation| {
                of(conversation, data, &cx.log.id(), &cx.me.user)
            })
    }

    /// Whether there is room for something in a conversation that is not answered. What has no room is forgotten; if
    /// the person answers, it is asked for again.
    pub(super) fn has_room(
        &mut self,
        id: &ChannelId,
        bytes: usize,
        data: &AccountData,
        cx: &Cx<'_>,
    ) -> bool {
        if self.standing(id, data, cx) == Standing::Accepted {
            return true;
        }
        let Some(conversation) = self.conversations.get_mut(id) else {
            return false;
        };
        let (count, before) = conversation.record.unanswered;
        let bytes = before.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        let has_room = count < MESSAGES && bytes <= BYTES;
        if has_room {
            conversation.record.unanswered = (count + 1, bytes);
        }
        has_room
    }

    /// Whether somebody may begin another conversation that waits for an answer.
    pub(super) fn has_room_for_request(
        &self,
        by: &UserId,
        data: &AccountData,
        cx: &Cx<'_>,
    ) -> bool {
        let (mut all, mut of_one) = (0, 0);
        for (id, conversation) in &self.conversations {
            if conversation.is_begun() && self.standing(id, data, cx) != Standing::Accepted {
                let is_theirs = match &conversation.record.with {
                    With::Person(other) => other == by,
                    With::Group(_) => conversation.record.invited_by == Some(*by),
                };
                all += 1;
                of_one += usize::from(is_theirs);
            }
        }
        all < REQUESTS && of_one < REQUESTS_OF_ONE
    }

    /// The person writes in it, so they want it.
    pub(super) fn accept(id: &ChannelId, cx: &mut Cx<'_>) {
        cx.output.wish(Wish::SetData {
            name: name(id),
            value: ACCEPTED.to_owned(),
        });
    }
}
