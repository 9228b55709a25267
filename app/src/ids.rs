//! The names of things on the screen: one newtype per kind, so that a channel is never taken for a person.
//! They are opaque here. Drivers make them from protocol ids and read them back; nothing in the view parses one.

use std::fmt;
use std::sync::Arc;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The text the id was made from.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(Arc::from(text))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(Arc::from(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

id!(
    /// A text or voice channel.
    ChannelId
);
id!(
    /// A person.
    UserId
);
id!(
    /// A name for some of the members, and what they may do.
    RoleId
);
id!(
    /// One browser of a person.
    DeviceId
);
id!(
    /// One line of a timeline: a message, a gap, or something that happened.
    ItemId
);
id!(
    /// An invite link that was made.
    InviteId
);
id!(
    /// A microphone or a loudspeaker, as the browser names it.
    AudioDeviceId
);
id!(
    /// A camera, as the browser names it.
    CameraId
);
