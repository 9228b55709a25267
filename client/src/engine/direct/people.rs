//! Who is in a conversation: it is begun, others are brought in, one leaves; and all of them in a list.

use parley_protocol::ids::{ChannelId, UserId};
use parley_protocol::limits::MAX_NAME_CHARS;
use parley_protocol::names::is_control_or_override;

use super::conversation::{Conversation, ConversationRecord};
use super::{Direct, Look, standing};
use crate::content::direct::{Group, With};
use crate::direct::{
    Conversation as Listed, Delivery, DirectError, MAX_PEOPLE, Standing, marked, of_two,
};
use crate::engine::account_data::AccountData;
use crate::engine::context::Cx;
use crate::sorted;
use crate::timeline::{Body, TimelineItem};

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
        let name = name.trim().to_owned();
        if name.chars().nth(MAX_NAME_CHARS).is_some() || name.chars().any(is_control_or_override) {
            return Err(DirectError::Name);
        }
        let mut group = Group {
            name,
            places: Vec::new(),
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
        if group != *known {
            *known = group;
            self.queue(*id, Body::Void, cx);
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
        self.queue(*id, Body::Void, cx);
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
