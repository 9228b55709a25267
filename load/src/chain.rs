//! A device's chain in its member's vault.

use std::sync::Arc;

use parley_protocol::ids::{CommunityId, DeviceId};
use parley_protocol::keys::Hash;
use parley_protocol::signing;
use parley_protocol::vault::Segment;

use crate::member::{Device, Key};

pub(crate) struct Chain {
    community: CommunityId,
    device: DeviceId,
    key: Arc<Key>,
    counter: u64,
    hash: Hash,
}

impl Chain {
    /// The chain that a device begins.
    pub(crate) fn of(device: &Device) -> Self {
        Self {
            community: device.community,
            device: device.id,
            key: Arc::clone(&device.key),
            counter: 0,
            hash: Segment::NONE_BEFORE,
        }
    }

    /// The next segment, with made-up contents.
    pub(crate) fn next(&mut self, chars: usize) -> Segment {
        self.counter += 1;
        let (previous, sealed) = (self.hash, "A".repeat(chars));
        let message = signing::vault_segment(
            &self.community,
            &self.device,
            self.counter,
            &previous,
            &sealed,
        );
        self.hash = Hash::of(&message);
        Segment {
            counter: self.counter,
            previous,
            sealed,
            signature: self.key.sign(&message),
        }
    }
}
