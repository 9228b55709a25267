//! The Megolm sessions with which this device writes, one a channel. Whatever changes in one is kept.

use litemap::LiteMap;
use parley_protocol::ids::{ChannelId, DeviceId};

use crate::engine::context::Cx;
use crate::megolm::{OutboundSession, SessionRef};
use crate::sorted;
use crate::store::{Change, Record, Restored, Table, of_table};

/// Devices whose key of one own session the relay may not have taken.
pub(in crate::engine) struct OwedShares {
    pub(in crate::engine) session: SessionRef,
    /// The first message that the relay may not have taken yet.
    pub(in crate::engine) first_unsent: u32,
    pub(in crate::engine) devices: Vec<DeviceId>,
}

/// All own sessions.
pub(super) struct OwnSessions(LiteMap<ChannelId, OutboundSession>);

impl Restored for OwnSessions {
    type With = DeviceId;

    fn is_made_of(record: &Record) -> bool {
        record.table == Table::OutboundSessions
    }

    fn restore(me: DeviceId, records: &[Record]) -> Self {
        let kept = of_table(records, Table::OutboundSessions);
        Self(sorted::map(kept.into_iter().filter_map(|record| {
            let session = OutboundSession::from_pickle(me, record.read()?)?;
            Some((record.key.parse().ok()?, session))
        })))
    }
}

impl OwnSessions {
    pub(super) fn get(&self, channel: &ChannelId) -> Option<&OutboundSession> {
        self.0.get(channel)
    }

    /// The session of that name, if it is the one with which this device writes now.
    pub(super) fn named(&self, name: SessionRef) -> Option<&OutboundSession> {
        let own = self.get(&name.channel)?;
        (own.named_in(name.channel) == name).then_some(own)
    }

    pub(super) fn put(&mut self, channel: ChannelId, session: OutboundSession, cx: &mut Cx<'_>) {
        store(channel, &session, cx);
        self.0.insert(channel, session);
    }

    /// Changes a channel's session, if there is one.
    pub(super) fn change<R>(
        &mut self,
        channel: ChannelId,
        cx: &mut Cx<'_>,
        change: impl FnOnce(&mut OutboundSession) -> R,
    ) -> Option<R> {
        let session = self.0.get_mut(&channel)?;
        let changed = change(session);
        store(channel, session, cx);
        Some(changed)
    }

    pub(super) fn owed(&self) -> Vec<OwedShares> {
        let own = self.0.iter();
        own.map(|(channel, own)| OwedShares {
            session: own.named_in(*channel),
            first_unsent: own.first_unsent(),
            devices: own.owed(),
        })
        .collect()
    }

    /// Keys that are not owed any more.
    pub(super) fn end_shares(&mut self, shares: &[(DeviceId, SessionRef)], cx: &mut Cx<'_>) {
        let mut changed: Vec<ChannelId> = Vec::new();
        for (device, share) in shares {
            let own = self.0.get_mut(&share.channel);
            if own.is_some_and(|own| own.id() == share.session && own.end_share(device))
                && !changed.contains(&share.channel)
            {
                changed.push(share.channel);
            }
        }
        for channel in changed {
            if let Some(session) = self.0.get(&channel) {
                store(channel, session, cx);
            }
        }
    }
}

fn store(channel: ChannelId, session: &OutboundSession, cx: &mut Cx<'_>) {
    cx.output.store(Change::put(
        Table::OutboundSessions,
        channel.to_string(),
        &session.pickle(),
    ));
}
