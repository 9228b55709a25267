//! The rules of orders about calls.

use super::at_most;
use crate::community::{Community, Rejection};
use crate::entry::{CallOrder, CallRules, ChannelKind, Permission};
use crate::ids::{ChannelId, UserId};
use crate::limits::{MAX_CALL_LIMIT, MAX_CALL_ORDERS_EVER_PER_MEMBER, MAX_SPEAKERS};

impl Community {
    pub(super) fn check_call_order(
        &self,
        author: UserId,
        order: &CallOrder,
    ) -> Result<(), Rejection> {
        match order {
            CallOrder::Restrict {
                user,
                muted,
                deafened,
            } => {
                self.check_moderated(author, user)?;
                let now = self.members.get(user).map(|member| member.calls);
                let is_new = now.is_some_and(|it| (it.muted, it.deafened) != (*muted, *deafened));
                must_change(is_new)?;
            }
            CallOrder::Speaker {
                channel,
                user,
                speaks,
            } => self.check_speaker(author, channel, user, *speaks)?,
            CallOrder::End { device, stay, to } => {
                let found = self.active_device(device).ok_or(Rejection::UnknownDevice)?;
                self.check_moderated(author, &found.user)?;
                let ended = found.ended_stay.map(|ended| ended.stay);
                must_change(ended != Some(*stay))?;
                if let Some(to) = to
                    && !(self.may_read(&author, to) && self.may_join(&found.user, to))
                {
                    return Err(Rejection::UnknownChannel);
                }
            }
            CallOrder::Rules { channel, rules } => {
                self.check_channel_author(author, channel)?;
                self.check_call_rules(channel, *rules)?;
            }
        }
        if self.is_bounded(author) {
            let made = self.members.get(&author).map_or(0, |it| it.call_orders);
            if made >= MAX_CALL_ORDERS_EVER_PER_MEMBER {
                return Err(Rejection::TooMany);
            }
        }
        Ok(())
    }

    fn check_moderated(&self, author: UserId, user: &UserId) -> Result<(), Rejection> {
        if *user == self.owner {
            return Err(Rejection::Owner);
        }
        self.require(author, Permission::ModerateCalls)?;
        self.active_member(user).ok_or(Rejection::UnknownMember)?;
        self.require_at_least(author, &self.permissions_of(user))
    }

    /// Letting speak is for those who moderate calls. Everybody may step down by themselves.
    fn check_speaker(
        &self,
        author: UserId,
        channel: &ChannelId,
        user: &UserId,
        speaks: bool,
    ) -> Result<(), Rejection> {
        let found = self.channels.get(channel);
        let found = found.filter(|found| found.kind == ChannelKind::Voice && !found.archived);
        let found = found.ok_or(Rejection::UnknownChannel)?;
        if !self.may_read(&author, channel) {
            return Err(Rejection::UnknownChannel);
        }
        if speaks || author != *user {
            self.require(author, Permission::ModerateCalls)?;
        }
        must_change(found.speakers.contains(user) != speaks)?;
        if !speaks {
            return Ok(());
        }
        if !self.may_join(user, channel) {
            return Err(Rejection::UnknownMember);
        }
        at_most(found.speakers.len(), MAX_SPEAKERS)
    }

    fn check_call_rules(&self, channel: &ChannelId, rules: CallRules) -> Result<(), Rejection> {
        let found = self.channels.get(channel);
        let found = found.filter(|found| found.kind == ChannelKind::Voice);
        let found = found.ok_or(Rejection::UnknownChannel)?;
        let mut limit = rules.limit.into_iter();
        if !limit.all(|limit| (1..=MAX_CALL_LIMIT).contains(&limit)) {
            return Err(Rejection::BadLimit);
        }
        must_change(found.rules != rules)
    }
}

/// An order that changes nothing would only make the log longer.
fn must_change(changes: bool) -> Result<(), Rejection> {
    if changes {
        Ok(())
    } else {
        Err(Rejection::Repeated)
    }
}
