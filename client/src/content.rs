//! What stands inside the ciphertext: the plaintext of channel messages and of to-device messages.

use parley_protocol::Millis;
use parley_protocol::entry::Head;
use parley_protocol::ids::{ChannelId, CommunityId, DeviceId, MessageId};
use parley_protocol::keys::Hash;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::call::CallSignal;
use crate::megolm::{HandedKey, SessionRef};
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
    pub(crate) body: MessageBody,
}

/// What was written.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MessageBody {
    Text(String),
    /// Written with a newer version of Parley.
    #[serde(skip_serializing)]
    Unknown,
}

/// By hand, because a message of a kind that is not known yet is still a message.
impl<'de> Deserialize<'de> for MessageBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Kinds)
    }
}

struct Kinds;

impl<'de> Visitor<'de> for Kinds {
    type Value = MessageBody;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the body of a message")
    }

    fn visit_str<E>(self, _: &str) -> Result<MessageBody, E> {
        Ok(MessageBody::Unknown)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MessageBody, A::Error> {
        let mut body = MessageBody::Unknown;
        while let Some(kind) = map.next_key::<String>()? {
            if kind == "text" {
                body = MessageBody::Text(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(body)
    }
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
}

#[cfg(test)]
mod tests {
    use parley_protocol::json;

    use super::*;

    fn kind(text: &str) -> Option<MessageBody> {
        json::read(text).ok()
    }

    #[test]
    fn a_text_is_read_as_it_was_written() {
        let body = MessageBody::Text("hello".to_owned());
        assert_eq!(json::write(&body), r#"{"text":"hello"}"#);
        assert!(kind(r#"{"text":"hello"}"#) == Some(body));
    }

    #[test]
    fn a_kind_that_is_not_known_yet_is_still_a_message() {
        for text in [r#""wave""#, r#"{"poll":{"options":["a",1,null]}}"#, "{}"] {
            assert!(kind(text) == Some(MessageBody::Unknown), "{text}");
        }
    }

    #[test]
    fn what_is_no_body_is_damaged() {
        for text in ["null", "7", "[]", r#"{"text":7}"#, r#"{"text":"a""#] {
            assert!(kind(text).is_none(), "{text}");
        }
    }
}
