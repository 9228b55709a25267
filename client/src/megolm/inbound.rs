//! The sessions with which a channel's messages are read: who announced them, and their keys as far as
//! this device has them.

mod held;
mod in_vault;
mod unannounced;

use parley_protocol::Millis;
use parley_protocol::channel::Announcement;
use parley_protocol::entry::Head;
use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::keys::SessionId;
use parley_protocol::map::{IdMap, IdSet};
use serde::{Deserialize, Serialize};
use vodozemac::megolm::{ExportedSessionKey, InboundGroupSession, MegolmMessage, SessionConfig};

use held::{CandidatePickle, HeldKeys};
pub(crate) use held::{HandedKey, KeySource};
use unannounced::{Came, Unannounced};

use super::{SessionRef, session_id};
use crate::named_heads::NamedHeads;
use crate::sorted;
use crate::store::{Change, Record, Table};

/// Where a session was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Announced {
    /// Sequence number in the channel.
    pub(crate) seq: u64,
    /// Number of its first message.
    pub(crate) first_index: u32,
    /// The newest entry of the log that its author knew.
    pub(crate) head: Head,
    /// Whether that entry is in our log.
    in_our_log: bool,
}

#[derive(Default)]
struct InboundSession {
    announced: Option<Announced>,
    keys: HeldKeys,
    /// Who sent the first key, and when, while the session is not announced.
    came: Option<Came>,
    /// The first message that the key in the vault opens. `None`: it is not there.
    in_vault: Option<u32>,
}

impl InboundSession {
    /// Whether the vault has no key of it that opens as much.
    fn lacks_vault(&self) -> bool {
        let first = self.keys.first_trusted_index();
        first.is_some_and(|first| self.in_vault.is_none_or(|kept| first < kept))
    }
}

#[derive(Serialize, Deserialize)]
struct InboundSessionPickle {
    announced: Option<Announced>,
    keys: Vec<CandidatePickle>,
    came: Option<Came>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    in_vault: Option<u32>,
}

/// All sessions, by channel, device and id.
#[derive(Default)]
pub(crate) struct InboundSessions {
    sessions_by_ref: IdMap<SessionRef, InboundSession>,
    /// Where a device announced sessions in a channel.
    announced_by_device: IdMap<(ChannelId, DeviceId), IdSet<u64>>,
    heads_by_channel: IdMap<ChannelId, NamedHeads>,
    /// Keys of sessions that nobody announced.
    unannounced: Unannounced,
    /// Changes that are to be stored: sessions that were dropped.
    dropped: Vec<Change>,
    /// Sessions with a key that opened a message for the first time.
    proven: Vec<SessionRef>,
    /// Sessions whose announcement names a head that is not in our log.
    ahead: IdSet<SessionRef>,
    /// Sessions whose key is not in the vault yet.
    lacking_vault: IdSet<SessionRef>,
}

/// What came of a key that somebody sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportOutcome {
    /// More can be read with it than before.
    Better,
    /// It gives nothing new.
    Known,
    /// It is no key, or not of this session, or one too many.
    Refused,
}

/// Why a message could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("the key is not here")]
    KeyMissing,
    #[error("the key starts after this message")]
    BeforeKey,
    #[error("the message or its key is damaged")]
    Damaged,
}

impl InboundSessions {
    pub(crate) fn restore(records: &[Record]) -> Self {
        let mut sessions = Self::default();
        for record in records
            .iter()
            .filter(|record| record.table == Table::InboundSessions)
        {
            let found = SessionRef::from_key(&record.key);
            let (Some(of), Some(pickle)) = (found, record.read::<InboundSessionPickle>()) else {
                continue;
            };
            let InboundSessionPickle {
                announced,
                keys,
                came,
                in_vault,
            } = pickle;
            let keys = HeldKeys::restore(keys);
            let session = InboundSession {
                announced,
                keys,
                came,
                in_vault,
            };
            if session.lacks_vault() {
                sessions.lacking_vault.insert(of);
            }
            sessions.sessions_by_ref.insert(of, session);
            match (announced, came) {
                (Some(announced), _) => {
                    sessions.note_announced(of, announced);
                }
                (None, Some(came)) => sessions.unannounced.insert(of, came),
                (None, None) => {}
            }
        }
        sessions
    }

