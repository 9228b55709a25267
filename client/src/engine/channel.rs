//! Text channels: what was received and read in each, the Megolm sessions to read and write with, and what waits to
//! be sent. Whom to ask for a key, and who asks for one, is the business of `keys`; it reaches the sessions through
//! [`KeyRing`].
//!
//! | file | what it does |
//! |---|---|
//! | `restore` | channels from the store, and without what it lost |
//! | `subscriptions` | which channels the relay sends, and from where on |
//! | `receiving` | a channel's items in order |
//! | `history` | a channel's past, page by page |
//! | `past`, `kept` | the past that is fetched ahead, and what the store has of it |
//! | `pins` | which messages are pinned, however far back |
//! | `sessions`, `announcements` | sessions that are announced, and those whose announcement is missing |
//! | `reading` | from ciphertext to text, or to why not |
//! | `gone` | what the relay has no more: deleted, expired, or taken away |
//! | `expunging` | the text of what was deleted goes from the disk |
//! | `expiring`, `relay_clock` | messages that disappear by themselves |
//! | `redacting` | orders to delete messages, on their way to the relay |
//! | `placing` | whether a message may stand where it stands |
//! | `judging` | what is judged again when more of the log is known |
//! | `outbox` | what was written and what became of it |
//! | `board`, `status` | what members say of themselves, and the channel that carries it |
//! | `relating` | what a person does with a message |
//! | `emoji` | the community's emoji |
//! | `writing`, `steps` | how the outbox goes out |
//! | `outcomes` | the relay's word on what went out |
//! | `own_sessions` | the Megolm sessions with which this device writes |
//! | `vault_gate` | whether a new session can be kept in the vault |
//! | `gate` | decides for every key that is let out |
//! | `key_ring` | the sessions' keys, for the exchange with other devices |

mod announcements;
mod board;
mod emoji;
mod expiring;
mod expunging;
mod gate;
mod gone;
mod history;
mod judging;
mod kept;
mod key_ring;
mod outbox;
mod outcomes;
mod own_sessions;
mod past;
mod pins;
mod placing;
mod reading;
mod receiving;
mod redacting;
mod relating;
mod relay_clock;
mod restore;
mod sessions;
mod status;
mod steps;
mod subscriptions;
mod vault_gate;
mod writing;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::ChannelId;
use parley_protocol::map::IdSet;

pub use board::board;
pub use emoji::{EmojiError, WaitingEmoji};
pub(super) use gate::Verdict;
pub(super) use key_ring::{KeyRing, TakenKey};
pub use outbox::{Draft, SendError};
pub(super) use outbox::{can_drop_file, check_blobs, remove_file, to_body};
pub(super) use own_sessions::OwedShares;
pub use past::PastProgress;
pub use redacting::RedactError;
pub(super) use relating::Now;
pub use relating::RelationError;
pub use status::StatusError;
pub(super) use subscriptions::readable_channels;
pub(super) use vault_gate::VaultGate;

use super::context::Cx;
use crate::custom_emoji::Book;
use crate::megolm::{InboundSessions, SessionRef};
use crate::store::OnDemand;
use crate::timeline::Timeline;

/// All text channels.
pub(super) struct Channels {
    timelines: LiteMap<ChannelId, Timeline>,
    /// Channels that the relay sends in this connection.
    subscribed: IdSet<ChannelId>,
    announcements: announcements::Announcements,
    past: past::Past,
    pins: OnDemand<pins::Pins>,
    inbound: InboundSessions,
    own_sessions: OnDemand<own_sessions::OwnSessions>,
    /// Sessions of which others say that they are from before this member's time.
    refused: IdSet<SessionRef>,
    steps: steps::Steps,
    redactions: OnDemand<redacting::Redactions>,
    emoji: Book,
    clock: relay_clock::RelayClock,
    statuses: OnDemand<status::Statuses>,
    /// Number of what was written last, over all channels.
    outbox_order: u64,
}

impl Channels {
    pub(super) fn timeline(&self, channel: &ChannelId) -> Option<&Timeline> {
        self.timelines.get(channel)
    }

    pub(super) fn timeout(&self, is_open: bool) -> Option<Millis> {
        let announcements = self.announcements.timeout().filter(|_| is_open);
        let redactions = self.redactions.timeout().filter(|_| is_open);
        let past = self.past.timeout().filter(|_| is_open);
        let steps = self.steps.timeout();
        let times = [steps, announcements, redactions, past];
        times.into_iter().flatten().min()
    }

    pub(super) fn handle_timeout(&mut self, cx: &mut Cx<'_>) {
        if cx.is_open() {
            self.announcements.ask(cx);
            self.fetch_past(cx);
        }
        self.steps.end_due(cx.now);
    }

    /// A new connection: what was asked on the one before gets no answer.
    pub(super) fn resume(&mut self, now: Millis) {
        self.announcements.resume(now);
        self.past.resume(now);
    }

    /// The connection is gone.
    pub(super) fn pause(&mut self, cx: &mut Cx<'_>) {
        self.subscribed.clear();
        if let Some(redactions) = self.redactions.seen_mut() {
            redactions.pause();
        }
        self.past.pause();
        self.pause_writing(cx);
        self.pause_history(cx);
    }

    /// The sessions' keys, for the exchange with other devices.
    pub(super) fn key_ring(&mut self) -> KeyRing<'_> {
        KeyRing::new(self)
    }
}
