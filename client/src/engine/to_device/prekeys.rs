//! Prekeys: those of other devices, claimed from the relay to start Olm sessions, and one's own, left there for
//! others.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::frame::Request;
use parley_protocol::ids::DeviceId;
use parley_protocol::limits::MAX_MAIL_RECIPIENTS;
use parley_protocol::mail::ClaimedPrekey;
use parley_protocol::map::IdSet;

use super::ToDevice;
use crate::engine::context::Cx;
use crate::engine::output::Asked;
use crate::engine::wish::Wish;

/// How long the relay may take to hand out prekeys. After it, the devices are passed over: they ask later.
const CLAIM_WITHIN: Millis = 10_000;
/// Fewer one-time keys than this at the relay are topped up.
const FEW_ONE_TIME_KEYS: u32 = 25;
/// A session that broke is started anew at most this often.
const RENEW_AFTER: Millis = 60_000;

/// Whose prekeys are fetched.
#[derive(Default)]
pub(super) struct Claims {
    /// Devices that the relay is asked about, and until when.
    until_by_device: LiteMap<DeviceId, Millis>,
    /// Devices whose session broke: another one is started before anything is sent.
    renewing: IdSet<DeviceId>,
    renewed_at: LiteMap<DeviceId, Millis>,
}

impl Claims {
    pub(super) fn timeout(&self) -> Option<Millis> {
        self.until_by_device.values().copied().min()
    }

    pub(super) fn late(&self, now: Millis) -> Vec<DeviceId> {
        self.until_by_device
            .iter()
            .filter(|(_, until)| **until <= now)
            .map(|(device, _)| *device)
            .collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.until_by_device.is_empty()
    }

    pub(super) fn contains(&self, device: &DeviceId) -> bool {
        self.until_by_device.contains_key(device)
    }

    pub(super) fn is_renewing(&self, device: &DeviceId) -> bool {
        self.renewing.contains(device)
    }

    /// Says whether the session may be started anew now.
    pub(super) fn renew(&mut self, device: DeviceId, now: Millis) -> bool {
        let renewed = self.renewed_at.get(&device);
        if renewed.is_some_and(|at| now < at + RENEW_AFTER) {
            return false;
        }
        self.renewed_at.insert(device, now);
        self.renewing.insert(device);
        true
    }

    pub(super) fn forget_asked(&mut self) {
        self.until_by_device.clear();
    }

    pub(super) fn retain(&mut self, is_wanted: impl Fn(&DeviceId) -> bool) {
        self.renewed_at.retain(|device, _| is_wanted(device));
    }
}

impl ToDevice {
    /// Claims prekeys of the devices without a session for which something waits.
    pub(super) fn claim_missing(&mut self, cx: &mut Cx<'_>) {
        let (olm, claims) = (&self.olm, &self.claims);
        let receivers = self.outgoing.receivers();
        let missing: IdSet<DeviceId> = receivers
            .filter(|device| !olm.has(device) || claims.is_renewing(device))
            .filter(|device| !claims.contains(device))
            .take(MAX_MAIL_RECIPIENTS)
            .copied()
            .collect();
        if missing.is_empty() {
            return;
        }
        let devices: Vec<DeviceId> = missing.iter().collect();
        let until = cx.now + CLAIM_WITHIN;
        for device in &devices {
            self.claims.until_by_device.insert(*device, until);
        }
        cx.output.ask(
            Asked::Claim(devices.clone()),
            Request::ClaimPrekeys { devices },
        );
    }

    pub(in crate::engine) fn handle_prekeys(
        &mut self,
        asked: &[DeviceId],
        prekeys: &[ClaimedPrekey],
        cx: &mut Cx<'_>,
    ) {
        for claimed in prekeys
            .iter()
            .filter(|claimed| asked.contains(&claimed.device))
        {
            let Some(device) = cx.log.present_device(&claimed.device, cx.now) else {
                continue;
            };
            if self
                .olm
                .start(&self.keys, &cx.log.id(), device, claimed)
                .is_ok()
            {
                self.claims.renewing.remove(&claimed.device);
                cx.output.store(self.olm.change(&claimed.device));
            }
        }
        self.end_claim(asked, cx);
    }

    /// Devices that could not be reached get nothing; they ask when they are back.
    pub(in crate::engine) fn end_claim(&mut self, asked: &[DeviceId], cx: &mut Cx<'_>) {
        for device in asked {
            self.claims.until_by_device.remove(device);
            self.claims.renewing.remove(device);
        }
        let olm = &self.olm;
        let unreachable = self
            .outgoing
            .drop_unreachable(|device| asked.contains(device) && !olm.has(device));
        cx.output.wish(Wish::EndShares(unreachable.shares));
        super::settle_direct(unreachable.direct, false, cx);
        self.needs_pump = true;
    }

    /// Leaves more prekeys at the relay when there are few.
    pub(in crate::engine) fn top_up_prekeys(
        &mut self,
        one_time: u32,
        fresh_fallback: bool,
        cx: &mut Cx<'_>,
    ) {
        self.one_time_keys = Some(one_time);
        let few = one_time < FEW_ONE_TIME_KEYS;
        if (few || !fresh_fallback) && !cx.output.is_asked(&Asked::Publish) {
            let prekeys = self.keys.make_prekeys(&cx.log.id(), few, !fresh_fallback);
            self.store_account(cx);
            cx.output
                .ask(Asked::Publish, Request::PublishPrekeys { prekeys });
        }
    }
}
