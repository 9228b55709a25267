//! Which page a person is on, and how far a form they sent has come.
//! Never: what is said or who is there.
//!
//! Drivers write every field. The pages read them, and show the words for each value.

use std::fmt;

use leptos::prelude::*;

use crate::ids::ChannelId;

/// Where somebody stands between opening the page and talking.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The page has just opened: storage and relay are being asked.
    Loading,
    /// The relay has no community yet, and this address has no set-up token.
    NoCommunity,
    /// The address has a set-up token: the form that makes the community.
    SetUp,
    /// The address is an invite link: the form that joins. The name is known once the log was read.
    Join {
        /// The community that the invite leads to.
        community: Option<String>,
        /// Who made the invite, if the log says.
        inviter: Option<String>,
        /// The link lets only this member in, who lost all keys: the name stays.
        readmits: Option<String>,
    },
    /// The link cannot be used; a new one is needed.
    LinkRefused(LinkProblem),
    /// A known community, and nobody signed in on this device.
    SignIn {
        /// The community's name, if this browser remembers it.
        community: Option<String>,
        /// The name last used here, if this browser remembers it.
        name: Option<String>,
        /// Why somebody who was signed in here has to sign in again.
        lost: Option<Lost>,
    },
    /// A provider vouches for somebody new: the form that joins, with a name only.
    JoinByProvider {
        /// The community's name, once the log was read.
        community: Option<String>,
        /// What the provider calls the person.
        name: String,
    },
    /// Somebody new has to keep their recovery key before they join.
    KeepKey {
        /// The key, in groups.
        key: Secret,
    },
    /// Signed in by a way that does not open the vault: what can open it.
    OpenVault {
        community: Option<String>,
        /// One of the member's passkeys can.
        passkey: bool,
        /// The recovery key can.
        recovery: bool,
        /// This device has its keys, and only misses what came meanwhile: it can go on without.
        is_back: bool,
    },
    /// The password was right: a code of the second step is asked for.
    SecondFactor { community: Option<String> },
    /// Somebody forgot their password: the recovery key, and a new password.
    Recover {
        community: Option<String>,
        /// What was typed as a name before.
        name: String,
    },
    /// This browser becomes a device by a code that another one shows.
    Link {
        community: Option<String>,
        /// The code, if it came with the address.
        code: Option<Secret>,
    },
    /// Somebody is a guest, or about to be one.
    Guest(GuestPage),
    /// Another tab holds this device's keys.
    OtherTab,
    /// The conversation.
    Ready,
    /// Something is wrong that the page cannot get over by itself.
    Fatal {
        /// What happened and what to do, in plain words.
        text: String,
        /// Technical detail, shown on request.
        detail: String,
        way_on: WayOn,
    },
}

impl Phase {
    /// The code by which this browser becomes a device, if it came with the address.
    pub fn link_code(&self) -> Option<Secret> {
        if let Self::Link { code, .. } = self {
            return code.clone();
        }
        None
    }

    /// The community that a form is for, once its name is known.
    pub fn community(&self) -> Option<String> {
        match self {
            Self::Join { community, .. }
            | Self::SignIn { community, .. }
            | Self::JoinByProvider { community, .. }
            | Self::SecondFactor { community }
            | Self::Recover { community, .. }
            | Self::Link { community, .. }
            | Self::OpenVault { community, .. } => community.clone(),
            Self::Loading
            | Self::NoCommunity
            | Self::SetUp
            | Self::LinkRefused(_)
            | Self::KeepKey { .. }
            | Self::Guest(_)
            | Self::OtherTab
            | Self::Ready
            | Self::Fatal { .. } => None,
        }
    }
}

/// What a guest sees.
#[derive(Clone, Debug, PartialEq)]
pub enum GuestPage {
    /// The link was good: the form that asks for a name.
    Form(Visit),
    /// The call.
    Call(Visit),
    /// The time is over, or the link was taken back.
    Over,
}

/// What a guest's link leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    pub community: String,
    /// The voice channel.
    pub channel: ChannelId,
    /// What it is called.
    pub place: String,
    /// When it is over, in milliseconds since 1970.
    pub until: f64,
}

/// How somebody can sign in beside the password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherWays {
    /// The browser can use passkeys here.
    pub passkey: bool,
    /// The identity providers of the relay.
    pub providers: Vec<Provider>,
}

/// An identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// What leads on from where the page cannot go on by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayOn {
    /// Loading the page again.
    Reload,
    /// Forgetting what this browser kept, and signing in.
    Anew,
}

/// Why a browser that had keys has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The browser, or somebody, cleared what it kept.
    Cleared,
    /// It was damaged, and the person began anew.
    Damaged,
}

/// Why a set-up or invite link cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkProblem {
    /// Part of the link is missing or changed.
    Incomplete,
    /// Its time is over.
    Expired,
    /// As many people as it was made for have used it.
    UsedUp,
    /// Somebody took it back.
    Revoked,
    /// It belongs to a community that is not at this address.
    OtherCommunity,
    /// A set-up link that was used already.
    AlreadySetUp,
}

