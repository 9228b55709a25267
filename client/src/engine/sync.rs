//! What this device has in common with the relay: the connection and the community log. Everything else rests on
//! these, so this part knows no other.
//!
//! | file | what it does |
//! |---|---|
//! | `connection` | the states of the connection and its timers |
//! | `greeting` | challenge, hello, welcome, and what ends a connection |
//! | `numbers` | which sequence numbers are possible |
//! | `log` | the community log as it grows |
//! | `checkpoint` | the community's state, so that a start does not read the whole log |
//! | `appends` | entries that this device wants in the log |
//! | `watch`, `lag` | signs that the log here is not the others', what waits while there are any, and warnings |

mod appends;
mod checkpoint;
mod connection;
mod greeting;
mod lag;
mod log;
mod numbers;
mod watch;

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::ChannelId;
use parley_protocol::map::IdSet;

pub use appends::AppendError;
pub use connection::ConnectionState;
pub(super) use greeting::OwnPositions;
pub(super) use log::LogEnd;
pub(super) use numbers::is_impossible;
pub use watch::LogHold;
pub(super) use watch::Watch;

use super::output::Output;
use super::restore_error::RestoreError;
use crate::alert::Alert;
use crate::device::OwnDevice;
use crate::rng::Rng;
use crate::store::Record;
use connection::Connection;

/// Frames that wait for the log. More come only from a relay that withholds it.
const HELD_FRAMES: usize = 1_000;

/// What this part gets with each input.
pub(super) struct Turn<'a> {
    pub(super) now: Millis,
    pub(super) output: &'a mut Output,
    pub(super) rng: &'a mut Rng,
}

/// How far the connection is, for the other parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    /// Frames can be sent.
    pub(super) is_open: bool,
    /// The log is as new as it was at the relay when this connection began.
    pub(super) is_log_current: bool,
}

/// The connection and the community log.
pub(super) struct SyncState {
    me: OwnDevice,
    community: Community,
    /// Sequence number of the last checkpoint that was kept, 0 if there is none.
    checkpoint: u64,
    connection: Connection,
    /// Where the log ended at the relay when this connection began.
    log_target: u64,
    /// What came before the log that explains it.
    held: Vec<RelayToClient>,
    appends: appends::Appends,
    watch: Watch,
    /// Channels whose items the relay sends no longer, because this member lost the right to read them.
    lost_channels: IdSet<ChannelId>,
}

impl SyncState {
    pub(super) fn restore(me: OwnDevice, records: &[Record]) -> Result<Self, RestoreError> {
        let (community, checkpoint) = checkpoint::restore(records)?;
        Ok(Self {
            me,
            community,
            checkpoint,
            connection: Connection::new(),
            log_target: 0,
            held: Vec::new(),
            appends: appends::Appends::default(),
            watch: Watch::restore(records),
            lost_channels: IdSet::new(),
        })
    }

    pub(super) fn me(&self) -> OwnDevice {
        self.me
    }

    pub(super) fn community(&self) -> &Community {
        &self.community
    }

    pub(super) fn connection(&self) -> &ConnectionState {
        self.connection.state()
    }

    pub(super) fn is_open(&self) -> bool {
        self.connection.is_open()
    }

    pub(super) fn watch(&self) -> &Watch {
        &self.watch
    }

    pub(super) fn watch_mut(&mut self) -> &mut Watch {
        &mut self.watch
    }

    /// What the other parts see: the log, the watch over it, and how far the connection is.
    pub(super) fn view(&mut self) -> (&Community, &mut Watch, Link) {
        let link = Link {
            is_open: self.is_open(),
            is_log_current: self.is_log_current(),
        };
        (&self.community, &mut self.watch, link)
    }

    pub(super) fn timeout(&self) -> Option<Millis> {
        let lag = self.watch.timeout();
        self.connection.timeout().into_iter().chain(lag).min()
    }

    pub(super) fn handle_timeout(&mut self, turn: &mut Turn<'_>) {
        self.connection_timeout(turn);
        if self
            .watch
            .handle_timeout(turn.now, &self.community, turn.output)
        {
            self.drop_and_wait_long(turn);
        }
    }

    pub(super) fn alert(&mut self, alert: Alert, output: &mut Output) {
        self.watch.alert(alert, &self.community, output);
    }

    /// Keeps a frame whose author stands in a part of the log that is still on its way.
    pub(super) fn hold(&mut self, frame: RelayToClient, turn: &mut Turn<'_>) {
        if self.held.len() >= HELD_FRAMES {
            return self.drop_connection(turn);
        }
        self.held.push(frame);
    }

    /// The frames that waited, if the log is here now.
    pub(super) fn take_held(&mut self) -> Vec<RelayToClient> {
        if self.is_log_current() {
            std::mem::take(&mut self.held)
        } else {
            Vec::new()
        }
    }

    pub(super) fn take_lost_channels(&mut self) -> IdSet<ChannelId> {
        std::mem::take(&mut self.lost_channels)
    }

    /// Whether the log is as new as it was at the relay when this connection began.
    pub(super) fn is_log_current(&self) -> bool {
        self.community.head().seq >= self.log_target
    }

    /// Whether this device was in the log and is no more. A new one may not have seen its own entry yet.
    pub(super) fn is_removed(&self) -> bool {
        let known = self.community.devices().get(&self.me.device);
        known.is_some_and(|device| device.revoked_at.is_some())
    }
}
