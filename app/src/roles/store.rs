//! The roles on the screen. Never: permissions being decided, which is the reducer's in `protocol`.

use leptos::prelude::*;
use parley_protocol::names::fold;

use crate::ids::{RoleId, UserId};

/// The name that means all members.
pub const EVERYONE: &str = "everyone";

/// Something that a role lets people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    Write,
    Speak,
    Invite,
    ManageChannels,
    ManageRoles,
    RemoveMembers,
    Moderate,
    ModerateCalls,
}

impl Right {
    /// In the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::Write,
        Self::Speak,
        Self::Invite,
        Self::Moderate,
        Self::ModerateCalls,
        Self::ManageChannels,
        Self::ManageRoles,
        Self::RemoveMembers,
    ];
}

/// A name for some of the members.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    pub rights: Vec<Right>,
    /// Who has it.
    pub holders: Vec<UserId>,
    /// I may change it, give it and take it.
    pub changeable: bool,
}

/// Drivers write every field.
#[derive(Clone, Copy)]
pub struct RoleStore {
    /// By name.
    pub all: RwSignal<Vec<Role>>,
    /// What I may do, and so what a role of mine can let others do.
    pub mine: RwSignal<Vec<Right>>,
    /// How many changes the community refused.
    pub refused: RwSignal<u32>,
}

impl RoleStore {
    /// None known yet.
    pub fn new() -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
            mine: RwSignal::new(Vec::new()),
            refused: RwSignal::new(0),
        }
    }

    /// Their names, to call those who have one.
    pub fn names(&self) -> Vec<String> {
        self.all.with(|all| {
            let names = all.iter().map(|role| &role.name);
            names.filter(|it| fold(it) != EVERYONE).cloned().collect()
        })
    }

    /// Whether I have a role of that folded name. `None`: there is none.
    pub fn is_mine(&self, name: &str, me: Option<&UserId>) -> Option<bool> {
        self.all.with(|all| {
            let mut found = None;
            for role in all.iter().filter(|role| fold(&role.name) == name) {
                let is_mine = me.is_some_and(|me| role.holders.contains(me));
                found = Some(is_mine || found.unwrap_or(false));
            }
            found
        })
    }
}

/// What a person does about roles.
#[derive(Clone, Debug, PartialEq)]
pub enum RoleIntent {
    /// Make a role, or give the one of that id another name and other rights.
    Define {
        role: Option<RoleId>,
        name: String,
        rights: Vec<Right>,
    },
    /// Give it to somebody, or take it from them.
    Give {
        role: RoleId,
        user: UserId,
        on: bool,
    },
}