/// What is being done while a form waits. In the order a person sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The rest of the program is on its way.
    LoadingProgram,
    /// The invite is being compared with the log.
    CheckingLink,
    /// The device's keys are being made.
    MakingKeys,
    /// The browser asks the person for their passkey.
    AskingPasskey,
    /// The page leads to an identity provider, or comes back from it.
    AskingProvider,
    /// Argon2id runs. The slow one: about a second.
    StretchingPassword,
    /// The relay is being asked.
    AskingRelay,
    /// The vault is being opened on a new device.
    OpeningVault,
    /// The first load of log and messages.
    FetchingMessages,
}

/// The form field a problem belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Community name (set-up).
    Community,
    Name,
    Password,
    RecoveryKey,
    /// Of the second step.
    Code,
}

/// Why a form was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormProblem {
    /// Somebody in this community has that name.
    NameTaken,
    /// Name too long, empty, or with signs that are not allowed.
    NameNotAllowed,
    /// The community's name was refused.
    CommunityNameNotAllowed,
    /// Sign in: the relay does not know this pair.
    WrongNameOrPassword,
    /// Recovery: the relay does not know this pair.
    WrongNameOrRecoveryKey,
    /// What was typed is no recovery key.
    NotARecoveryKey,
    /// Second step: the code is wrong, or was used.
    WrongCode,
    /// The link was fine when the page opened and is not any more.
    Link(LinkProblem),
    /// Too many tries from here.
    TooManyTries {
        /// Seconds until the next one is let in.
        wait_seconds: u32,
    },
    /// The relay did not answer. Nothing was lost.
    RelayUnreachable,
    /// The relay has a newer page, and this one cannot load the rest of itself.
    Outdated,
    /// The relay said it has no room left.
    RelayFull,
    /// Anything else: words for the person, detail for whoever helps them.
    Other {
        /// What happened and what to do, in plain words.
        text: String,
        /// Technical detail, shown on request.
        detail: String,
    },
}

/// The session as the pages see it.
#[derive(Clone, Copy)]
pub struct SessionStore {
    /// Which page is shown.
    pub phase: RwSignal<Phase>,
    /// `Some` while a form that was sent is being worked on.
    pub step: RwSignal<Option<Step>>,
    /// How somebody can sign in beside the password.
    pub ways: RwSignal<OtherWays>,
    /// Why the last form was refused. The page clears it when somebody types.
    pub problem: RwSignal<Option<FormProblem>>,
    /// The browser offers to install the page as an app.
    pub installable: RwSignal<bool>,
    /// A newer version of the page is loaded and waits for a reload.
    pub update_ready: RwSignal<bool>,
}

impl SessionStore {
    /// A page that has just opened.
    pub fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::Loading),
            step: RwSignal::new(None),
            ways: RwSignal::new(OtherWays::default()),
            problem: RwSignal::new(None),
            installable: RwSignal::new(false),
            update_ready: RwSignal::new(false),
        }
    }
}

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

/// What somebody without a device here can do.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionIntent {
    /// Set-up page: make the community, and be its owner.
    CreateCommunity {
        community: String,
        name: String,
        password: Secret,
    },
    /// Join page: come in with the invite in the address.
    Join {
        /// The name to have.
        name: String,
        /// The password to have.
        password: Secret,
    },
    /// Guest page: come in with the invite in the address, by a name only.
    JoinAsGuest { name: String },
    /// Sign-in page.
    SignIn { name: String, password: Secret },
    /// Second step.
    EnterCode { code: Secret },
    /// Sign-in page: the password is forgotten.
    Forgot { name: String },
    /// Sign-in page: by a code that another device shows.
    UseOtherDevice,
    /// Back to name and password.
    StartOver,
    /// With the recovery key; the password is the new one.
    Recover {
        name: String,
        key: Secret,
        password: Secret,
    },
    /// The sign-in page is shown to somebody whose device is here: what else they can sign in with.
    LookForWays,
    /// Sign-in page: with a passkey.
    SignInWithPasskey,
    /// Sign-in page: at this provider.
    SignInAt(String),
    /// A provider sent the page back here, with the relay's ticket.
    CameBack { ticket: Secret },
    /// Join page of somebody for whom a provider vouches.
    JoinByProvider { name: String },
    /// They put their recovery key somewhere safe.
    KeyKept,
    /// Open the vault with a passkey.
    OpenWithPasskey,
    /// Open the vault with the recovery key.
    OpenWithRecoveryKey { key: Secret },
    /// A device that is back does without what came meanwhile.
    OpenLater,
}

#[cfg(test)]
mod tests {
    use super::{Secret, SessionIntent};

    #[test]
    fn a_password_is_never_printed() {
        let intent = SessionIntent::SignIn {
            name: "Ada".into(),
            password: Secret::new("correct horse".into()),
        };
        let printed = format!("{intent:?}");
        assert!(printed.contains("Ada"));
        assert!(!printed.contains("horse"), "{printed}");
    }
}
