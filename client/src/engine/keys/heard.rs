//! When a device was last heard of: who was, is likely to answer.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::ids::{DeviceId, UserId};
use parley_protocol::map::IdSet;

use super::KeyExchange;
use crate::engine::context::Cx;

/// Who was heard of within this is likely to answer.
const HEARD_WITHIN: Millis = 600_000;
/// Devices of which it is remembered when they were heard of.
const HEARD_OF: usize = 5_000;

#[derive(Default)]
pub(super) struct Heard(LiteMap<DeviceId, Millis>);

impl Heard {
    /// Says whether nothing was heard of the device for a while.
    fn note(&mut self, device: DeviceId, now: Millis) -> bool {
        let before = self.0.insert(device, now);
        if self.0.len() > HEARD_OF {
            self.0.retain(|_, at| now < *at + HEARD_WITHIN);
        }
        before.is_none_or(|at| now >= at + HEARD_WITHIN)
    }

    pub(super) fn at(&self, device: &DeviceId) -> Option<Millis> {
        self.0.get(device).copied()
    }

    /// Whether a device is likely to answer now.
    pub(super) fn is_likely_here(
        &self,
        device: &DeviceId,
        online: Option<&IdSet<UserId>>,
        log: &Community,
        now: Millis,
    ) -> bool {
        let user = log.devices().get(device).map(|it| it.user);
        self.at(device)
            .is_some_and(|at| now < at.saturating_add(HEARD_WITHIN))
            || online
                .zip(user)
                .is_some_and(|(online, user)| online.contains(&user))
    }
}

impl KeyExchange {
    /// A device was heard of: by a message to this one, by what it wrote, or because its user is said to be here.
    pub(in crate::engine) fn hear_of(&mut self, device: DeviceId, cx: &Cx<'_>) {
        let Some(user) = cx.log.active_device(&device).map(|found| found.user) else {
            return;
        };
        if self.heard.note(device, cx.now) {
            self.wants.wake(device, cx.now, |session| {
                cx.log.may_read(&user, &session.channel)
            });
        }
    }

    /// Somebody wrote, by the relay's clock: news only if it was just now.
    pub(in crate::engine) fn hear_of_writing(&mut self, device: DeviceId, at: Millis, cx: &Cx<'_>) {
        if cx.now < at.saturating_add(HEARD_WITHIN) {
            self.hear_of(device, cx);
        }
    }

    /// The relay says that these came online.
    pub(in crate::engine) fn hear_of_arrivals(&mut self, arrived: &[UserId], cx: &Cx<'_>) {
        for user in arrived {
            for (device, _) in cx.log.devices_of(user) {
                self.hear_of(device, cx);
            }
        }
    }
}
