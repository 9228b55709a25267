//! Allocations and bandwidth used by each device. Authentication is done before this.

use std::collections::HashMap;
use std::time::Duration;

use super::limits::TurnLimits;

/// Index of a device, so that its id need not be hashed for every packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DeviceKey(usize);

struct Device {
    id: String,
    allocations: usize,
    /// When all payload so far would have been sent at exactly the allowed
    /// rate (the generic cell rate algorithm: one number instead of a bucket
    /// that has to be refilled).
    paid_until: Duration,
}

/// Devices that hold allocations, or did recently.
pub(super) struct Devices {
    slots: Vec<Option<Device>>,
    key_by_id: HashMap<String, DeviceKey>,
    nanos_per_byte: u64,
    burst: Duration,
}

impl Devices {
    pub(super) fn new(limits: &TurnLimits) -> Self {
        let bytes_per_second = (limits.bits_per_second_per_device / 8).max(1);
        Self {
            slots: Vec::new(),
            key_by_id: HashMap::new(),
            nanos_per_byte: 1_000_000_000 / bytes_per_second,
            burst: limits.burst,
        }
    }

    /// How many devices are remembered.
    #[cfg(test)]
    pub(super) fn known(&self) -> usize {
        self.key_by_id.len()
    }

    /// The key of a device that is known here.
    pub(super) fn key(&self, id: &str) -> Option<DeviceKey> {
        self.key_by_id.get(id).copied()
    }

    pub(super) fn allocations(&self, id: &str) -> usize {
        self.key(id)
            .and_then(|key| self.slots.get(key.0)?.as_ref())
            .map_or(0, |device| device.allocations)
    }

    /// Counts one more allocation.
    pub(super) fn enter(&mut self, id: &str) -> DeviceKey {
        let key = self.key(id).unwrap_or_else(|| self.insert(id));
        if let Some(Some(device)) = self.slots.get_mut(key.0) {
            device.allocations += 1;
        }
        key
    }

    /// Counts one allocation less.
    pub(super) fn leave(&mut self, key: DeviceKey) {
        if let Some(Some(device)) = self.slots.get_mut(key.0) {
            device.allocations = device.allocations.saturating_sub(1);
        }
    }

    /// Charges payload to a device; `false` if it is over its rate.
    pub(super) fn spend(&mut self, key: DeviceKey, bytes: usize, now: Duration) -> bool {
        let Some(Some(device)) = self.slots.get_mut(key.0) else {
            return false;
        };
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let cost = Duration::from_nanos(bytes.saturating_mul(self.nanos_per_byte));
        let paid_until = device.paid_until.max(now) + cost;
        if paid_until > now + self.burst {
            return false;
        }
        device.paid_until = paid_until;
        true
    }

    /// Forgets devices without allocations once they are within their rate. (Earlier, a new allocation would come
    /// with a fresh burst.)
    pub(super) fn sweep(&mut self, now: Duration) {
        for slot in &mut self.slots {
            if let Some(device) = slot.take_if(|it| it.allocations == 0 && it.paid_until <= now) {
                self.key_by_id.remove(&device.id);
            }
        }
    }

    fn insert(&mut self, id: &str) -> DeviceKey {
        let device = Device {
            id: id.to_owned(),
            allocations: 0,
            paid_until: Duration::ZERO,
        };
        let free = self.slots.iter().position(Option::is_none);
        let key = DeviceKey(free.unwrap_or(self.slots.len()));
        match self.slots.get_mut(key.0) {
            Some(slot) => *slot = Some(device),
            None => self.slots.push(Some(device)),
        }
        self.key_by_id.insert(id.to_owned(), key);
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices(bits_per_second: u64, burst_ms: u64) -> Devices {
        Devices::new(&TurnLimits {
            bits_per_second_per_device: bits_per_second,
            burst: Duration::from_millis(burst_ms),
            ..TurnLimits::default()
        })
    }

    #[test]
    fn a_device_gets_its_rate_and_its_burst_and_no_more() {
        let mut devices = devices(8_000, 500);
        let key = devices.enter("a");
        let start = Duration::from_secs(100);
        assert!(devices.spend(key, 500, start));
        assert!(!devices.spend(key, 1, start));
        let later = start + Duration::from_millis(100);
        assert!(devices.spend(key, 100, later));
        assert!(!devices.spend(key, 1, later));
    }

    #[test]
    fn leaving_and_coming_back_earns_no_new_burst() {
        let mut devices = devices(8_000, 500);
        let now = Duration::from_secs(100);
        let key = devices.enter("a");
        assert!(devices.spend(key, 500, now));
        devices.leave(key);
        devices.sweep(now);
        let again = devices.enter("a");
        assert!(!devices.spend(again, 1, now));
    }

    #[test]
    fn a_device_that_owes_nothing_is_forgotten() {
        let mut devices = devices(8_000, 500);
        let now = Duration::from_secs(100);
        let key = devices.enter("a");
        assert!(devices.spend(key, 500, now));
        devices.leave(key);
        devices.sweep(now + Duration::from_millis(500));
        assert!(devices.key_by_id.is_empty());
        let other = devices.enter("b");
        assert_eq!(other, key, "the slot is used again");
    }
}
