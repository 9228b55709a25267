//! The sessions' keys, as far as the exchange with other devices needs them: which are here, who may get one, and one
//! that comes in.

use parley_protocol::ids::DeviceId;

use super::Channels;
use super::gate::{Letting, Verdict, judge};
use super::own_sessions::OwedShares;
use crate::engine::context::Cx;
use crate::megolm::{HandedKey, ImportOutcome, KeySource, OutboundSession, SessionRef};

/// What came of a key that another device sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum TakenKey {
    /// It gives nothing new, or is not right.
    Known,
    /// More can be read with it than before, or what could be is surer.
    Better {
        /// Whether messages cannot be read for want of the key still.
        still_lacking: bool,
    },
}

/// The sessions' keys, lent to the key exchange.
pub(in crate::engine) struct KeyRing<'a>(&'a mut Channels);

impl<'a> KeyRing<'a> {
    pub(super) fn new(channels: &'a mut Channels) -> Self {
        Self(channels)
    }

    pub(in crate::engine) fn has_key(&self, session: SessionRef) -> bool {
        self.0.inbound.has_key(session)
    }

    /// Whether there is a key that is believed to be the session's.
    pub(in crate::engine) fn is_trusted(&self, session: SessionRef) -> bool {
        self.0.inbound.is_trusted(session)
    }

    /// Whether others say that the session is from before this member's time.
    pub(in crate::engine) fn is_refused(&self, session: SessionRef) -> bool {
        self.0.refused.contains(&session)
    }

    /// Whether a session's key may go to a device whose log is as far as `their_head` at least.
    pub(in crate::engine) fn judge_letting(
        &self,
        session: SessionRef,
        to: DeviceId,
        their_head: u64,
        cx: &Cx<'_>,
    ) -> Verdict {
        self.0.judge_letting(session, to, their_head, cx)
    }

    /// A session's key from the first message on that was written in sight of entry `since` of the log, or
    /// from message `known` on, if that is earlier: its reader is known to have been one then.
    pub(in crate::engine) fn key_since(
        &mut self,
        session: SessionRef,
        since: u64,
        known: Option<u32>,
    ) -> Option<HandedKey> {
        self.0.key_since(session, since, known)
    }

    /// Sessions of which there is a key, the newest of each channel first.
    pub(in crate::engine) fn held_newest_first(&self) -> Vec<SessionRef> {
        self.0.inbound.held_newest_first()
    }

    /// A session's key from the first message that is known.
    pub(in crate::engine) fn export(&mut self, session: SessionRef) -> Option<HandedKey> {
        self.0.inbound.export(session, 0)
    }

    /// How many keys the vault does not have.
    pub(in crate::engine) fn lacking_vault(&self) -> usize {
        self.0.inbound.lacking_vault()
    }

    /// Hands out keys that the vault does not have, and keeps that they are there by now.
    pub(in crate::engine) fn take_for_vault(
        &mut self,
        most: usize,
        cx: &mut Cx<'_>,
    ) -> Vec<(SessionRef, HandedKey)> {
        let taken = self.0.inbound.take_for_vault(most);
        for (session, _) in &taken {
            self.0.store_inbound(*session, cx);
        }
        taken
    }

    /// The vault lost what was in it, or may have.
    pub(in crate::engine) fn forget_vault(&mut self) {
        self.0.inbound.forget_vault();
    }

    /// Takes a key that the vault has kept for this member.
    pub(in crate::engine) fn take_from_vault(
        &mut self,
        session: SessionRef,
        handed: &HandedKey,
        cx: &mut Cx<'_>,
    ) -> Option<TakenKey> {
        let source = if handed.believed {
            KeySource::Vault
        } else {
            KeySource::DoubtfulVault
        };
        self.import(cx.me.device, session, handed, source, cx)
    }

    /// What is owed of each own session.
    pub(in crate::engine) fn owed(&self) -> Vec<OwedShares> {
        self.0.own_sessions.owed()
    }

    /// Keys that are not owed any more.
    pub(in crate::engine) fn end_shares(
        &mut self,
        shares: &[(DeviceId, SessionRef)],
        cx: &mut Cx<'_>,
    ) {
        self.0.own_sessions.end_shares(shares, cx);
    }

    /// Takes a key from another device, asked for or not, and reads what it opens. `None` if neither the device nor
    /// the channel can have anything to do with it.
    pub(in crate::engine) fn take(
        &mut self,
        from: DeviceId,
        session: SessionRef,
        handed: &HandedKey,
        cx: &mut Cx<'_>,
    ) -> Option<TakenKey> {
        let user = cx.log.devices().get(&from)?.user;
        let source = if from == session.device {
            KeySource::Author
        } else if handed.believed {
            KeySource::Member(user)
        } else {
            KeySource::Hearsay
        };
        self.import(from, session, handed, source, cx)
    }

    fn import(
        &mut self,
        from: DeviceId,
        session: SessionRef,
        handed: &HandedKey,
        source: KeySource,
        cx: &mut Cx<'_>,
    ) -> Option<TakenKey> {
        if !cx.log.channels().contains_key(&session.channel) {
            return None;
        }
        let Channels { inbound, .. } = &mut *self.0;
        let outcome = inbound.import(session, &handed.key, from, source, cx.now);
        for dropped in inbound.take_dropped() {
            cx.output.store(dropped);
        }
        if outcome != ImportOutcome::Better {
            return Some(TakenKey::Known);
        }
        self.0.store_inbound(session, cx);
        let still_lacking = self.0.read_again(session, cx);
        Some(TakenKey::Better { still_lacking })
    }

    /// A member who may know says that a session is from before this member's time.
    pub(in crate::engine) fn note_refused(&mut self, session: SessionRef, cx: &mut Cx<'_>) {
        if self.0.refused.insert(session) {
            self.0.read_again(session, cx);
        }
    }
}

impl Channels {
    pub(super) fn judge_letting(
        &self,
        session: SessionRef,
        to: DeviceId,
        their_head: u64,
        cx: &Cx<'_>,
    ) -> Verdict {
        let seen = self.inbound.announced(session).map(|it| it.head);
        let letting = Letting {
            channel: session.channel,
            announced: seen.or_else(|| self.own_sessions.named(session)?.announced_head()),
            to,
            their_head,
        };
        judge(cx.log, &letting, cx.is_log_whole())
    }

    pub(super) fn key_since(
        &mut self,
        session: SessionRef,
        since: u64,
        known: Option<u32>,
    ) -> Option<HandedKey> {
        let from = if since <= 1 {
            Some(0)
        } else {
            let found = self.first_index_since(session, since);
            found.into_iter().chain(known).min()
        };
        self.inbound.export(session, from?)
    }

    fn first_index_since(&self, session: SessionRef, seq: u64) -> Option<u32> {
        let timeline = self.timelines.get(&session.channel);
        let written = timeline.and_then(|timeline| {
            let items = timeline
                .all_items()
                .filter(|item| item.session_in(session.channel) == session && item.head_seq >= seq);
            items.map(|item| item.index).min()
        });
        let own = self.own_sessions.named(session);
        let own_next = own.map(OutboundSession::next_index);
        written.into_iter().chain(own_next).min()
    }
}
