//! Invites: the one just made, and those that still let people in. Never: keys, or checking a link.

use leptos::prelude::*;

use crate::channels::store::Load;
use crate::ids::{ChannelId, InviteId, UserId};

/// How far the link being made is.
#[derive(Clone, Debug, PartialEq)]
pub enum Making {
    /// Nobody asked.
    Idle,
    /// Being signed and written to the log.
    Working,
    /// Here. The link holds a secret: it is shown, and kept nowhere.
    Made { id: InviteId, link: String },
    /// It did not work, and why, in plain words.
    Failed(String),
}

/// An invite in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Invite {
    pub id: InviteId,
    pub by: String,
    /// When it ends, in milliseconds since 1970; `None` is never.
    pub expires_at: Option<f64>,
    /// How many people it still lets in; `None` is any number.
    pub uses_left: Option<u32>,
    /// Whom it lets back in; it is of no use to anybody else.
    pub readmits: Option<String>,
    /// The voice channel into which it lets guests, and nobody as a member.
    pub guests_in: Option<String>,
}

/// Somebody who was a member, and may be again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    pub id: UserId,
    pub name: String,
}

/// Invites as the dialog sees them. Drivers write every field.
#[derive(Clone, Copy)]
pub struct InviteStore {
    /// The link being made.
    pub making: RwSignal<Making>,
    /// The link for guests that is being made.
    pub for_guests: RwSignal<Making>,
    /// The link that lets somebody back in, and whom.
    pub returning: RwSignal<Option<(UserId, Making)>>,
    /// Former members whom I may let back in, by name.
    pub former: RwSignal<Vec<Former>>,
    /// Those that still let people in, newest first.
    pub open: RwSignal<Vec<Invite>>,
    /// Whether that list is here.
    pub load: RwSignal<Load>,
}

impl InviteStore {
    /// None made, none listed.
    pub fn new() -> Self {
        Self {
            making: RwSignal::new(Making::Idle),
            for_guests: RwSignal::new(Making::Idle),
            returning: RwSignal::new(None),
            former: RwSignal::new(Vec::new()),
            open: RwSignal::new(Vec::new()),
            load: RwSignal::new(Load::Loading),
        }
    }
}

/// What a person does about invites.
#[derive(Clone, Debug, PartialEq)]
pub enum InviteIntent {
    /// Make an invite link.
    MakeInvite {
        /// Seconds until it ends; `None` is never.
        expires_in: Option<u32>,
        /// How many people it lets in; `None` is any number.
        uses: Option<u32>,
    },
    /// Make a link that lets guests into a voice channel.
    MakeGuestInvite {
        channel: ChannelId,
        /// Seconds until it is over.
        lasts: u32,
        /// How many may come.
        guests: u32,
    },
    /// Make a link that lets a member, or a former one, back in with new keys.
    LetBackIn(UserId),
    /// The invite dialog came on the screen: fill `invites.open`.
    ListInvites,
    /// Take an invite back.
    RevokeInvite(InviteId),
}
