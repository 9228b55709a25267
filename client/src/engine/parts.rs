//! The parts that rest on the log, side by side. Each has private state; what one lends another for a moment is said
//! here.

use parley_protocol::Millis;
use parley_protocol::map::IdSet;

use super::account_data::AccountData;
use super::call::Voice;
use super::channel::Channels;
use super::context::Cx;
use super::direct::Slot;
use super::keys::{KeyExchange, Lent};
use super::people::People;
use super::to_device::ToDevice;
use super::vault::{Kept, Vault};
use crate::store::OnDemand;

/// All parts beside the connection and the log.
pub(super) struct Parts {
    pub(super) channels: Channels,
    pub(super) to_device: ToDevice,
    pub(super) keys: KeyExchange,
    pub(super) voice: Voice,
    pub(super) people: People,
    pub(super) vault: OnDemand<Vault>,
    pub(super) account_data: AccountData,
    pub(super) direct: Slot,
}

impl Parts {
    /// The key exchange, with what it works on: the channels' keys, what is on its way to devices, and who is online.
    pub(super) fn keys(&mut self) -> (&mut KeyExchange, Lent<'_>) {
        let lent = Lent {
            ring: self.channels.key_ring(),
            to_device: &self.to_device,
            online: self.people.online(),
        };
        (&mut self.keys, lent)
    }

    /// The vault, with what it keeps.
    pub(super) fn vault(&mut self) -> (&mut Vault, Kept<'_>) {
        let kept = Kept {
            ring: self.channels.key_ring(),
            data: &mut self.account_data,
            direct: self.direct.part(),
        };
        (&mut self.vault, kept)
    }

    /// What was read on other devices counts here.
    pub(super) fn apply_read_marks(&mut self, cx: &mut Cx<'_>) {
        for (channel, seq) in self.account_data.read_marks() {
            match self.direct.with(&channel) {
                // What came late there is read when the person has seen it.
                Some(direct) if direct.is_read(&channel, seq) => {}
                Some(direct) => direct.mark_read(&channel, seq, cx),
                None => self.channels.mark_read_elsewhere(channel, seq, cx),
            }
        }
    }

    pub(super) fn timeout(&self, is_open: bool) -> Option<Millis> {
        [
            self.channels.timeout(is_open),
            self.to_device.timeout(),
            self.keys.timeout(is_open),
            self.voice.timeout(),
            self.people.timeout(),
            self.vault.timeout(is_open),
            self.account_data.timeout(is_open),
            self.direct.look().and_then(|it| it.timeout(is_open)),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    pub(super) fn handle_timeout(&mut self, cx: &mut Cx<'_>) {
        self.channels.handle_timeout(cx);
        let (keys, mut lent) = self.keys();
        keys.handle_timeout(&mut lent, cx);
        self.to_device.handle_timeout(cx);
        self.people.handle_timeout(cx);
        self.voice.handle_timeout(cx);
    }

    /// The connection is gone.
    pub(super) fn pause(&mut self, cx: &mut Cx<'_>) {
        self.people.pause(cx);
        self.to_device.pause();
        self.channels.pause(cx);
    }

    /// Sends messages to devices and takes the next step in every outbox, as far as that goes now.
    pub(super) fn pump(&mut self, cx: &mut Cx<'_>) {
        self.account_data.pump(cx);
        self.people.pump(&self.account_data, cx);
        if let Some(direct) = self.direct.part() {
            direct.note_room(self.voice.own_roster(cx), cx);
            direct.pump(&self.account_data, cx);
        }
        self.to_device.pump(cx);
        let mut kept = Kept {
            ring: self.channels.key_ring(),
            data: &mut self.account_data,
            direct: self.direct.part(),
        };
        self.vault.pump(&mut kept, self.to_device.keys(), cx);
        let gate = self.vault.gate(cx);
        let waiting = if self.channels.is_sharing() {
            self.to_device.waiting_shares()
        } else {
            IdSet::new()
        };
        self.channels
            .write(&waiting, gate, self.to_device.keys(), cx);
    }
}
