//! How far the chain is, told to those who can notice when a relay serves less: the member's other devices, and now and
//! then the log, for the day when no device is left.

use parley_protocol::Millis;
use parley_protocol::entry::{Action, VaultChain};
use parley_protocol::ids::DeviceId;
use parley_protocol::keys::Hash;
use parley_protocol::limits::MAX_VAULT_CHAINS_PER_NOTE;

use super::{HEAD, Kept, Vault, vault_key};
use crate::content::ToDeviceBody;
use crate::engine::account_data::other_devices;
use crate::engine::context::Cx;
use crate::engine::wish::Wish;
use crate::store::{Change, Table};
use crate::vault::{ChainEnd, NEW_KEY};

/// The other devices are told no more often than this.
const TELL_EVERY: Millis = 600_000;
/// The log is told no more often than this. More often: a relay can go back less far. Less often: a smaller log.
const NOTE_EVERY: Millis = 86_400_000;

impl Vault {
    pub(super) fn telling_timeout(&self) -> Option<Millis> {
        let is_news = self.chain.told < self.chain.end.counter && self.on_way.is_empty();
        is_news.then_some(self.chain.told_at.saturating_add(TELL_EVERY))
    }

    /// Tells who has to know, once all of the chain is at the relay.
    pub(super) fn tell(&mut self, kept: &Kept<'_>, cx: &mut Cx<'_>) {
        if !self.on_way.is_empty() || self.chain.end.counter == 0 {
            return;
        }
        self.tell_devices(cx);
        let rests = kept.lacking() == 0 && !kept.data.lacks_vault();
        if rests && cx.now >= self.chain.noted_at.saturating_add(NOTE_EVERY) {
            self.note_in_log(cx);
        }
    }

    fn tell_devices(&mut self, cx: &mut Cx<'_>) {
        let is_news = self.chain.told < self.chain.end.counter;
        let is_time = is_news && cx.now >= self.chain.told_at.saturating_add(TELL_EVERY);
        let ChainEnd { counter, hash } = self.chain.end;
        for device in other_devices(cx) {
            if is_time || !self.told_devices.contains(&device) {
                cx.output
                    .send_to_device(device, ToDeviceBody::VaultHead { counter, hash });
                if !self.told_devices.contains(&device) {
                    self.told_devices.push(device);
                }
            }
        }
        if is_time {
            self.chain.told = counter;
            self.chain.told_at = cx.now;
            self.store_chain(cx);
        }
    }

    /// Another device of the member tells how far its chain is.
    pub(in crate::engine) fn handle_head(
        &mut self,
        from: DeviceId,
        counter: u64,
        hash: Hash,
        cx: &mut Cx<'_>,
    ) {
        let is_own = cx.log.devices().get(&from).map(|it| it.user) == Some(cx.me.user);
        let before = self.head_by_device.get(&from);
        if is_own && from != cx.me.device && before.is_none_or(|it| it.counter < counter) {
            let end = ChainEnd { counter, hash };
            self.head_by_device.insert(from, end);
            cx.output
                .store(Change::put(Table::Vault, format!("{HEAD}{from}"), &end));
        }
    }

    /// Puts into the log how far this chain is, and those of the other devices as they told.
    pub(super) fn note_in_log(&mut self, cx: &mut Cx<'_>) {
        if !cx.is_log_whole() {
            return;
        }
        let ChainEnd { counter, hash } = self.chain.end;
        let own = VaultChain {
            device: cx.me.device,
            counter,
            hash,
        };
        let known = std::iter::once(own).chain(self.heads());
        let chains: Vec<VaultChain> = known
            .filter(|chain| {
                let device = cx.log.devices().get(&chain.device);
                device.is_some_and(|device| {
                    device.user == cx.me.user
                        && device.vault.map_or(0, |it| it.counter) < chain.counter
                })
            })
            .take(MAX_VAULT_CHAINS_PER_NOTE)
            .collect();
        self.chain.noted_at = cx.now;
        self.store_chain(cx);
        if !chains.is_empty() {
            cx.output
                .wish(Wish::AppendToLog(Box::new(Action::VaultNoted { chains })));
        }
    }

    /// A member from before there were vaults gets a key for theirs.
    pub(super) fn put_key_into_log(&mut self, cx: &mut Cx<'_>) {
        let Some(vault) = self.new_key.take_if(|_| cx.is_log_whole()) else {
            return;
        };
        if vault_key(cx) == Some(vault.key) {
            cx.output.store(Change::delete(Table::Vault, NEW_KEY));
        } else {
            cx.output
                .wish(Wish::AppendToLog(Box::new(Action::VaultKeySet { vault })));
        }
    }
}
