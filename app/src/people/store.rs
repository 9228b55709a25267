//! The members on the screen. Never: permissions being decided, which is the reducer's in `protocol`.

use leptos::prelude::*;
use litemap::LiteMap;

use crate::ids::UserId;

/// Whether a person's browser is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Presence {
    Online,
    Offline,
    /// The relay cannot be asked at the moment.
    Unknown,
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
    /// I may remove them.
    pub removable: bool,
    /// I may let them back in with new keys.
    pub readmittable: bool,
}

/// The members as the people column sees them. Drivers write every field.
#[derive(Clone, Copy)]
pub struct PeopleStore {
    /// All members, in no particular order; the column sorts.
    pub members: RwSignal<Vec<Member>>,
    /// Who has which name, by the folded name.
    pub by_name: RwSignal<LiteMap<String, UserId>>,
}

impl PeopleStore {
    /// Nobody known yet.
    pub fn new() -> Self {
        Self {
            members: RwSignal::new(Vec::new()),
            by_name: RwSignal::new(LiteMap::new()),
        }
    }
}

/// What a person does about members.
#[derive(Clone, Debug, PartialEq)]
pub enum PeopleIntent {
    /// Remove a member. The person was asked.
    RemoveMember(UserId),
}
