//! The keys that this device has of one session: the right one, or a few while it is not known which one
//! is. Anybody may hand a key on, so a key is believed for a reason.

use parley_protocol::ids::UserId;
use serde::{Deserialize, Serialize};
use vodozemac::megolm::{
    DecryptionError, InboundGroupSession, InboundGroupSessionPickle, MegolmMessage,
};

use super::{ImportOutcome, ReadError};

/// Keys of one session that do not belong together and of which none is proven. More are not kept.
const CANDIDATES: usize = 3;

/// Why a key is believed to be the session's, the weakest reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Trust {
    /// One member handed it on, who had no reason to believe it.
    Hearsay,
    /// One member handed it on.
    OneSource,
    /// Two members did.
    TwoSources,
    /// The author's own device sent it, or it was believed before it went into the vault.
    Author,
    /// It opened a message that the session signed.
    Opened,
}

/// Who sent a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// The device that announced the session.
    Author,
    /// The vault of this member, into which only believed keys go.
    Vault,
    /// The part of it that a device wrote after it was revoked, perhaps.
    DoubtfulVault,
    /// A device of this member.
    Member(UserId),
    /// Somebody who does not know either whether it is right.
    Hearsay,
}

/// A key as it goes to another device.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HandedKey {
    /// vodozemac's exported session key, base64.
    pub(crate) key: String,
    /// Whether who hands it on has a reason to believe that it is the session's.
    pub(crate) believed: bool,
}

struct Candidate {
    key: InboundGroupSession,
    trust: Trust,
    source: Option<UserId>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CandidatePickle {
    key: InboundGroupSessionPickle,
    trust: Trust,
    source: Option<UserId>,
}

/// The keys of a session, the most trusted first.
#[derive(Default)]
pub(super) struct HeldKeys(Vec<Candidate>);

impl HeldKeys {
    pub(super) fn restore(pickles: Vec<CandidatePickle>) -> Self {
        let restored = pickles.into_iter().map(|pickle| Candidate {
            key: InboundGroupSession::from_pickle(pickle.key),
            trust: pickle.trust,
            source: pickle.source,
        });
        Self(restored.collect())
    }

