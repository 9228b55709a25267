//! Admits a device's connection: replaces its previous one, sends the welcome, and starts to catch up.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ChannelPosition, PresenceState, RelayToClient, Welcome};
use parley_protocol::ids::ChannelId;

use super::connection::{Connection, short};
use super::lag::Lag;
use super::{ConnectionId, Core};
use crate::auth::hello::ProvenHello;
use crate::command::{self, BindSession, Command};
use crate::outgoing::{Frame, Outbox};
use crate::refusal::{refused, storage_failed};
use crate::storage::read;
use crate::storage::values::StreamId;

/// What a verified hello of an active device gets.
struct Admitted {
    community: Arc<Community>,
    mailbox: StreamId,
    welcome: Welcome,
}

impl Core {
    pub(super) fn hello(
        &mut self,
        connection: ConnectionId,
        outbox: Arc<Outbox>,
        hello: Box<ProvenHello>,
        now: Millis,
    ) {
        match self.admit(&hello, now) {
            Ok(admitted) => self.enter(connection, outbox, &hello, admitted, now),
            Err(error) => outbox.close(error),
        }
    }

    /// Whether device and session still exist, now that everything before is committed.
    fn admit(&mut self, hello: &ProvenHello, now: Millis) -> Result<Admitted, ApiError> {
        let community = self.community().cloned();
        let community = community.ok_or_else(|| refused(ErrorCode::NotSetUp))?;
        let device = community
            .present_device(&hello.device, now)
            .filter(|device| device.user == hello.user)
            .ok_or_else(|| refused(ErrorCode::UnknownDevice))?;
        let stream = command::device_stream(device);
        let bound = command::is_live(self.writer.db(), &hello.family, &hello.device)
            .map_err(|error| storage_failed(&error))?
            .ok_or_else(|| refused(ErrorCode::SessionEnded))?;
        if !bound {
            // If the disk is full, the next hello repeats this.
            let _ = self.writer.run(&[Command::BindSession(BindSession {
                family: hello.family,
                device: hello.device,
            })]);
        }
        let welcome = self
            .welcome(&community, hello, stream, now)
            .map_err(|error| storage_failed(&error))?;
        Ok(Admitted {
            community,
            mailbox: stream,
            welcome,
        })
    }

    fn welcome(
        &self,
        community: &Community,
        hello: &ProvenHello,
        stream: StreamId,
        now: Millis,
    ) -> rusqlite::Result<Welcome> {
        let db = self.writer.db();
        let (one_time_keys, fresh_fallback) = read::prekeys_left(db, stream)?;
        let readable = |channel: &ChannelId| community.may_read(&hello.user, channel);
        let channels = community.channels().keys().copied().filter(readable);
        Ok(Welcome {
            head: community.head(),
            now,
            channels: channels
                .map(|channel| ChannelPosition {
                    channel,
                    last: self.last(&channel),
                })
                .collect(),
            mailbox: read::last_mail(db, stream)?,
            rosters: self.voice.rosters(|channel| {
                let terms = community.guest_terms(&hello.user, now);
                readable(channel) || terms.is_some_and(|terms| terms.channel == *channel)
            }),
            one_time_keys,
            fresh_fallback,
        })
    }

    fn enter(
        &mut self,
        connection: ConnectionId,
        outbox: Arc<Outbox>,
        hello: &ProvenHello,
        admitted: Admitted,
        now: Millis,
    ) {
        let Admitted {
            community,
            mailbox,
            welcome,
        } = admitted;
        if let Some(id) = self.connection_by_device.insert(hello.device, connection)
            && let Some(old) = self.forget(id)
        {
            old.outbox.close(refused(ErrorCode::Replaced));
            self.presence.leave(id, old.user, old.presence, now);
        }
        let guest = community.guest_terms(&hello.user, now);
        // A guest is in no list but that of the call.
        let presence = match guest {
            Some(_) => PresenceState::Hidden,
            None => hello.presence,
        };
        let mut lags = VecDeque::new();
        let positions = &hello.positions;
        if positions.log < community.head().seq {
            lags.push_back(Lag::Log {
                after: positions.log,
            });
        }
        if positions.mailbox < welcome.mailbox {
            lags.push_back(Lag::Mail {
                stream: mailbox,
                after: positions.mailbox,
            });
        }
        for ChannelPosition { channel, last } in &welcome.channels {
            lags.extend(Lag::in_channel(
                &community,
                *channel,
                positions.channels.get(channel),
                *last,
            ));
            let state = self.channels.entry(*channel).or_default();
            state.subscribers.push(connection);
        }
        let found = Connection {
            outbox,
            user: hello.user,
            device: hello.device,
            family: hello.family,
            lags,
            histories: VecDeque::new(),
            is_queued: false,
            watches: None,
            wants_presence: false,
            typed_at: 0,
            guest,
            presence,
            stated_at: 0,
        };
        self.connections.insert(connection, found);
        if let Some(terms) = guest {
            self.guests.insert(connection, terms.until);
        }
        tracing::debug!(device = short(&hello.device), "device connected");
        let metrics = &self.shared.metrics.connections;
        metrics.fetch_add(1, Ordering::Relaxed);
        self.shared.set_live(hello.device, true);
        self.voice.device_back(hello.device);
        self.presence.turn(hello.user, None, Some(presence), now);
        self.send(connection, Frame::new(&RelayToClient::Welcome(welcome)));
        self.catch_up(connection);
    }

    /// Sequence number of a channel's last item.
    pub(super) fn last(&self, channel: &ChannelId) -> u64 {
        self.channels.get(channel).map_or(0, |state| state.last)
    }
}