    /// Notes an announcement whose signatures were checked. The first one counts. Says between which sequence numbers
    /// of the channel a newer head is known to have been known than before.
    pub(crate) fn announce(
        &mut self,
        body: &Announcement,
        seq: u64,
        in_our_log: bool,
    ) -> Option<(u64, u64)> {
        let of = SessionRef::of(body);
        let session = self.sessions_by_ref.or_default(of);
        if session.announced.is_some() {
            return None;
        }
        let announced = Announced {
            seq,
            first_index: body.first_index,
            head: body.head,
            in_our_log,
        };
        session.announced = Some(announced);
        session.came = None;
        self.unannounced.remove(&of);
        self.note_announced(of, announced)
    }

    /// The log has grown: announcements whose head is in it now count with it. Says which sessions these are, and
    /// between which sequence numbers of their channel a newer head is known to have been known.
    pub(crate) fn reach(
        &mut self,
        is_in_our_log: impl Fn(Head) -> bool,
    ) -> Vec<(SessionRef, Option<(u64, u64)>)> {
        let mut reached = Vec::new();
        for of in &std::mem::take(&mut self.ahead) {
            let found = self.sessions_by_ref.get_mut(&of);
            let Some(announced) = found.and_then(|found| found.announced.as_mut()) else {
                continue;
            };
            announced.in_our_log = is_in_our_log(announced.head);
            let announced = *announced;
            let rose = self.note_announced(of, announced);
            if announced.in_our_log {
                reached.push((of, rose));
            }
        }
        reached
    }

    /// Every announced session of every channel, and where it was announced.
    pub(crate) fn all_announced(&self) -> impl Iterator<Item = (SessionRef, u64)> {
        let sessions = self.sessions_by_ref.iter();
        sessions.filter_map(|(of, session)| Some((*of, session.announced?.seq)))
    }

    /// The relay went back to a sequence number in a channel: what was announced after it may be announced again, at
    /// another one. Says which sessions changed.
    pub(crate) fn forget_announced_after(
        &mut self,
        channel: ChannelId,
        last: u64,
    ) -> Vec<SessionRef> {
        let (first, end) = bounds(channel);
        let mut forgotten = Vec::new();
        let in_channel = self.sessions_by_ref.range(first..=end);
        let in_channel: Vec<SessionRef> = in_channel.map(|(of, _)| *of).collect();
        for of in in_channel {
            let session = self.sessions_by_ref.get_mut(&of);
            let announced = session.and_then(|it| it.announced.take_if(|it| it.seq > last));
            if let Some(announced) = announced {
                forgotten.push(of);
                self.ahead.remove(&of);
                let of_device = (channel, of.device);
                if let Some(numbers) = self.announced_by_device.get_mut(&of_device) {
                    numbers.remove(&announced.seq);
                }
            }
        }
        forgotten
    }

    fn note_announced(&mut self, of: SessionRef, announced: Announced) -> Option<(u64, u64)> {
        self.announced_by_device
            .or_default((of.channel, of.device))
            .insert(announced.seq);
        if !announced.in_our_log {
            self.ahead.insert(of);
            return None;
        }
        self.heads_by_channel
            .or_default(of.channel)
            .note(announced.seq, announced.head.seq)
    }

    pub(crate) fn announced(&self, of: SessionRef) -> Option<Announced> {
        self.sessions_by_ref.get(&of)?.announced
    }

    /// Whether the author of a session had announced a newer one before a sequence number of the channel.
    pub(crate) fn is_retired_at(&self, of: SessionRef, seq: u64) -> bool {
        let Some(own) = self.announced(of) else {
            return false;
        };
        let newer = own.seq.saturating_add(1);
        self.announced_by_device
            .get(&(of.channel, of.device))
            .filter(|_| newer < seq)
            .is_some_and(|announced| announced.range(newer..seq).next().is_some())
    }

    /// The newest entry of the log that an announcement before a sequence number of the channel names.
    pub(crate) fn head_before(&self, channel: ChannelId, seq: u64) -> u64 {
        self.heads_by_channel
            .get(&channel)
            .map_or(0, |heads| heads.before(seq))
    }

    /// Sessions of which there is a key, those that were announced last in their channels first.
    pub(crate) fn held_newest_first(&self) -> Vec<SessionRef> {
        let sessions = self.sessions_by_ref.iter();
        let held = sessions.filter(|(_, session)| !session.keys.is_empty());
        let held = held.map(|(of, session)| (*of, session.announced.map_or(0, |it| it.seq)));
        let sorted = sorted::by_number(held, |(_, seq)| u64::MAX - seq);
        sorted.into_iter().map(|(of, _)| of).collect()
    }

