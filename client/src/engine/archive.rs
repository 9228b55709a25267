//! What a restored vault holds: most of it lies in the store and is looked for when somebody wants it; what is wanted
//! already, and account data, are taken at once.

use parley_protocol::Millis;
use parley_protocol::entry::VaultChain;

use super::Engine;
use super::context::Cx;
use super::parts::Parts;
use crate::megolm::{HandedKey, SessionRef};
use crate::store::Record;
use crate::vault::{KeptKey, RestoredValue, origin_of};

/// While a vault is read, others are asked for keys after this at the latest.
const VAULT_FOR: Millis = 120_000;

impl Engine {
    /// Answer to [`crate::Effect::Find`]: the records that were found.
    pub fn handle_found(&mut self, records: &[Record], now: Millis) {
        // Nothing was looked for before.
        if let Some(online) = self.online {
            self.with(now, |parts, cx| (online.take_found)(parts, records, cx));
        }
        self.finish(now);
    }

    /// A piece of the vault was read and stored, or of what a linking device sent. What of it is wanted here is taken.
    /// What stands in a chain further than the log says is written again: it would be gone with that chain's device.
    pub fn handle_restored(&mut self, stored: &[Record], data: Vec<RestoredValue>, now: Millis) {
        self.with(now, |parts, cx| {
            take_keys(parts, stored, |parts, it| parts.keys.wants(it), cx);
            let copies = stored.iter().filter_map(|record| {
                let copy = read_direct(record)?;
                Some((copy, origin_of(&record.key)))
            });
            if let Some(direct) = parts.direct.part() {
                direct.take_restored(copies.collect(), &parts.account_data, cx);
            }
            let data = data.into_iter().map(|it| (it.value, it.is_noted));
            if parts.account_data.merge(data, cx) {
                parts.apply_read_marks(cx);
            }
        });
        self.finish(now);
    }

    /// A vault begins to be read, or it is over: meanwhile nobody is asked for keys.
    pub fn set_restoring(&mut self, restoring: bool, now: Millis) {
        let until = restoring.then_some(now + VAULT_FOR);
        self.parts.keys.wait_for_vault(until);
        self.finish(now);
    }

    /// Contents of other chains of the vault, which this device has just read, go into its own. Give pieces as
    /// [`Engine::vault_state`] says that they went out.
    pub fn take_over_vault(&mut self, records: &[Record], now: Millis) {
        let keys = records.iter().filter_map(|record| {
            let (session, handed) = read(record)?;
            Some(KeptKey { session, handed })
        });
        let direct = records.iter().filter_map(read_direct);
        self.parts.vault.take_over(keys.collect(), direct.collect());
        self.finish(now);
    }

    /// All that these chains hold was given: once this is in the vault, the relay may drop them.
    pub fn close_vault_takeover(&mut self, mut chains: Vec<VaultChain>, now: Millis) {
        let (_, me) = self.me();
        chains.retain(|chain| chain.device != me);
        if !chains.is_empty() {
            // Values that the other chains hold go with them.
            self.parts.account_data.forget_vault();
        }
        self.parts.vault.close_takeover(chains);
        self.finish(now);
    }
}

fn read(record: &Record) -> Option<(SessionRef, HandedKey)> {
    let session = SessionRef::from_archive_key(&record.key)?;
    Some((session, record.read()?))
}

fn read_direct(record: &Record) -> Option<String> {
    let is_key = SessionRef::from_archive_key(&record.key).is_some();
    if is_key {
        return None;
    }
    String::from_utf8(record.value.clone()).ok()
}

pub(super) fn take_found(parts: &mut Parts, records: &[Record], cx: &mut Cx<'_>) {
    take_keys(parts, records, |_, _| true, cx);
}

fn take_keys(
    parts: &mut Parts,
    records: &[Record],
    wanted: impl Fn(&Parts, SessionRef) -> bool,
    cx: &mut Cx<'_>,
) {
    let mut has_room = false;
    for (session, handed) in records.iter().filter_map(read) {
        if !wanted(parts, session) {
            continue;
        }
        let taken = parts
            .channels
            .key_ring()
            .take_from_vault(session, &handed, cx);
        if let Some(taken) = taken {
            let (keys, mut lent) = parts.keys();
            has_room |= keys.note_key(cx.me.device, session, taken, &mut lent, cx);
        }
    }
    if has_room {
        parts.channels.ask_for_unread(cx);
    }
}
