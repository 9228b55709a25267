//! The members on the screen. Never: permissions being decided, which is the reducer's in `protocol`.

use leptos::prelude::*;
use litemap::LiteMap;

use crate::ids::UserId;

/// How a person is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Presence {
    Online,
    /// Connected, but nobody sits in front of it.
    Away,
    DoNotDisturb,
    Offline,
    /// Only of oneself: others see that one is not here.
    Hidden,
    /// The relay cannot be asked at the moment.
    Unknown,
}

/// What somebody says of themselves. The emoji or the text may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Status {
    pub emoji: String,
    pub text: String,
    /// Until when, in words.
    pub ends: Option<String>,
}

/// When a status ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    Never,
    /// As the one that is there.
    AsBefore,
    InMinutes(u64),
    /// With the day.
    Today,
}

impl Ends {
    /// Those that one can choose.
    pub const ALL: [Self; 6] = [
        Self::Never,
        Self::InMinutes(30),
        Self::InMinutes(60),
        Self::InMinutes(4 * 60),
        Self::Today,
        Self::InMinutes(7 * 24 * 60),
    ];

    /// In words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Never => "Never",
            Self::AsBefore => "As before",
            Self::InMinutes(30) => "In 30 minutes",
            Self::InMinutes(60) => "In 1 hour",
            Self::InMinutes(240) => "In 4 hours",
            Self::InMinutes(_) => "In 7 days",
            Self::Today => "Tonight at midnight",
        }
    }
}

/// One person in the member list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    pub id: UserId,
    /// The name they chose.
    pub name: String,
    /// Names of their roles, most powerful first. Empty for a plain member.
    pub roles: Vec<String>,
    /// They made the community.
    pub owner: bool,
    pub presence: Presence,
    /// What they say of themselves.
    pub status: Option<Status>,
    /// I may remove them.
    pub removable: bool,
    /// I may let them back in with new keys.
    pub readmittable: bool,
}

#[cfg(test)]
impl Member {
    /// One of whom a test needs no more than the name. They are here.
    pub fn named(name: &str) -> Self {
        Self {
            id: name.into(),
            name: name.into(),
            roles: Vec::new(),
            owner: false,
            presence: Presence::Online,
            status: None,
            removable: false,
            readmittable: false,
        }
    }
}

/// The members as the people column sees them. Drivers write every field.
#[derive(Clone, Copy)]
pub struct PeopleStore {
    /// All members, in no particular order; the column sorts.
    pub members: RwSignal<Vec<Member>>,
    /// Who has which name, by the folded name.
    pub by_name: RwSignal<LiteMap<String, UserId>>,
    /// How I am here.
    pub own: RwSignal<Own>,
}

/// How I am here, and what others hear of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in the settings"
)]
pub struct Own {
    /// As others see it.
    pub presence: Presence,
    /// What I chose: online, away or not to be disturbed.
    pub chosen: Presence,
    /// What I say of myself.
    pub status: Option<Status>,
    /// Others see that I am typing.
    pub shows_typing: bool,
    /// Others see whether I am here.
    pub shows_presence: bool,
    /// I am away when I have not done anything for a while.
    pub goes_away: bool,
    /// Whoever writes to me directly is told that it arrived.
    pub sends_receipts: bool,
}

impl PeopleStore {
    /// Nobody known yet.
    pub fn new() -> Self {
        Self {
            members: RwSignal::new(Vec::new()),
            by_name: RwSignal::new(LiteMap::new()),
            own: RwSignal::new(Own {
                presence: Presence::Unknown,
                chosen: Presence::Online,
                status: None,
                shows_typing: true,
                shows_presence: true,
                goes_away: true,
                sends_receipts: true,
            }),
        }
    }

    /// Whether anything may sound, come up by itself or ask for a look. Everything that would asks here first.
    pub fn may_disturb(&self) -> bool {
        self.own.with(|own| own.chosen != Presence::DoNotDisturb)
    }
}

/// What a person does about members.
#[derive(Clone, Debug, PartialEq)]
pub enum PeopleIntent {
    /// Remove a member. The person was asked.
    RemoveMember(UserId),
    /// Be online, away or not to be disturbed, on all my devices.
    Choose(Presence),
    /// Say something of myself; nothing takes it back.
    SetStatus {
        emoji: String,
        text: String,
        ends: Ends,
    },
    /// The same as it was typed in one piece, an emoji first if there is one.
    TypeStatus(String),
    /// Take another name here; nothing is the one that I sign in with.
    Rename(String),
    /// Switch on or off what my devices do by themselves.
    SetHabit(Habit, bool),
}

/// What my devices do by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    ShowTyping,
    ShowPresence,
    GoAway,
    SendReceipts,
}
