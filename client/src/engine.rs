//! The engine: one device of one member, without a screen, a socket or a clock. Inputs come in through
//! `handle_*` and the wishes of the person, effects go out through [`Engine::poll_effect`].
//!
//! | file | what it does |
//! |---|---|
//! | `output` | effects in order; changes are kept before anything that depends on them is sent |
//! | `state`, `damage` | what is restored from the store, and what is done without what it lost |
//! | `checkpoint` | the community's state, so that a start does not read the whole log |
//! | `connection` | connect, hello, welcome, heartbeat, back-off |
//! | `requests` | what was asked of the relay and what it answered |
//! | `positions` | how far the relay says that everything goes |
//! | `log` | the community log as it grows, and checks against other members' heads |
//! | `log_lag`, `log_hold` | signs that the log here is not the others', and what waits while there are any |
//! | `receiving` | a channel's items in order |
//! | `history` | a channel's past, page by page |
//! | `announcements` | sessions that were announced before what was fetched |
//! | `reading` | from ciphertext to text, or to why not |
//! | `judging` | what is judged again when more of the log is known |
//! | `outbox` | what was written and what became of it |
//! | `writing` | how the outbox goes out |
//! | `keys` | Megolm keys: sharing, asking, answering |
//! | `mail` | Olm: what goes out and what comes in |
//! | `voice` | rosters, one's own call |
//! | `people` | presence and typing |

mod announcements;
pub(crate) mod checkpoint;
mod connection;
mod damage;
mod history;
mod judging;
mod keys;
mod log;
mod log_hold;
mod log_lag;
mod mail;
mod outbox;
mod output;
mod people;
mod positions;
mod reading;
mod receiving;
mod requests;
mod state;
mod voice;
mod writing;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};
use parley_protocol::keys::Hash;

pub use connection::ConnectionState;
pub use log_hold::LogHold;
pub use outbox::SendError;
pub use requests::AppendError;
pub(crate) use state::DeviceRecord;
pub use state::RestoreError;

use crate::alert::{Alerts, Noted};
use crate::device::DeviceKeys;
use crate::effect::Effect;
use crate::megolm::{InboundSessions, OutboundSession};
use crate::olm::OlmSessions;
use crate::rng::Rng;
use crate::timeline::Timeline;

/// A whole Parley client for one device.
pub struct Engine {
    user: UserId,
    device: DeviceKeys,
    community: Community,
    /// The place of the last checkpoint that was kept, 0 if there is none.
    checkpoint: u64,
    rng: Rng,
    output: output::Output,
    connection: connection::Connection,
    requests: requests::Requests,
    lag: log_lag::LogLag,
    alerts: Alerts,
    timelines: LiteMap<ChannelId, Timeline>,
    outbox_order: u64,
    writing: LiteMap<ChannelId, writing::Step>,
    inbound: InboundSessions,
    outbound: LiteMap<ChannelId, OutboundSession>,
    olm: OlmSessions,
    announcements: announcements::Announcements,
    keys: keys::KeyExchange,
    mail: mail::Post,
    voice: voice::Voice,
    people: people::People,
}

impl Engine {
    /// The next thing to do. Call until `None` after every input.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.output.poll()
    }

    /// When [`Engine::handle_timeout`] wants to be called next.
    pub fn poll_timeout(&self) -> Option<Millis> {
        [
            self.connection.timeout(),
            self.lag.timeout(),
            self.announcements_due(),
            self.keys.timeout(),
            self.mail.timeout(),
            self.writing_timeout(),
            self.people.timeout(),
            self.voice.timeout(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Time has come to what [`Engine::poll_timeout`] said. Harmless earlier.
    pub fn handle_timeout(&mut self, now: Millis) {
        self.connection_timeout(now);
        self.lag_timeout(now);
        self.announcements_timeout(now);
        self.keys_timeout(now);
        self.mail_timeout(now);
        self.writing_timeout_reached(now);
        self.people_timeout(now);
        self.voice_timeout(now);
        self.output.flush();
    }

    /// Who this is.
    pub fn me(&self) -> (UserId, DeviceId) {
        (self.user, self.device.id())
    }

    /// The community as the log makes it.
    pub fn community(&self) -> &Community {
        &self.community
    }

    /// The hash of the genesis entry, which an invite link carries.
    pub fn genesis(&self) -> Hash {
        self.community
            .hash_at(1)
            .unwrap_or(Hash::from_bytes([0; 32]))
    }

    /// How the connection is.
    pub fn connection(&self) -> &ConnectionState {
        self.connection.state()
    }

    /// A channel's messages. `None` for a channel of which nothing is known yet.
    pub fn timeline(&self, channel: &ChannelId) -> Option<&Timeline> {
        self.timelines.get(channel)
    }

    /// Warnings, oldest first.
    pub fn alerts(&self) -> &[Noted] {
        self.alerts.all()
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("device", &self.device.id())
            .field("head", &self.community.head().seq)
            .field("connection", self.connection.state())
            .finish_non_exhaustive()
    }
}
