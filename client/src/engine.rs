//! The engine: one device of one member, without a screen, a socket or a clock. Inputs come in through
//! `handle_*` and what the person does, effects go out through [`Engine::poll_effect`].
//!
//! It is a coordinator of parts. Each part owns its state, which no other can reach. It gets the time, the community
//! log to read and an output with each input (`context`), and leaves what it wants of other parts in the output
//! (`wish`); the engine grants that. Where a part needs an answer at once, the engine lends it a narrow handle, as
//! `channel::KeyRing`.
//!
//! | part | what it owns |
//! |---|---|
//! | `sync` | the connection, the community log, and the watch over it |
//! | `channel` | timelines, Megolm sessions, the outbox |
//! | `to_device` | the Olm account and sessions, messages from device to device |
//! | `keys` | Megolm keys that are wanted, asked for and owed |
//! | `call` | rosters, one's own call |
//! | `people` | presence and typing |
//! | `vault` | the chain of segments that this device writes into the member's vault |
//! | `account_data` | small values that all devices of the member share |
//! | `direct` | conversations of two and of groups, over Olm |
//!
//! A further part, as for files or search, is a folder here, a field in `parts`, and
//! one line for each of its inputs in `frames`, `delivery` or `intents`.
//!
//! | file | what the coordinator does there |
//! |---|---|
//! | `parts` | the parts side by side, and what one lends another |
//! | `routing` | grants wishes until there are none |
//! | `frames`, `responses` | lead what the relay sends to the part that it is for |
//! | `delivery` | the same with messages of other devices |
//! | `intents` | the same with what the person does |
//! | `archive` | leads what a restored vault holds to the parts that want it |
//! | `linking` | what a device that is linked to this one gets |
//! | `past` | how much of the channels' past is kept |
//! | `presence` | what others are told of this member |
//! | `verified` | who is verified, by the account data |
//! | `restore`, `damage` | a start from the store, and without what it lost |

mod account_data;
mod archive;
mod call;
mod channel;
mod context;
mod damage;
mod delivery;
mod direct;
mod frames;
mod intents;
mod keys;
mod linking;
mod output;
mod parts;
mod past;
mod people;
mod presence;
mod responses;
mod restore;
mod restore_error;
mod routing;
mod sync;
mod to_device;
mod vault;
mod verified;
mod wish;

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::entry::{GuestTerms, VaultChain};
use parley_protocol::frame::PresenceState;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};
use parley_protocol::keys::Hash;
use parley_protocol::map::IdSet;
use parley_protocol::voice::Roster;

pub use account_data::SetDataError;
pub use channel::{
    Draft, EmojiError, PastProgress, RedactError, RelationError, SendError, StatusError,
    WaitingEmoji, board,
};
pub use direct::stored_copy;
pub(crate) use direct::stored_item;
pub use linking::LinkingKeys;
pub use presence::Habit;
pub use restore_error::RestoreError;
pub use sync::{AppendError, ConnectionState, LogHold};
pub use vault::{VaultState, VaultTrouble};
pub use verified::Trust;

use crate::alert::Noted;
use crate::call::{Call, Rights};
use crate::custom_emoji::CustomEmoji;
use crate::effect::Effect;
use crate::rng::Rng;
use crate::store::Record;
use crate::timeline::Timeline;
use crate::timeline::status::Status;
use context::Cx;
use parts::Parts;
use sync::SyncState;
use wish::Wish;

/// A whole Parley client for one device.
pub struct Engine {
    sync: SyncState,
    parts: Parts,
    output: output::Output,
    rng: Rng,
    /// There from the first frame on.
    online: Option<Online>,
}

