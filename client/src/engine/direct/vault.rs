//! Conversations in the vault: what it lacks waits in the store until it is in a segment. A restored vault brings it back.

use std::collections::VecDeque;

use parley_protocol::Millis;
use parley_protocol::ids::DeviceId;
use parley_protocol::json;
use parley_protocol::map::IdSet;

use super::{Direct, standing};
use crate::content::direct::DirectCopy;
use crate::direct::Standing;
use crate::engine::account_data::AccountData;
use crate::engine::context::Cx;
use crate::store::{Change, Record, Table, number_key, of_table};

const LACKING: &str = "lacking/";
/// Without a vault, no more than this waits for one.
const MOST: usize = 5_000;
/// The log says how far a chain is after this at the latest, if its device is there.
const NOTED_WITHIN: Millis = 2 * 86_400_000;

/// What the vault lacks, oldest first, with the keys of its records.
pub(super) struct Lacking {
    copies: VecDeque<(u64, DirectCopy)>,
    last: u64,
}

impl Lacking {
    pub(super) fn restore(records: &[Record]) -> Self {
        let mut lacking = Self {
            copies: VecDeque::new(),
            last: 0,
        };
        for record in of_table(records, Table::Direct) {
            let number = record.key.strip_prefix(LACKING);
            if let Some(number) = number.and_then(|number| number.parse().ok()) {
                lacking.last = number;
                let copy = record.read().map(|copy| (number, copy));
                lacking.copies.extend(copy);
            }
        }
        lacking
    }

    pub(super) fn len(&self) -> usize {
        self.copies.len()
    }
}

/// Whether the vault may lose a message that was read of it: what stands in a chain further than the log says is gone if
/// that chain's device is revoked. A device that is linked does not know where the other has it from, but chains are
/// noted every day.
pub(super) fn lacks(copy: &DirectCopy, origin: Option<(DeviceId, u64)>, cx: &Cx<'_>) -> bool {
    let Some((device, counter)) = origin else {
        return copy.message.order.saturating_add(NOTED_WITHIN) > cx.now;
    };
    let noted = cx.log.devices().get(&device).and_then(|it| it.vault);
    noted.is_none_or(|noted| noted.counter < counter)
}

fn key(number: u64) -> String {
    format!("{LACKING}{}", number_key(number))
}

impl Direct {
    /// The vault lacks a message.
    pub(super) fn lack(&mut self, copy: DirectCopy, cx: &mut Cx<'_>) {
        let lacking = &mut self.lacking;
        lacking.last += 1;
        cx.output
            .store(Change::put(Table::Direct, key(lacking.last), &copy));
        lacking.copies.push_back((lacking.last, copy));
        if lacking.copies.len() > MOST
            && let Some((number, _)) = lacking.copies.pop_front()
        {
            cx.output.store(Change::delete(Table::Direct, key(number)));
        }
    }

    /// Hands out what the vault lacks, up to so many bytes but for the last one, and takes it for kept there.
    pub(super) fn hand_to_vault(&mut self, bytes: usize, cx: &mut Cx<'_>) -> Vec<String> {
        let (mut taken, mut length) = (Vec::new(), 0);
        while length < bytes
            && let Some((number, copy)) = self.lacking.copies.pop_front()
        {
            let copy = json::write(&copy);
            length += copy.len();
            cx.output.store(Change::delete(Table::Direct, key(number)));
            taken.push(copy);
        }
        taken
    }

    /// Everything that is here goes into the vault again.
    pub(super) fn lack_everything(&mut self, cx: &mut Cx<'_>) {
        let mut all = Vec::new();
        for conversation in self.conversations.values() {
            let targets = conversation.entries().map(|(target, _)| target);
            let kept = targets.filter_map(|target| conversation.kept(target));
            all.extend(kept.map(|kept| kept.copy));
        }
        let mut lacking = IdSet::new();
        for (_, copy) in &self.lacking.copies {
            lacking.insert((copy.author, copy.message.id));
        }
        for copy in all {
            if !lacking.contains(&(copy.author, copy.message.id)) {
                self.lack(copy, cx);
            }
        }
    }

    /// Once a conversation is wanted, what came of it before is kept like everything else.
    pub(super) fn lack_accepted(&mut self, data: &AccountData, cx: &mut Cx<'_>) {
        let mut all = Vec::new();
        for (_, conversation) in self.conversations.iter_mut() {
            if conversation.record.unanswered.0 == 0
                || standing::of(conversation, data, &cx.log.id(), &cx.me.user) != Standing::Accepted
            {
                continue;
            }
            conversation.record.unanswered = (0, 0);
            conversation.store(cx);
            let theirs = conversation.entries();
            let theirs = theirs.filter(|(_, entry)| entry.user != cx.me.user);
            let targets = theirs.map(|(target, entry)| (target, entry.user));
            for (target, user) in targets {
                let kept = conversation.kept(target);
                all.extend(kept.map(|kept| (conversation.id, user, target, kept.copy)));
            }
        }
        for (id, user, target, copy) in all {
            self.owe_receipt(&id, user, target, data, cx);
            self.lack(copy, cx);
        }
    }
}
