//! A vault is read: segment by segment, newest first, each checked against the log. What a relay leaves out, changes
//! or mixes in is found and named; what is right is used all the same.
//!
//! A chain is whole if every segment names the hash of the next older one down to the first, or to where a chain of
//! another device took it over. How far it must reach at least stands in the log and was told by the member's own
//! devices.

use std::cmp::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use litemap::LiteMap;
use parley_protocol::community::Community;
use parley_protocol::entry::VaultChain;
use parley_protocol::ids::{ChannelId, CommunityId, DeviceId, MessageId, UserId};
use parley_protocol::json;
use parley_protocol::keys::{Ed25519PublicKey, Hash};
use parley_protocol::vault::{Segment, StoredSegment};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{ChainEnd, ChainOf, NamedValue, SegmentContents, VaultSecret};
use crate::megolm::HandedKey;
use crate::sorted;
use crate::store::{Change, Record, Table, number_key};

/// What is wrong with a vault that the relay served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultProblem {
    /// A segment that no device of the member wrote, or that was changed. It was left out.
    Foreign {
        /// The device whose it is said to be.
        device: DeviceId,
        /// Its number.
        counter: u64,
    },
    /// Segments are missing in the middle of a chain or at its beginning.
    Gap {
        /// The device whose chain it is.
        device: DeviceId,
        /// The newest one that is missing.
        counter: u64,
    },
    /// A chain ends before the log or an own device says that it does.
    Short {
        /// The device whose chain it is.
        device: DeviceId,
        /// The number that it reached once.
        counter: u64,
        /// The newest number that was served, 0 if none was.
        served: u64,
    },
    /// A chain is another one than the log or an own device says.
    Other {
        /// The device whose chain it is.
        device: DeviceId,
        /// The number at which it differs.
        counter: u64,
    },
}

/// What a segment brought.
#[derive(Default)]
pub struct RestoredBatch {
    /// To be stored: keys of sessions, and direct messages.
    pub changes: Vec<Change>,
    /// Account data, for [`crate::Engine::handle_restored`].
    pub data: Vec<RestoredValue>,
}

/// A value that was read.
pub struct RestoredValue {
    /// The value.
    pub value: NamedValue,
    /// The log says how far its chain went, and it stands before that: it counts for good, also if the device that wrote
    /// it is revoked one day.
    pub is_noted: bool,
}

/// How far one chain is read.
struct Walk {
    key: Ed25519PublicKey,
    /// The newest segment that was served.
    newest: Option<ChainEnd>,
    /// What the next one must be: its number, and its hash, unless its device did not know that.
    next: Option<(u64, Option<Hash>)>,
    /// The log, or a device, says that the chain reached this.
    expected: Vec<ChainEnd>,
    /// Up to here another chain took over.
    covered: Option<ChainEnd>,
    /// What the log says of it.
    noted: u64,
    /// The device was revoked: what it wrote after `noted` may be a thief's.
    is_revoked: bool,
}

/// A vault while it is read.
pub struct Restore {
    community: CommunityId,
    secret: VaultSecret,
    walk_by_device: LiteMap<DeviceId, Walk>,
    problems: Vec<VaultProblem>,
    keys: u64,
}

/// What is kept of a vault that is to be read, until it is.
#[derive(Serialize, Deserialize)]
struct Waiting {
    secret: String,
}

/// Chains that one segment may name as taken over.
const CHAINS: usize = 64;
const WAITING: &str = "restoring";

/// The record that a vault is to be read, so that a page which is closed meanwhile goes on where it was.
pub(crate) fn waiting(secret: &VaultSecret) -> Change {
    let secret = URL_SAFE_NO_PAD.encode(secret.to_bytes().as_slice());
    Change::put(Table::Vault, WAITING, &Waiting { secret })
}

impl Restore {
    /// Whether a record says that a vault is to be read.
    pub fn is_waiting(record: &Record) -> bool {
        record.table == Table::Vault && record.key == WAITING
    }

