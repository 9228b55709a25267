//! Messages that nobody who is left can read. There is one excuse: whoever had the key was removed, or was a machine that
//! went before the key was in its vault.

use parley_client::store::Table;
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::ids::ChannelId;
use serde_json::Value;

use super::checks::Plaintexts;
use super::handed::number_in_session;
use super::machine::Disk;
use super::witness::Accepted;
use super::world::World;

impl World {
    /// # Errors
    /// A message that somebody must be able to read, and nobody can.
    pub(super) fn check_what_nobody_reads(&self, plaintexts: &Plaintexts) -> Result<(), String> {
        for channel in self.witness().channels() {
            for (accepted, message) in self.witness().messages(channel) {
                if !plaintexts.contains_key(&(*channel, accepted.item.seq)) {
                    self.excuse(channel, accepted, message).map_err(|what| {
                        let seq = accepted.item.seq;
                        format!("channel {channel}, {seq} is lost: {what}")
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Says whether the key went with a machine.
    fn excuse(
        &self,
        channel: &ChannelId,
        accepted: &Accepted,
        message: &EncryptedMessage,
    ) -> Result<bool, String> {
        let active: Vec<usize> = self.active().collect();
        let mut died_with = false;
        for (index, machine) in self.machines.iter().enumerate() {
            let is_member = self.membership(machine.person) == Some(machine.membership);
            if !is_member || !self.had_key(index, channel, accepted, message) {
                continue;
            }
            if accepted.item.author == machine.device {
                return Err(format!("machine {index} wrote it"));
            }
            if active.contains(&index) {
                return Err(format!("machine {index} had the key"));
            }
            if has_kept(&machine.disk, channel, message) {
                return Err(format!("machine {index} had put the key into the vault"));
            }
            died_with = true;
        }
        Ok(died_with)
    }

    /// All messages, those that nobody can read, and those of them whose key went with a machine.
    pub(super) fn count_messages(&self) -> (usize, usize, usize) {
        let plaintexts = self.plaintexts();
        let (mut all, mut lost, mut died_with) = (0, 0, 0);
        for channel in self.witness().channels() {
            for (accepted, message) in self.witness().messages(channel) {
                all += 1;
                if plaintexts.contains_key(&(*channel, accepted.item.seq)) {
                    continue;
                }
                lost += 1;
                died_with += usize::from(self.excuse(channel, accepted, message) == Ok(true));
            }
        }
        (all, lost, died_with)
    }
}

/// Whether the vault has a key of the message, as far as a machine knew.
fn has_kept(disk: &Disk, channel: &ChannelId, message: &EncryptedMessage) -> bool {
    let (channel, session) = (channel.to_string(), message.session.to_string());
    let mut records = disk.of(Table::InboundSessions);
    let record = records.find(|(key, _)| key.starts_with(&channel) && key.ends_with(&session));
    let kept = record.and_then(|(_, record)| {
        let record: Value = serde_json::from_slice(record).ok()?;
        record["in_vault"].as_u64()
    });
    kept.is_some_and(|first| first <= u64::from(number_in_session(message)))
        && disk.has_nothing_on_its_way()
}
