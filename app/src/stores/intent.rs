//! Everything a person can do, as one value each. Never: how it is done.
//!
//! Passwords travel in here once, from the form to the driver, and print as dots.

use std::fmt;

use crate::alerts::store::Alert;
use crate::channels::store::ChannelKind;
use crate::ids::{AudioDeviceId, ChannelId, InviteId, ItemId, UserId};

/// Text that must not be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes what was typed.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Gives it to whoever stretches it.
    pub fn into_inner(self) -> String {
        self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(_) = self;
        f.write_str("Secret(…)")
    }
}

/// What a person asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Set-up page: make the community, and be its owner.
    CreateCommunity {
        /// Its name.
        community: String,
        /// The owner's name.
        name: String,
        /// The owner's password.
        password: Secret,
    },
    /// Join page: come in with the invite in the address.
    Join {
        /// The name to have.
        name: String,
        /// The password to have.
        password: Secret,
    },
    /// Sign-in page.
    SignIn {
        /// The name.
        name: String,
        /// The password.
        password: Secret,
    },
    /// Settings, asked once: sign out and forget everything on this device.
    SignOut,
    /// Another tab holds the keys: take them here.
    TakeOver,
    /// Fatal page: start again.
    Reload,
    /// Fatal page: forget what this browser kept, and sign in.
    BeginAnew,
    /// The recovery key was put somewhere safe.
    RecoveryKeyKept,
    /// Banner: do not wait for the next attempt.
    ReconnectNow,
    /// Banner: send what waits for changes to the community, without them.
    WriteAnyway,
    /// An alert was read.
    DismissAlert(Alert),

    /// A channel came on the screen. `timeline.open` is set already.
    OpenChannel(ChannelId),
    /// Everything up to this line was on the screen, in a visible window.
    SeenUpTo {
        /// Where.
        channel: ChannelId,
        /// The newest line seen.
        item: ItemId,
    },
    /// Scrolled to the top and there is more.
    LoadOlder(ChannelId),
    /// The window did not load: ask again.
    ReloadChannel(ChannelId),
    /// Composer: Enter.
    SendMessage {
        /// Where.
        channel: ChannelId,
        /// What was typed, without white space at its ends. Never empty.
        text: String,
    },
    /// A message that was refused: try again.
    RetrySend {
        /// Where.
        channel: ChannelId,
        /// Which.
        item: ItemId,
    },
    /// A message that was refused: take it away. The text goes back into the composer if that is empty.
    DiscardFailed {
        /// Where.
        channel: ChannelId,
        /// Which.
        item: ItemId,
    },
    /// Somebody types; sent with each change, the driver thins it out.
    Typing(ChannelId),

    /// Join a voice channel, leaving the one I am in.
    JoinVoice(ChannelId),
    /// Leave the call.
    LeaveVoice,
    /// Microphone off or on. On also ends being deafened.
    SetMuted(bool),
    /// Hear nobody, or hear again.
    SetDeafened(bool),
    /// Loudness of a person, 0 to 200 percent.
    SetVolume {
        /// Whose.
        user: UserId,
        /// Percent.
        percent: u16,
    },
    /// Choose a microphone; `None` is the system's choice.
    SetInput(Option<AudioDeviceId>),
    /// Choose a loudspeaker; `None` is the system's choice.
    SetOutput(Option<AudioDeviceId>),
    /// The settings or the call panel came on the screen: list devices, and keep levels and figures fresh.
    WatchAudio(bool),
    /// The person clicked, so the browser lets sound through now.
    AllowPlayback,

    /// Make an invite link.
    MakeInvite {
        /// Seconds until it ends; `None` is never.
        expires_in: Option<u32>,
        /// How many people it lets in; `None` is any number.
        uses: Option<u32>,
    },
    /// The invite dialog came on the screen: fill `invites.open`.
    ListInvites,
    /// Take an invite back.
    RevokeInvite(InviteId),
    /// Put text on the clipboard, then say so with `view.notify`.
    Copy {
        /// The text.
        text: String,
        /// What to say when it is there.
        said: &'static str,
    },

    /// Make a channel.
    CreateChannel {
        /// Its name.
        name: String,
        /// Text or voice.
        kind: ChannelKind,
    },
    /// Remove a member. The person was asked.
    RemoveMember(UserId),

    /// Install the page as an app.
    InstallApp,
    /// Reload into the version that waits.
    ApplyUpdate,
}

#[cfg(test)]
mod tests {
    use super::{Intent, Secret};

    #[test]
    fn a_password_is_never_printed() {
        let intent = Intent::SignIn {
            name: "Ada".into(),
            password: Secret::new("correct horse".into()),
        };
        let printed = format!("{intent:?}");
        assert!(printed.contains("Ada"));
        assert!(!printed.contains("horse"), "{printed}");
    }
}
