//! Segments are made of what the vault lacks: soon, so that little is lost with a device, and many keys together. Each
//! is stored with the next state of the chain before it goes out, and sent as it is until the relay has it.

use parley_protocol::Millis;
use parley_protocol::frame::Request;

use super::{Kept, OnWay, Vault, vault_key};
use crate::device::DeviceKeys;
use crate::engine::context::Cx;
use crate::engine::output::Asked;
use crate::store::{Change, Table};
use crate::vault::{ChainOf, KeptKey, SegmentContents};

/// Segments that the relay has not confirmed. More than one could leave a hole, if the relay refuses the first and
/// takes the second.
pub(super) const ON_WAY: usize = 1;
/// Keys in one segment: 150 would still fit.
pub(super) const KEYS: usize = 100;
/// Account data in one segment, in bytes but for the last value.
const DATA_BYTES: usize = 16 * 1024;
/// Direct messages in one segment, in bytes but for the last of them.
const DIRECT_BYTES: usize = 16 * 1024;
/// What comes is kept after this, with what comes meanwhile.
const KEEP_AFTER: Millis = 1_000;
/// Account data alone is in less of a hurry.
const KEEP_DATA_AFTER: Millis = 20_000;

impl Vault {
    /// Makes segments of what the vault lacks, as far as it is time, and sends them.
    pub(in crate::engine) fn pump(
        &mut self,
        kept: &mut Kept<'_>,
        keys: &DeviceKeys,
        cx: &mut Cx<'_>,
    ) {
        self.can_go_on = cx.is_log_current() && vault_key(cx).is_some();
        if !cx.is_open() || !cx.is_log_current() {
            return;
        }
        if self.blocked_until.is_some_and(|until| until <= cx.now) {
            self.blocked_until = None;
        }
        self.put_key_into_log(cx);
        while self.is_time(kept, cx) && self.make(kept, keys, cx) {}
        self.send(cx);
        self.tell(kept, cx);
    }

    fn is_time(&mut self, kept: &Kept<'_>, cx: &Cx<'_>) -> bool {
        if vault_key(cx).is_none() || self.blocked_until.is_some() {
            return false;
        }
        let lacking = kept.lacking() + self.takeover.waiting();
        let wait = if self.is_urgent || lacking >= KEYS || self.takeover.is_closing() {
            0
        } else if lacking > 0 {
            KEEP_AFTER
        } else if kept.data.lacks_vault() {
            KEEP_DATA_AFTER
        } else {
            self.due = None;
            return false;
        };
        let due = cx.now + wait;
        let due = self.due.map_or(due, |before| before.min(due));
        self.due = Some(due);
        due <= cx.now && self.on_way.len() < ON_WAY
    }

    /// Says whether there may be more to make.
    fn make(&mut self, lent: &mut Kept<'_>, keys: &DeviceKeys, cx: &mut Cx<'_>) -> bool {
        let Some(key) = vault_key(cx) else {
            return false;
        };
        let mut kept: Vec<KeptKey> = lent
            .ring
            .take_for_vault(KEYS, cx)
            .into_iter()
            .map(|(session, handed)| KeptKey { session, handed })
            .collect();
        kept.extend(self.takeover.take(KEYS.saturating_sub(kept.len())));
        let direct = if kept.is_empty() {
            self.take_direct(lent, cx)
        } else {
            Vec::new()
        };
        let values = lent.data.take_for_vault(DATA_BYTES, cx);
        let covers = if lent.data.lacks_vault() || lent.lacking() > 0 {
            Vec::new()
        } else {
            self.takeover.take_covers()
        };
        let contents = SegmentContents {
            keys: kept,
            data: values,
            direct,
            covers,
            restarts: std::mem::take(&mut self.chain.restarts),
        };
        let of = ChainOf {
            community: cx.log.id(),
            device: cx.me.device,
        };
        self.due = None;
        self.is_urgent = false;
        let made = of.make(
            self.chain.end,
            &key,
            &contents,
            |message| keys.sign(message),
            cx.rng,
        );
        let Some((segment, end)) = made else {
            return false;
        };
        if self.chain.noted_at == 0 {
            self.chain.noted_at = cx.now;
        }
        self.chain.end = end;
        self.takeover.note_made(end.counter);
        cx.output.store(Change::put(
            Table::Vault,
            Self::segment_key(segment.counter),
            &segment,
        ));
        self.store_chain(cx);
        self.on_way.push(OnWay {
            segment,
            is_sent: false,
        });
        true
    }

    fn take_direct(&mut self, lent: &mut Kept<'_>, cx: &mut Cx<'_>) -> Vec<String> {
        let own = lent.direct.as_mut();
        let own = own.map(|direct| direct.take_for_vault(DIRECT_BYTES, cx));
        let own = own.unwrap_or_default();
        if own.is_empty() {
            self.takeover.take_direct(DIRECT_BYTES)
        } else {
            own
        }
    }

    fn send(&mut self, cx: &mut Cx<'_>) {
        if self.blocked_until.is_some() {
            return;
        }
        for on_way in self.on_way.iter_mut().filter(|it| !it.is_sent) {
            on_way.is_sent = true;
            let segment = on_way.segment.clone();
            cx.output.ask(
                Asked::Vault(segment.counter),
                Request::AppendVault { segment },
            );
        }
    }
}