    /// Begins with what the enrolment kept, if there is anything left to read. `told` is what own devices said of
    /// their chains: [`crate::Engine::vault_chains`].
    pub fn resume(
        records: &[Record],
        user: &UserId,
        log: &Community,
        told: &[VaultChain],
    ) -> Option<Self> {
        let record = records.iter().find(|record| Self::is_waiting(record))?;
        let Waiting { secret } = record.read()?;
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.decode(secret).ok()?);
        let secret = VaultSecret::from_bytes(secret.as_slice().try_into().ok()?);
        Some(Self::new(secret, user, log, told))
    }

    /// The vault is read: nothing is left of its secret.
    pub fn end() -> Change {
        Change::delete(Table::Vault, WAITING)
    }

    /// Begins. `told` is what own devices said of their chains.
    pub fn new(secret: VaultSecret, user: &UserId, log: &Community, told: &[VaultChain]) -> Self {
        // Who came back with new keys has a new vault: that of the keys before is gone with them.
        let since = log.members().get(user).map_or(0, |it| it.joined_at);
        let own = log
            .devices()
            .iter()
            .filter(|(_, it)| it.user == *user && it.added_at >= since);
        let walks = own.map(|(id, device)| {
            let noted = device.vault.map(|it| ChainEnd {
                counter: it.counter,
                hash: it.hash,
            });
            let told = told.iter().filter(|it| it.device == *id).map(end_of);
            let walk = Walk {
                key: device.ed25519,
                newest: None,
                next: None,
                expected: noted.into_iter().chain(told).collect(),
                covered: None,
                noted: device.vault.map_or(0, |it| it.counter),
                is_revoked: device.revoked_at.is_some(),
            };
            (*id, walk)
        });
        Self {
            community: log.id(),
            secret,
            walk_by_device: sorted::map(walks),
            problems: Vec::new(),
            keys: 0,
        }
    }

    /// Keys that were found so far, some of them more than once.
    pub fn keys(&self) -> u64 {
        self.keys
    }

    /// Reads the next segment. The order is the relay's, newest first.
    pub fn take(&mut self, stored: &StoredSegment) -> RestoredBatch {
        let StoredSegment {
            device, segment, ..
        } = stored;
        let of = ChainOf {
            community: self.community,
            device: *device,
        };
        let contents = self.check(of, segment);
        let Some(SegmentContents {
            keys,
            data,
            direct,
            covers,
            ..
        }) = contents
        else {
            self.problem(VaultProblem::Foreign {
                device: *device,
                counter: segment.counter,
            });
            return RestoredBatch::default();
        };
        for chain in &covers {
            self.cover(chain);
        }
        self.keys += keys.len() as u64;
        let walk = self.walk_by_device.get(device);
        let is_noted = walk.is_some_and(|walk| segment.counter <= walk.noted);
        let is_theirs = is_noted || walk.is_some_and(|walk| !walk.is_revoked);
        let changes = keys.iter().map(|kept| {
            // Several keys of a session may come; all are kept, each segment's own.
            let prefix = kept.session.to_archive_prefix();
            let key = format!("{prefix}{device}/{}", number_key(segment.counter));
            let handed = HandedKey {
                key: kept.handed.key.clone(),
                believed: kept.handed.believed && is_theirs,
            };
            Change::put(Table::Archive, key, &handed)
        });
        let direct = direct.into_iter().filter(|_| is_theirs);
        let direct = direct.filter_map(|text| {
            let origin = format!("{device}/{}", number_key(segment.counter));
            direct_record(text, &origin).map(Change::Put)
        });
        let changes = changes.chain(direct);
        let data = data
            .into_iter()
            .filter(|value| is_theirs && value.is_small())
            .map(|value| RestoredValue { value, is_noted });
        RestoredBatch {
            changes: changes.collect(),
            data: data.collect(),
        }
    }

    /// The device wrote it, and it is the next older one of its chain. A gap is noted and read over.
    fn check(&mut self, of: ChainOf, segment: &Segment) -> Option<SegmentContents> {
        let walk = self.walk_by_device.get_mut(&of.device)?;
        segment
            .verify(&of.community, &of.device, &walk.key)
            .ok()
            .filter(|()| segment.counter > 0)?;
        let here = ChainEnd {
            counter: segment.counter,
            hash: segment.hash(&of.community, &of.device),
        };
        let gap = if let Some((counter, hash)) = walk.next {
            match here.counter.cmp(&counter) {
                Ordering::Equal if hash.is_some_and(|hash| hash != here.hash) => return None,
                Ordering::Equal => None,
                // Served before, or out of order.
                Ordering::Greater => return None,
                Ordering::Less => Some(counter),
            }
        } else {
            walk.newest = Some(here);
            None
        };
        let differs = walk
            .expected
            .iter()
            .any(|it| it.counter == here.counter && it.hash != here.hash);
        let contents = of.open(segment, &self.secret);
        let restarts = contents.as_ref().is_some_and(|it| it.restarts);
        let previous = Some(segment.previous).filter(|_| !restarts);
        walk.next = Some((here.counter - 1, previous));
        if let Some(counter) = gap {
            self.note_gap(of.device, counter);
        }
        if differs {
            self.problem(VaultProblem::Other {
                device: of.device,
                counter: here.counter,
            });
        }
        contents
    }

    /// Another own device says that its chain took this one over.
    fn cover(&mut self, chain: &VaultChain) {
        if let Some(walk) = self.walk_by_device.get_mut(&chain.device) {
            let before = walk.covered.map_or(0, |it| it.counter);
            if chain.counter > before {
                walk.covered = Some(end_of(chain));
            }
        }
    }

    /// Own devices said meanwhile how far their chains are.
    pub fn hear(&mut self, told: &[VaultChain]) {
        for chain in told {
            if let Some(walk) = self.walk_by_device.get_mut(&chain.device) {
                walk.expected.push(end_of(chain));
            }
        }
    }

    /// All segments are read: what is missing.
    pub fn finish(mut self) -> Vec<VaultProblem> {
        let devices: Vec<DeviceId> = self.walk_by_device.keys().copied().collect();
        for device in devices {
            let Some(walk) = self.walk_by_device.get(&device) else {
                continue;
            };
            let covered = walk.covered.map_or(0, |it| it.counter);
            let served = walk.newest.map_or(0, |it| it.counter);
            let reached = served.max(covered);
            let open = walk.next.map(|(counter, _)| counter);
            let short = walk
                .expected
                .iter()
                .filter(|it| it.counter > reached)
                .map(|it| it.counter)
                .max();
            let other = walk.expected.iter().find(|it| {
                walk.covered
                    .is_some_and(|covered| covered.counter == it.counter && covered.hash != it.hash)
            });
            let other = other.map(|it| it.counter);
            if let Some(counter) = open.filter(|counter| *counter > covered) {
                self.note_gap(device, counter);
            }
            if let Some(counter) = short {
                self.problem(VaultProblem::Short {
                    device,
                    counter,
                    served: reached,
                });
            }
            if let Some(counter) = other {
                self.problem(VaultProblem::Other { device, counter });
            }
        }
        self.problems
    }

    /// How far each chain is: what a chain of one's own may take over. Chains that others took over before are among
    /// them, because the segments that say so may be gone then.
    pub fn chains(&self) -> Vec<VaultChain> {
        let ends = self.walk_by_device.iter().filter_map(|(device, walk)| {
            let ends = walk.newest.into_iter().chain(walk.covered);
            let ChainEnd { counter, hash } = ends.max_by_key(|end| end.counter)?;
            let chain = VaultChain {
                device: *device,
                counter,
                hash,
            };
            Some((walk.newest.is_none(), chain))
        });
        let ends = sorted::by_number(ends, |(is_gone, _)| u64::from(*is_gone));
        let ends = ends.into_iter().map(|(_, chain)| chain);
        ends.take(CHAINS).collect()
    }

    /// Whether nothing was wrong so far.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    fn note_gap(&mut self, device: DeviceId, counter: u64) {
        let covered = self
            .walk_by_device
            .get(&device)
            .and_then(|walk| walk.covered)
            .is_some_and(|covered| covered.counter >= counter);
        if !covered {
            self.problem(VaultProblem::Gap { device, counter });
        }
    }

    fn problem(&mut self, problem: VaultProblem) {
        const PROBLEMS: usize = 100;
        if self.problems.len() < PROBLEMS && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

/// What names a direct message.
#[derive(Deserialize)]
struct NamedCopy {
    author: DeviceId,
    message: NamedMessage,
}

#[derive(Deserialize)]
struct NamedMessage {
    conversation: ChannelId,
    id: MessageId,
}

/// From which segment a direct message in the archive is. `None`: it came from a device by itself.
pub(crate) fn origin_of(key: &str) -> Option<(DeviceId, u64)> {
    let mut parts = key.split('/').skip(3);
    let device = parts.next()?.parse().ok()?;
    Some((device, parts.next()?.parse().ok()?))
}

/// A direct message as a record of the archive, with a key like that of a session's key: the message's id in place of
/// the session.
pub(crate) fn direct_record(copy: String, origin: &str) -> Option<Record> {
    let NamedCopy { author, message } = json::read(&copy).ok()?;
    Some(Record {
        table: Table::Archive,
        key: format!("{}/{author}/{}/{origin}", message.conversation, message.id),
        value: copy.into_bytes(),
    })
}

fn end_of(chain: &VaultChain) -> ChainEnd {
    ChainEnd {
        counter: chain.counter,
        hash: chain.hash,
    }
}

impl std::fmt::Debug for Restore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Restore")
            .field("keys", &self.keys)
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for RestoredBatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RestoredBatch")
            .field("keys", &self.changes.len())
            .field("data", &self.data.len())
            .finish()
    }
}

#[cfg(test)]
mod tests;
