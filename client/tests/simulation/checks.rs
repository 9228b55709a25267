//! What must be true when the storm is over.

use std::collections::BTreeMap;

use parley_client::Engine;
use parley_client::engine::ConnectionState;
use parley_client::timeline::{Body, Timeline, TimelineItem, Unreadable};
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::ids::{ChannelId, MessageId};

use super::keyring::{Keyring, Plaintext};
use super::machine::Machine;
use super::witness::{Accepted, Witness};
use super::world::World;

/// What every message says, as far as anybody who is still there can tell.
pub(super) type Plaintexts = BTreeMap<(ChannelId, u64), Plaintext>;

impl World {
    pub(super) fn witness(&self) -> &Witness {
        self.witness.as_ref().expect("the witness is here")
    }

    pub(super) fn active(&self) -> impl Iterator<Item = usize> {
        (0..self.machines.len()).filter(|index| {
            let Machine { device, lost, .. } = self.machines[*index];
            !lost && self.witness().community().active_device(&device).is_some()
        })
    }

    /// What is not as it must be in the end, and may still become so.
    pub(super) fn what_is_missing(&self) -> Result<(), String> {
        if !(self.joins.is_empty() && self.returns.is_empty() && self.sign_ins.is_empty()) {
            return Err("somebody is on their way".to_owned());
        }
        for index in self.active() {
            self.check_machine(index)
                .map_err(|what| format!("machine {index}: {what}"))?;
        }
        let plaintexts = self.plaintexts();
        self.check_what_nobody_reads(&plaintexts)?;
        self.check_values()?;
        self.check_relations()?;
        self.check_direct()?;
        for index in self.active() {
            self.check_reading(index, &plaintexts)
                .map_err(|what| format!("machine {index}: {what}"))?;
        }
        for (id, written) in &self.written {
            let stands = self
                .witness()
                .places(&written.channel)
                .any(|(_, message)| message == *id);
            let active = self.active().any(|index| index == written.machine);
            if active && !stands && !written.refused {
                return Err(format!("{:?} did not arrive", written.text));
            }
        }
        Ok(())
    }

    fn check_machine(&self, index: usize) -> Result<(), String> {
        let engine = self.machines[index].engine.as_ref().ok_or("off")?;
        if *engine.connection() != ConnectionState::Online {
            return Err(format!("{:?}", engine.connection()));
        }
        if self.machines[index].disk.is_to_read_vault() {
            return Err("its vault is not read".to_owned());
        }
        if engine.community().head() != self.witness().community().head() {
            return Err("the log is behind".to_owned());
        }
        for channel in engine.readable_channels() {
            self.check_places(engine, channel)
                .map_err(|what| format!("channel {channel}: {what}"))?;
        }
        Ok(())
    }

    /// Every message is there, at its place, and nothing waits.
    fn check_places(&self, engine: &Engine, channel: ChannelId) -> Result<(), String> {
        let messages = self.witness().places(&channel);
        let expected: Vec<u64> = messages.map(|(seq, _)| seq).collect();
        let Some(timeline) = engine.timeline(&channel) else {
            return if expected.is_empty() {
                Ok(())
            } else {
                Err("nothing is known".to_owned())
            };
        };
        if timeline.has_older() {
            return Err("older messages are not loaded".to_owned());
        }
        if let Some(item) = timeline.outbox().next() {
            return Err(format!("{item:?} waits"));
        }
        if let Some(mark) = timeline.marks().next() {
            return Err(format!("{mark:?}"));
        }
        let has: Vec<u64> = timeline.all_items().map(|item| item.seq).collect();
        if has != expected {
            return Err(format!("has {has:?} of {expected:?}"));
        }
        Ok(())
    }

    /// Every message can be read that may be read.
    fn check_reading(&self, index: usize, plaintexts: &Plaintexts) -> Result<(), String> {
        let engine = self.machines[index].engine.as_ref().ok_or("off")?;
        let (user, _) = engine.me();
        let community = self.witness().community();
        for channel in engine.readable_channels() {
            let since = community.reads_since(&user, &channel).ok_or("no reader")?;
            let shared = since == 1;
            let items = engine.timeline(&channel).into_iter();
            for item in items.flat_map(Timeline::all_items) {
                let plaintext = plaintexts.get(&(channel, item.seq));
                let may = plaintext.is_some_and(|it| shared || it.head >= since);
                self.check_item(item, plaintext, may)
                    .map_err(|what| format!("channel {channel}, {}: {what}", item.seq))?;
            }
        }
        Ok(())
    }

    fn check_item(
        &self,
        item: &TimelineItem,
        plaintext: Option<&Plaintext>,
        may: bool,
    ) -> Result<(), String> {
        match (&item.body, plaintext) {
            (Body::Text { text, .. }, _) => {
                let written = self.written.get(&item.id).map(|written| &written.text);
                if written.is_some_and(|written| written != text) {
                    return Err(format!("says {text:?}"));
                }
            }
            (Body::Unreadable { why }, Some(plaintext)) => {
                if may || *why != Unreadable::BeforeYouJoined {
                    return Err(format!("{plaintext:?} is {why:?}"));
                }
            }
            // Without a plaintext nobody who is left can read it: whoever could was removed.
            (Body::Unreadable { .. }, None)
            | (
                Body::Poll { .. }
                | Body::Relation(_)
                | Body::CustomEmoji(_)
                | Body::Status(_)
                | Body::Void
                | Body::Removed { .. },
                _,
            ) => {}
        }
        Ok(())
    }

