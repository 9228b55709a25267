//! What the pages of the administration show. Drivers write all of it; the page that is looked at is the dialog's own.

mod audit;
mod report;

pub use audit::{Deed, DeedKind};
pub use report::{
    Finding, Largest, MemberRow, Members, Overview, SessionRow, Sessions, Storage, Traffic, Verdict,
};

use leptos::prelude::*;

use crate::ids::{DeviceId, UserId};

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// How the relay is, and whether the world reaches it.
    Overview,
    Members,
    Invites,
    /// Who is signed in.
    Sessions,
    Storage,
    /// Connections and calls.
    Traffic,
    /// Who did what when.
    Audit,
}

impl Page {
    /// In the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Overview,
        Self::Members,
        Self::Invites,
        Self::Sessions,
        Self::Storage,
        Self::Traffic,
        Self::Audit,
    ];
}

/// Something that comes from the relay.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Part<T> {
    /// Asked for.
    #[default]
    Loading,
    Here(T),
    /// Not to be had; the words say why and what to do.
    Failed(String),
}

/// Everything that is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    pub overview: Part<Overview>,
    /// Whether the world reaches the relay, as the relay sees it.
    pub findings: Part<Vec<Finding>>,
    /// The same, as this browser sees it.
    pub witnessed: Part<Vec<Finding>>,
    pub members: Part<Members>,
    pub sessions: Part<Sessions>,
    pub storage: Part<Storage>,
    pub traffic: Part<Traffic>,
    /// Newest first.
    pub deeds: Part<Vec<Deed>>,
}

/// One signal for all of it: nearly nobody has these pages, and everybody has the store.
#[derive(Clone, Copy)]
pub struct AdminStore {
    pub shown: RwSignal<Shown>,
}

impl AdminStore {
    /// Nothing is asked for yet.
    pub fn new() -> Self {
        Self {
            shown: RwSignal::new(Shown::default()),
        }
    }
}

/// What the pages ask of the driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdminIntent {
    /// A page was opened, or is to be asked for again: its part is loaded anew.
    Look(Page),
    /// Members whose name has this in it.
    FindMembers(String),
    MoreMembers,
    MoreSessions,
    /// Sign somebody's device out; without one, what they opened and never made a device of.
    EndSession {
        user: UserId,
        device: Option<DeviceId>,
        /// What to call it afterwards.
        name: String,
    },
}