    pub(crate) fn has_key(&self, of: SessionRef) -> bool {
        self.sessions_by_ref
            .get(&of)
            .is_some_and(|found| !found.keys.is_empty())
    }

    /// Whether there is a key that is believed to be the session's.
    pub(crate) fn is_trusted(&self, of: SessionRef) -> bool {
        self.sessions_by_ref
            .get(&of)
            .is_some_and(|found| found.keys.is_trusted())
    }

    /// Sessions that gave way to others since this was last asked.
    pub(crate) fn take_dropped(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.dropped)
    }

    /// Sessions that are to be stored, as a key of theirs was proven since this was last asked.
    pub(crate) fn take_proven(&mut self) -> Vec<SessionRef> {
        std::mem::take(&mut self.proven)
    }

    /// Puts in one's own session, which needs no check.
    pub(crate) fn insert_own(&mut self, of: SessionRef, key: InboundGroupSession) {
        let found = self.sessions_by_ref.or_default(of);
        found.keys.insert_own(key);
        self.lacking_vault.insert(of);
    }

    /// Takes a key from another device. It must be of the session that it is said to be of; that the session
    /// is its author's stands in the announcement, so who passes the key on does not matter.
    pub(crate) fn import(
        &mut self,
        of: SessionRef,
        key: &str,
        from: DeviceId,
        source: KeySource,
        now: Millis,
    ) -> ImportOutcome {
        let Ok(exported) = ExportedSessionKey::from_base64(key) else {
            return ImportOutcome::Refused;
        };
        let new = InboundGroupSession::import(&exported, SessionConfig::version_1());
        let first = new.first_known_index();
        if session_id(&new.session_id()) != Some(of.session) {
            return ImportOutcome::Refused;
        }
        let is_new = !self.sessions_by_ref.contains_key(&of);
        if is_new {
            let came = Came { from, at: now };
            for gone in self.unannounced.make_room(&came) {
                self.sessions_by_ref.remove(&gone);
                self.lacking_vault.remove(&gone);
                self.dropped
                    .push(Change::delete(Table::InboundSessions, gone.to_key()));
            }
            self.unannounced.insert(of, came);
        }
        let found = self.sessions_by_ref.or_default(of);
        if is_new {
            found.came = Some(Came { from, at: now });
        }
        let outcome = found.keys.add(new, source);
        if matches!(source, KeySource::Vault | KeySource::DoubtfulVault) {
            let before = found.in_vault.unwrap_or(first);
            found.in_vault = Some(before.min(first));
        }
        if found.lacks_vault() {
            self.lacking_vault.insert(of);
        } else {
            self.lacking_vault.remove(&of);
        }
        outcome
    }

    /// The most trusted key from a message number on, or from the first number known if that is later.
    pub(crate) fn export(&mut self, of: SessionRef, from: u32) -> Option<HandedKey> {
        self.sessions_by_ref.get_mut(&of)?.keys.export(from)
    }

    /// Decrypts a message: its plaintext and its number in the session.
    pub(crate) fn decrypt(
        &mut self,
        of: SessionRef,
        ciphertext: &str,
    ) -> Result<(Vec<u8>, u32), ReadError> {
        let message = MegolmMessage::from_base64(ciphertext).map_err(|_| ReadError::Damaged)?;
        let found = self
            .sessions_by_ref
            .get_mut(&of)
            .ok_or(ReadError::KeyMissing)?;
        let was_proven = found.keys.is_proven();
        let read = found.keys.decrypt(&message);
        if found.keys.is_proven() && !was_proven {
            self.proven.push(of);
            if found.lacks_vault() {
                self.lacking_vault.insert(of);
            }
        }
        read
    }

    /// The change that keeps one session.
    pub(crate) fn change(&self, of: SessionRef) -> Option<Change> {
        let found = self.sessions_by_ref.get(&of)?;
        let pickle = InboundSessionPickle {
            announced: found.announced,
            keys: found.keys.pickle(),
            came: found.came,
            in_vault: found.in_vault,
        };
        Some(Change::put(Table::InboundSessions, of.to_key(), &pickle))
    }
}

/// The first and the last session that a channel can have.
fn bounds(channel: ChannelId) -> (SessionRef, SessionRef) {
    let of = |byte| SessionRef {
        channel,
        device: DeviceId::from_bytes([byte; 16]),
        session: SessionId::from_bytes([byte; 32]),
    };
    (of(0), of(255))
}

#[cfg(test)]
mod tests;
