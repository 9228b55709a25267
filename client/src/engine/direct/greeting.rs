//! Devices that are new in the log. An own one gets what is newest of every conversation; one of somebody else gets what
//! none of that member's devices has said to have. And whoever hears of a message knows of own devices of which its
//! author did not: they get it passed on.

use parley_protocol::ids::{DeviceId, UserId};
use parley_protocol::json;

use super::Direct;
use super::stored::Kept;
use crate::content::direct::{DirectCopy, With};
use crate::engine::account_data::other_devices;
use crate::engine::context::Cx;
use crate::store::{Change, Record, Table};

const GREETED: &str = "greeted";
/// Bytes that a new device gets of one conversation, and of all.
const BYTES_OF_ONE: usize = 256 * 1024;
const BYTES: usize = 1024 * 1024;
/// Messages of a conversation that a new device of somebody else gets.
const MESSAGES: usize = 100;

/// Up to which entry of the log new devices were greeted.
pub(super) struct Greeting {
    greeted: u64,
}

impl Greeting {
    pub(super) fn restore(records: &[Record]) -> Self {
        let kept = records
            .iter()
            .find(|record| record.table == Table::Direct && record.key == GREETED);
        let greeted = kept.and_then(Record::read).unwrap_or_default();
        Self { greeted }
    }
}

impl Direct {
    pub(super) fn greet(&mut self, cx: &mut Cx<'_>) {
        let head = cx.log.head().seq;
        if self.greeting.greeted >= head || !cx.is_log_whole() || !cx.is_open() {
            return;
        }
        let own = cx.log.devices().get(&cx.me.device);
        let since = self.greeting.greeted.max(own.map_or(0, |it| it.added_at));
        self.greeting.greeted = head;
        cx.output.store(Change::put(Table::Direct, GREETED, &head));
        let is_new = |at: u64| at > since;
        let is_gone =
            cx.log.devices().iter().any(|(_, device)| {
                device.user == cx.me.user && device.revoked_at.is_some_and(is_new)
            });
        if is_gone {
            // What that device wrote last may count no more where the vault is read.
            self.lack_everything(cx);
        }
        let new_own: Vec<DeviceId> = other_devices(cx)
            .into_iter()
            .filter(|id| {
                let device = cx.log.devices().get(id);
                device.is_some_and(|device| is_new(device.added_at))
            })
            .collect();
        if !new_own.is_empty() {
            let copies = self.newest();
            for to in new_own {
                self.owe_to_new(to, cx.me.user, cx);
                self.owe_copies(to, copies.clone(), cx);
            }
        }
        let mut people: Vec<UserId> = Vec::new();
        for conversation in self.conversations.values() {
            for user in conversation.people(cx.me.user) {
                if user != cx.me.user && !people.contains(&user) {
                    people.push(user);
                }
            }
        }
        for user in people {
            let devices = cx.log.devices_of(&user);
            let new: Vec<DeviceId> = devices
                .filter(|(_, device)| is_new(device.added_at))
                .map(|(id, _)| id)
                .collect();
            for to in new {
                self.owe_to_new(to, user, cx);
                let copies = self.not_known_to(&user, cx);
                self.owe_copies(to, copies, cx);
            }
        }
    }

    /// What is newest in all conversations.
    fn newest(&self) -> Vec<DirectCopy> {
        let (mut copies, mut all) = (Vec::new(), 0);
        for conversation in self.conversations.values() {
            let mut bytes = 0;
            for (target, _) in conversation.entries().rev() {
                let Some(Kept { copy, .. }) = conversation.kept(target) else {
                    continue;
                };
                bytes += json::write(&copy).len();
                if bytes > BYTES_OF_ONE || all + bytes > BYTES {
                    break;
                }
                copies.push(copy);
            }
            all += bytes;
        }
        copies
    }

    /// What this member wrote to somebody of whom no device has said that it is there.
    fn not_known_to(&self, user: &UserId, cx: &Cx<'_>) -> Vec<DirectCopy> {
        let mut copies = Vec::new();
        for conversation in self.conversations.values() {
            if !conversation.has(user, cx.me.user) {
                continue;
            }
            let own = conversation.entries().rev().filter(|(_, entry)| {
                let was_for = match &entry.message.with {
                    With::Person(_) => true,
                    With::Group(group) => group.has(user),
                };
                entry.user == cx.me.user && was_for && !entry.reached.contains(user)
            });
            let targets = own.map(|(target, _)| target).take(MESSAGES);
            let kept = targets.filter_map(|target| conversation.kept(target));
            copies.extend(kept.map(|kept| kept.copy));
        }
        copies
    }

    /// Own devices of which the author did not know get what came here.
    pub(super) fn pass_on(&mut self, copy: &DirectCopy, cx: &mut Cx<'_>) {
        let head = copy.message.head.seq;
        for to in other_devices(cx) {
            let device = cx.log.devices().get(&to);
            let is_unknown = device.is_some_and(|device| device.added_at > head);
            if is_unknown && to != copy.author {
                self.owe_copies(to, vec![copy.clone()], cx);
            }
        }
    }
}