    pub(super) fn pickle(&self) -> Vec<CandidatePickle> {
        let pickled = self.0.iter().map(|candidate| CandidatePickle {
            key: candidate.key.pickle(),
            trust: candidate.trust,
            source: candidate.source,
        });
        pickled.collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them is believed: what does not fit it is damaged, and it may be handed on.
    pub(super) fn is_trusted(&self) -> bool {
        self.0
            .first()
            .is_some_and(|first| first.trust > Trust::OneSource)
    }

    /// The first message that the key opens, if it is believed.
    pub(super) fn first_trusted_index(&self) -> Option<u32> {
        self.first_index().filter(|_| self.is_trusted())
    }

    /// The first message that the most trusted key opens.
    pub(super) fn first_index(&self) -> Option<u32> {
        self.0.first().map(|first| first.key.first_known_index())
    }

    /// One's own session needs no other reason.
    pub(super) fn insert_own(&mut self, key: InboundGroupSession) {
        self.0 = vec![Candidate {
            key,
            trust: Trust::Opened,
            source: None,
        }];
    }

    pub(super) fn add(&mut self, mut new: InboundGroupSession, source: KeySource) -> ImportOutcome {
        for candidate in &mut self.0 {
            if candidate.key.connected(&mut new) {
                let outcome = candidate.join(&mut new, source);
                self.sort();
                return outcome;
            }
        }
        if self.is_proven() {
            return ImportOutcome::Refused;
        }
        let (trust, source) = match source {
            KeySource::Author | KeySource::Vault => (Trust::Author, None),
            KeySource::Member(user) => (Trust::OneSource, Some(user)),
            KeySource::Hearsay | KeySource::DoubtfulVault => (Trust::Hearsay, None),
        };
        if self.0.len() >= CANDIDATES {
            // The oldest of the least trusted gives way.
            let weakest = self.0.iter().map(|it| it.trust).min();
            let oldest = self.0.iter().position(|it| Some(it.trust) == weakest);
            match oldest.filter(|_| weakest <= Some(trust)) {
                Some(index) => drop(self.0.remove(index)),
                None => return ImportOutcome::Refused,
            }
        }
        self.0.push(Candidate {
            key: new,
            trust,
            source,
        });
        self.sort();
        ImportOutcome::Better
    }

    /// Whether one of them opened a message: no other can be right.
    pub(super) fn is_proven(&self) -> bool {
        self.0
            .first()
            .is_some_and(|first| first.trust == Trust::Opened)
    }

    /// By hand: at most three, and `sort_by_key` brings a sort of its own into the page.
    fn sort(&mut self) {
        for end in (1..self.0.len()).rev() {
            for index in 0..end {
                let pair = self.0.get(index).zip(self.0.get(index + 1));
                if pair.is_some_and(|(a, b)| a.trust < b.trust) {
                    self.0.swap(index, index + 1);
                }
            }
        }
    }

    /// Opens a message with whichever key fits. That one is the session's.
    pub(super) fn decrypt(&mut self, message: &MegolmMessage) -> Result<(Vec<u8>, u32), ReadError> {
        let mut starts_later = false;
        let mut contradicted = false;
        for index in 0..self.0.len() {
            let Some(candidate) = self.0.get_mut(index) else {
                break;
            };
            match candidate.key.decrypt(message) {
                Ok(decrypted) => {
                    self.keep_only(index);
                    return Ok((decrypted.plaintext, decrypted.message_index));
                }
                Err(DecryptionError::UnknownMessageIndex(..)) => starts_later = true,
                Err(DecryptionError::InvalidMAC(_)) => {
                    contradicted |= candidate.trust > Trust::OneSource;
                }
                // The MAC agreed, so the key is right and its author wrote nonsense.
                Err(DecryptionError::InvalidPadding(_)) => {
                    self.keep_only(index);
                    return Err(ReadError::Damaged);
                }
                Err(DecryptionError::Signature(_) | DecryptionError::InvalidMACLength(..)) => {
                    return Err(ReadError::Damaged);
                }
            }
        }
        Err(if contradicted {
            ReadError::Damaged
        } else if starts_later {
            ReadError::BeforeKey
        } else {
            ReadError::KeyMissing
        })
    }

    fn keep_only(&mut self, index: usize) {
        let mut kept = self.0.swap_remove(index);
        kept.trust = Trust::Opened;
        self.0 = vec![kept];
    }

    /// The most trusted key from a message number on, or from the first number known if that is later.
    pub(super) fn export(&mut self, from: u32) -> Option<HandedKey> {
        let believed = self.is_trusted();
        let first = self.0.first_mut()?;
        let from = from.max(first.key.first_known_index());
        let key = first.key.export_at(from)?.to_base64();
        Some(HandedKey { key, believed })
    }
}

impl Candidate {
    /// Takes in a key of the same ratchet.
    fn join(&mut self, new: &mut InboundGroupSession, source: KeySource) -> ImportOutcome {
        let trust = match source {
            KeySource::Author | KeySource::Vault => Trust::Author,
            KeySource::Member(user) if self.source.is_none_or(|first| first == user) => {
                Trust::OneSource
            }
            KeySource::Member(_) => Trust::TwoSources,
            KeySource::Hearsay | KeySource::DoubtfulVault => Trust::Hearsay,
        };
        let earlier = new.first_known_index() < self.key.first_known_index();
        if !earlier && trust <= self.trust {
            return ImportOutcome::Known;
        }
        self.trust = self.trust.max(trust);
        if let KeySource::Member(user) = source {
            self.source = self.source.or(Some(user));
        }
        if earlier && let Some(merged) = self.key.merge(new) {
            self.key = merged;
        }
        ImportOutcome::Better
    }
}