/// What the parts do only once there was a connection. Named by the reading of frames alone: a program that is loaded
/// in parts needs all of it only with that. What is wished for before waits.
#[derive(Clone, Copy)]
struct Online {
    grant: fn(&mut Engine, Wish, Millis),
    pump: fn(&mut Parts, &mut Cx<'_>),
    timeout: fn(&Parts, bool) -> Option<Millis>,
    handle_timeout: fn(&mut Parts, &mut Cx<'_>),
    take_found: fn(&mut Parts, &[Record], &mut Cx<'_>),
}

impl Engine {
    /// The next thing to do. Call until `None` after every input.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.output.poll()
    }

    /// When [`Engine::handle_timeout`] wants to be called next.
    pub fn poll_timeout(&self) -> Option<Millis> {
        let is_open = self.sync.is_open();
        let parts = self
            .online
            .and_then(|online| (online.timeout)(&self.parts, is_open));
        let expiry = self.parts.channels.next_expiry();
        let status = self.parts.channels.next_status_end();
        let times = [self.sync.timeout(), parts, expiry, status];
        times.into_iter().flatten().min()
    }

    /// Time has come to what [`Engine::poll_timeout`] said. Harmless earlier.
    pub fn handle_timeout(&mut self, now: Millis) {
        self.with_sync(now, SyncState::handle_timeout);
        self.route(now);
        if let Some(online) = self.online {
            self.with(now, online.handle_timeout);
        }
        self.with(now, |parts, cx| {
            parts.channels.drop_expired(cx);
            parts.channels.end_statuses(cx);
        });
        self.finish(now);
    }

    /// What this device may do if it is a guest's, also after its time. `None`: it is a member's.
    pub fn own_guest_terms(&self) -> Option<GuestTerms> {
        let me = self.sync.me().user;
        let guest = self.community().guest(&me)?;
        self.community().invites().get(&guest.invite)?.guest
    }

    /// Who this is.
    pub fn me(&self) -> (UserId, DeviceId) {
        let me = self.sync.me();
        (me.user, me.device)
    }

    /// The community as the log makes it.
    pub fn community(&self) -> &Community {
        self.sync.community()
    }

    /// The hash of the genesis entry, which an invite link carries.
    pub fn genesis(&self) -> Hash {
        self.community()
            .hash_at(1)
            .unwrap_or(Hash::from_bytes([0; 32]))
    }

    /// How the connection is.
    pub fn connection(&self) -> &ConnectionState {
        self.sync.connection()
    }

    /// Warnings, oldest first.
    pub fn alerts(&self) -> &[Noted] {
        self.sync.watch().alerts()
    }

    /// Why nothing is sent although there is a connection. `None`: nothing is held back.
    pub fn log_hold(&self) -> Option<LogHold> {
        self.sync.watch().hold()
    }

    /// The text channels that this member may read now.
    pub fn readable_channels(&self) -> impl Iterator<Item = ChannelId> {
        let me = self.sync.me();
        channel::readable_channels(self.community(), me.user)
    }

    /// The messages of a channel or a conversation. `None` for a channel of which nothing is known yet.
    pub fn timeline(&self, channel: &ChannelId) -> Option<&Timeline> {
        let direct = self.parts.direct.look();
        let direct = direct.and_then(|it| it.timeline(channel));
        direct.or_else(|| self.parts.channels.timeline(channel))
    }

    /// The community's emoji that stand, by name.
    pub fn custom_emoji(&self) -> impl Iterator<Item = CustomEmoji<'_>> {
        self.parts.channels.custom_emoji(self.community())
    }

    /// What this device changed about them and what does not stand yet.
    pub fn waiting_emoji(&self) -> impl Iterator<Item = WaitingEmoji<'_>> {
        self.parts.channels.waiting_emoji()
    }

    /// How the vault is, as this device writes it.
    pub fn vault_state(&mut self) -> VaultState {
        let user = self.sync.me().user;
        let member = self.sync.community().active_member(&user);
        let exists = member.is_some_and(|member| member.vault.is_some());
        let direct = self.parts.direct.look();
        let direct = direct.map_or(0, direct::Conversations::lacking_vault);
        let waiting = self.parts.channels.key_ring().lacking_vault() + direct;
        self.parts.vault.state(waiting, exists)
    }

    /// How far the chains of the own devices are in the vault, as they told: what a restored vault must have.
    pub fn vault_chains(&self) -> Vec<VaultChain> {
        self.parts.vault.heads()
    }

    /// A value that all devices of the member share.
    pub fn account_data(&self, name: &str) -> Option<&str> {
        self.parts.account_data.get(name)
    }

    /// All such values whose name begins so.
    pub fn account_data_beginning_with<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.parts.account_data.beginning_with(prefix)
    }

    /// How many one-time keys of this device the relay holds for others, as it said last. `None`: it has not.
    pub fn one_time_keys(&self) -> Option<u32> {
        self.parts.to_device.one_time_keys()
    }

    /// Members with a connected device. `None` while that is not known.
    pub fn online(&self) -> Option<&IdSet<UserId>> {
        self.parts.people.online()
    }

    /// How a member is here. `None`: not, or that is not known.
    pub fn presence_of(&self, user: &UserId) -> Option<PresenceState> {
        self.parts.people.state_of(user)
    }

    /// What a member says of themselves at that time.
    pub fn status(&self, user: &UserId, now: Millis) -> Option<&Status> {
        let me = self.sync.me().user;
        let channels = &self.parts.channels;
        channels.status(user, &me, self.community(), now)
    }

    /// Who is typing in a channel right now.
    pub fn typists(&self, channel: &ChannelId) -> Vec<UserId> {
        self.parts.people.typists(channel)
    }

    /// Whether the person has verified a member.
    pub fn trust(&self, user: &UserId) -> Trust {
        verified::trust(self, user)
    }

    /// Who is in each voice channel, as far as the log knows them.
    pub fn rosters(&self) -> impl Iterator<Item = &Roster> {
        self.parts.voice.rosters()
    }

    /// The other devices that are in this one's call. Stays as it is while a relay that was started anew is told who is
    /// there.
    pub fn company(&self) -> Vec<DeviceId> {
        self.parts.voice.company(self.sync.me().device)
    }

    /// The channel that this device is in or entering.
    pub fn voice_channel(&self) -> Option<ChannelId> {
        self.parts.voice.channel()
    }

    /// What this device does with sound in its call: whether it may speak, whom it plays, who hears it.
    pub fn call_rights(&self) -> Option<Rights> {
        self.parts.voice.rights(self.community(), self.me())
    }

    /// The call, once the relay let this device in.
    pub fn call(&self) -> Option<&Call> {
        self.parts.voice.call()
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("device", &self.sync.me().device)
            .field("head", &self.community().head().seq)
            .field("connection", self.connection())
            .finish_non_exhaustive()
    }
}