    /// Whether a machine wrote a message, or was ever handed its key.
    pub(super) fn had_key(
        &self,
        index: usize,
        channel: &ChannelId,
        accepted: &Accepted,
        message: &EncryptedMessage,
    ) -> bool {
        accepted.item.author == self.machines[index].device
            || self.handed.could_read(index, *channel, message)
    }

    /// Messages that machines which are out of the log cannot decrypt.
    pub(super) fn count_out_of_reach(&self) -> usize {
        let active: Vec<usize> = self.active().collect();
        let gone = (0..self.machines.len())
            .filter(|index| !active.contains(index) && !self.machines[*index].lost);
        gone.map(|index| {
            let mut keyring = Keyring::of(&self.machines[index].disk);
            let channels = self.witness().channels();
            let messages = channels.flat_map(|channel| {
                let messages = self.witness().messages(channel);
                messages.map(|(_, message)| (*channel, message))
            });
            messages
                .filter(|(channel, message)| keyring.read(*channel, message).is_none())
                .count()
        })
        .sum()
    }

    pub(super) fn plaintexts(&self) -> Plaintexts {
        let mut plaintexts = Plaintexts::new();
        for index in self.active() {
            let mut keyring = Keyring::of(&self.machines[index].disk);
            for channel in self.witness().channels() {
                for (accepted, message) in self.witness().messages(channel) {
                    let place = (*channel, accepted.item.seq);
                    if !plaintexts.contains_key(&place)
                        && let Some(plaintext) = keyring.read(*channel, message)
                    {
                        plaintexts.insert(place, plaintext);
                    }
                }
            }
        }
        plaintexts
    }

    /// # Panics
    /// If something is wrong that no waiting can mend.
    pub(super) fn check_for_good(&self) {
        self.check_alerts();
        self.check_each_once_and_in_order();
        self.check_nobody_else_reads();
    }

    fn check_alerts(&self) {
        for (index, machine) in self.machines.iter().enumerate() {
            let alerts = machine.engine.as_ref().map(Engine::alerts);
            assert!(
                alerts.unwrap_or_default().is_empty(),
                "machine {index} is alarmed: {alerts:?}"
            );
        }
    }

    fn check_each_once_and_in_order(&self) {
        let mut place_by_id: BTreeMap<MessageId, u64> = BTreeMap::new();
        for channel in self.witness().channels() {
            for (accepted, message) in self.witness().messages(channel) {
                let before = place_by_id.insert(message.id, accepted.item.seq);
                assert_eq!(before, None, "a message stands twice");
            }
        }
        let mut last: BTreeMap<(usize, ChannelId), u64> = BTreeMap::new();
        for id in &self.written_order {
            let written = &self.written[id];
            if let (Some(place), false) = (place_by_id.get(id), written.refused) {
                let last = last.entry((written.machine, written.channel)).or_default();
                assert!(*last < *place, "{:?} is out of order", written.text);
                *last = *place;
            }
        }
    }

    /// Nobody can decrypt what was accepted after they lost the right to read it.
    fn check_nobody_else_reads(&self) {
        for (index, machine) in self.machines.iter().enumerate() {
            let mut keyring = Keyring::of(&machine.disk);
            for channel in self.witness().channels() {
                for (accepted, message) in self.witness().messages(channel) {
                    if let Some(plaintext) = keyring.read(*channel, message) {
                        assert!(
                            self.may_have(index, channel, accepted, &plaintext),
                            "machine {index} can read {plaintext:?}, accepted at {}",
                            accepted.head
                        );
                        assert!(
                            self.had_key(index, channel, accepted, message),
                            "nobody saw how machine {index} got the key of {plaintext:?}"
                        );
                    }
                }
            }
        }
    }

    /// Whether a machine's person could read this at some time after it was accepted, while the machine was not revoked.
    /// It may have come later than that: the vault is the person's.
    fn may_have(
        &self,
        index: usize,
        channel: &ChannelId,
        accepted: &Accepted,
        plaintext: &Plaintext,
    ) -> bool {
        let machine = &self.machines[index];
        let user = self.people[machine.person].user;
        let end = self.witness().community().head().seq;
        (accepted.head..=end).any(|head| {
            let community = self.witness().community_at(head);
            let device = community.devices().get(&machine.device);
            let is_revoked = device.is_some_and(|it| it.revoked_at.is_some());
            let member = community.active_member(&user);
            if is_revoked || member.map(|it| it.joined_at) != Some(machine.membership) {
                return false;
            }
            let Some(since) = community.reads_since(&user, channel) else {
                return false;
            };
            let shared = since == 1;
            head == accepted.head || shared || plaintext.head >= since
        })
    }
}
