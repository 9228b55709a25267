//! What the log says about calls: orders of those who moderate them, and the rules of voice channels. Plain data; the
//! rules are in [`crate::community`].

use serde::{Deserialize, Serialize};

use crate::ids::{CallSessionId, ChannelId, DeviceId, UserId};

/// An order about calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOrder {
    /// What a member may do in all calls, until another order says otherwise.
    Restrict {
        /// The member.
        user: UserId,
        /// Nobody hears them.
        muted: bool,
        /// They hear nobody. Implies that nobody hears them, too.
        deafened: bool,
    },
    /// A member may speak on a stage, or only listens again.
    Speaker {
        /// The voice channel.
        channel: ChannelId,
        /// The member.
        user: UserId,
        /// Whether they may speak.
        speaks: bool,
    },
    /// A stay in a call ends. The device may begin another one.
    End {
        /// The device whose stay it is.
        device: DeviceId,
        /// The stay, as the roster names it.
        stay: CallSessionId,
        /// The voice channel in which the device is to go on. `None`: in none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<ChannelId>,
    },
    /// The rules of a voice channel are replaced.
    Rules {
        /// The voice channel.
        channel: ChannelId,
        /// The complete new rules.
        rules: CallRules,
    },
}

/// The rules of a voice channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallRules {
    /// Most people at the same time, 1 to [`crate::limits::MAX_CALL_LIMIT`]. Those who moderate calls come in all the
    /// same. `None`: as many as calls can have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Only those may speak who were let, and those who moderate calls.
    #[serde(default, skip_serializing_if = "is_off")]
    pub stage: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_off(value: &bool) -> bool {
    !*value
}
