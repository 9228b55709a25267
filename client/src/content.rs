//! What stands inside the ciphertext: the plaintext of channel messages and of to-device messages.

#[cfg(any(test, fuzzing))]
#[cfg_attr(
    not(fuzzing),
    expect(unreachable_pub, reason = "only the fuzzer is outside")
)]
pub mod any_channel;
mod body;
pub(crate) mod direct;

use parley_protocol::Millis;
use parley_protocol::entry::Head;
use parley_protocol::ids::{ChannelId, CommunityId, DeviceId, MessageId};
use parley_protocol::keys::Hash;
use serde::{Deserialize, Serialize};

use crate::call::CallSignal;
use crate::megolm::{HandedKey, SessionRef};
use crate::timeline::Body;
use crate::vault::NamedValue;
use crate::verification::VerificationMessage;

/// The plaintext of a channel message. Names community and channel, so that a relay cannot move it to another.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MessageContent {
    pub(crate) community: CommunityId,
    pub(crate) channel: ChannelId,
    /// The author's device, so that nobody can pass it on as their own.
    pub(crate) from: DeviceId,
    pub(crate) id: MessageId,
    /// The author's clock.
    pub(crate) at: Millis,
    /// The newest head of the community log that the author had seen.
    pub(crate) head: Head,
    #[serde(with = "body")]
    pub(crate) body: Body,
}

/// The plaintext of a to-device message. Names both ends, so that neither can pass it on as meant for somebody else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ToDeviceContent {
    pub(crate) community: CommunityId,
    pub(crate) from: DeviceId,
    pub(crate) to: DeviceId,
    pub(crate) body: ToDeviceBody,
}

/// What one device tells another.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ToDeviceBody {
    /// A Megolm session's key, from its first readable message on. Asked for or not.
    SessionKey {
        session: SessionRef,
        handed: HandedKey,
    },
    /// "I cannot read these sessions."
    KeyRequest {
        sessions: Vec<SessionRef>,
        /// How far the asker's log is: who is behind waits with the answer.
        head: u64,
    },
    /// "You may not read what I know of these sessions."
    KeyRefused { sessions: Vec<SessionRef> },
    /// "I have no key of these sessions."
    KeyUnknown { sessions: Vec<SessionRef> },
    /// "The relay gave out something of yours that your announcement of this session says it refused."
    RefusedButDelivered { session: SessionRef },
    /// Setting up or changing a call.
    Call { signal: CallSignal },
    /// Finding out whether two members see each other's true identities.
    Verification { message: VerificationMessage },
    /// Starts a session anew after one that broke.
    Nudge,
    /// Values that all devices of the member share, to an own device.
    AccountData { values: Vec<NamedValue> },
    /// How far the chain of the sender is in the vault, to an own device.
    VaultHead { counter: u64, hash: Hash },
    /// About a direct conversation: a [`direct::DirectBody`] as text, so that what reads it need not be there at first.
    Direct { content: String },
}
