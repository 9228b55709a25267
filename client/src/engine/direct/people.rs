//! Who is in a conversation: it is begun, others are brought in, one leaves; and all of them in a list.

use parley_protocol::ids::{ChannelId, UserId};
use parley_protocol::limits::MAX_NAME_CHARS;
use parley_protocol::names::is_control_or_override;

use super::conversation::{Conversation, ConversationRecord};
use super::{Direct, Look, standing};
use crate::content::direct::{Group, GroupChange, With};
use crate::direct::{
    Conversation as Listed, Delivery, DirectError, MAX_PEOPLE, Standing, marked, of_two,
};
use crate::engine::account_data::AccountData;
use crate::engine::context::Cx;
use crate::sorted;
use crate::timeline::TimelineItem;

impl Direct {
    pub(super) fn open_with(
        &mut self,
        with: UserId,
        cx: &mut Cx<'_>,
    ) -> Result<ChannelId, DirectError> {
        let me = cx.me.user;
        if with == me || cx.log.members().get(&with).is_none() {
            return Err(DirectError::NoMember);
        }
        let id = of_two(&cx.log.id(), &me, &with);
        if !self.conversations.contains_key(&id) {
            let record = ConversationRecord::new(With::Person(with));
            self.conversations.insert(id, Conversation::new(id, record));
        }
        Ok(id)
    }

    pub(super) fn begin_group(
        &mut self,
        with: &[UserId],
        name: String,
        cx: &mut Cx<'_>,
    ) -> Result<ChannelId, DirectError> {
        let me = cx.me.user;
        let mut group = Group {
            name: sound(&name)?,
            ..Group::default()
        };
        group.add(me);
        for user in with {
            if *user == me || cx.log.active_member(user).is_none() {
                return Err(DirectError::NoMember);
            }
            group.add(*user);
        }
        let count = group.members().count();
        if count < 3 {
            return Err(DirectError::TooFew);
        }
        if count > MAX_PEOPLE || with.len() >= MAX_PEOPLE {
            return Err(DirectError::TooMany { count });
        }
        let id = marked(cx.rng.bytes(), true);
        let mut record = ConversationRecord::new(With::Group(group));
        record.wrote = true;
        self.conversations.insert(id, Conversation::new(id, record));
        Ok(id)
    }

    pub(super) fn add_people(
        &mut self,
        id: &ChannelId,
        users: &[UserId],
        cx: &mut Cx<'_>,
    ) -> Result<(), DirectError> {
        let me = cx.me.user;
        let conversation = self.conversations.get_mut(id);
        let conversation = conversation.ok_or(DirectError::Unknown)?;
        let With::Group(known) = &mut conversation.record.with else {
            return Err(DirectError::NotPermitted);
        };
        if !known.has(&me) {
            return Err(DirectError::NotPermitted);
        }
        let mut group = known.clone();
        for user in users {
            if cx.log.active_member(user).is_none() {
                return Err(DirectError::NoMember);
            }
            group.add(*user);
        }
        let count = group.members().count();
        if count > MAX_PEOPLE {
            return Err(DirectError::TooMany { count });
        }
        let is_new = |user: &&UserId| group.has(user) && !known.has(user);
        let added: Vec<UserId> = users.iter().filter(is_new).copied().collect();
        if group != *known {
            *known = group;
            let change = GroupChange {
                added,
                ..GroupChange::default()
            };
            self.queue_change(*id, change, cx);
        }
        Ok(())
    }

    pub(super) fn rename_group(
        &mut self,
        id: &ChannelId,
        name: &str,
        cx: &mut Cx<'_>,
    ) -> Result<(), DirectError> {
        let name = sound(name)?;
        let me = cx.me.user;
        let conversation = self.conversations.get_mut(id);
        let conversation = conversation.ok_or(DirectError::Unknown)?;
        let With::Group(group) = &mut conversation.record.with else {
            return Err(DirectError::NotPermitted);
        };
        if !group.has(&me) {
            return Err(DirectError::NotPermitted);
        }
        if group.rename(name) {
            let change = GroupChange {
                renamed: true,
                ..GroupChange::default()
            };
            self.queue_change(*id, change, cx);
        }
        Ok(())
    }

    pub(super) fn go(&mut self, id: &ChannelId, cx: &mut Cx<'_>) -> Result<(), DirectError> {
        let me = cx.me.user;
        let conversation = self.conversations.get_mut(id);
        let conversation = conversation.ok_or(DirectError::Unknown)?;
        let With::Group(group) = &mut conversation.record.with else {
            return Err(DirectError::NotPermitted);
        };
        if !group.leave(me) {
            return Err(DirectError::NotPermitted);
        }
        let change = GroupChange {
            left: true,
            ..GroupChange::default()
        };
        self.queue_change(*id, change, cx);
        Ok(())
    }

    /// All conversations, the newest first.
    pub(super) fn listed(&self, data: &AccountData, look: &Look<'_>) -> Vec<Listed> {
        let all = self.conversations.values();
        let listed = all.map(|conversation| {
            let record = &conversation.record;
            let is_here = |user: &UserId| look.log.active_member(user).is_some();
            let people = conversation.people(look.me);
            let has_left = !people.contains(&look.me);
            let others: Vec<UserId> = people.into_iter().filter(|it| *it != look.me).collect();
            let (is_group, name) = match &record.with {
                With::Person(_) => (false, String::new()),
                With::Group(group) => (true, group.name.clone()),
            };
            let standing = if conversation.is_begun() {
                standing::of(conversation, data, &look.log.id(), &look.me)
            } else {
                Standing::Accepted
            };
            Listed {
                id: conversation.id,
                is_group,
                name,
                standing,
                invited_by: record.invited_by,
                newest: record.newest,
                late: record.late.len(),
                missed: conversation.missed_calls(look.me),
                writable: !has_left && others.iter().any(is_here),
                has_left,
                others,
            }
        });
        sorted::by_number(listed, |it| u64::MAX - it.newest)
    }

    pub(super) fn delivered(
        &self,
        id: &ChannelId,
        item: &TimelineItem,
        me: UserId,
    ) -> Option<Delivery> {
        let conversation = self.conversations.get(id)?;
        let entry = conversation.entry(item.target());
        let entry = entry.filter(|entry| entry.user == me)?;
        let of = match &entry.message.with {
            With::Person(_) => 1,
            With::Group(group) => group.members().filter(|user| *user != me).count(),
        };
        Some(Delivery {
            reached: entry.reached.len().min(of),
            of,
        })
    }
}

/// A group's name as it is kept.
fn sound(name: &str) -> Result<String, DirectError> {
    let name = name.trim();
    if name.chars().nth(MAX_NAME_CHARS).is_some() || name.chars().any(is_control_or_override) {
        return Err(DirectError::Name);
    }
    Ok(name.to_owned())
}
