//! A device's chain in its member's vault, as a client writes it.

use parley_protocol::entry::VaultChain;
use parley_protocol::frame::Request;
use parley_protocol::keys::{Hash, Signature};
use parley_protocol::signing;
use parley_protocol::vault::Segment;

use super::person::{Person, sign};

#[derive(Clone)]
pub(crate) struct Chain {
    device: Person,
    pub(crate) counter: u64,
    pub(crate) hash: Hash,
}

impl Chain {
    pub(crate) fn of(device: &Person) -> Self {
        Self {
            device: device.clone(),
            counter: 0,
            hash: Segment::NONE_BEFORE,
        }
    }

    /// The next segment.
    pub(crate) fn next(&mut self, sealed: &str) -> Segment {
        self.numbered(self.counter + 1, sealed)
    }

    /// A segment of any number, which names the one before it.
    pub(crate) fn numbered(&mut self, counter: u64, sealed: &str) -> Segment {
        let mut segment = Segment {
            counter,
            previous: self.hash,
            sealed: sealed.to_owned(),
            signature: Signature::from_bytes([0; Signature::LENGTH]),
        };
        let Person {
            community, device, ..
        } = &self.device;
        let message = signing::vault_segment(
            community,
            device,
            counter,
            &segment.previous,
            &segment.sealed,
        );
        segment.signature = sign(&self.device.signing, &message);
        self.counter = counter;
        self.hash = Hash::of(&message);
        segment
    }

    /// How far it went.
    pub(crate) fn end(&self) -> VaultChain {
        VaultChain {
            device: self.device.device,
            counter: self.counter,
            hash: self.hash,
        }
    }
}

pub(crate) fn append(segment: Segment) -> Request {
    Request::AppendVault { segment }
}

pub(crate) fn compact(chains: &[VaultChain]) -> Request {
    Request::CompactVault {
        chains: chains.to_vec(),
    }
}
