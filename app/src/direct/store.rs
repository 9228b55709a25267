//! The conversations as the screen knows them. Drivers write all of it.

use leptos::prelude::*;

use crate::ids::{ChannelId, UserId};

/// Whether I want a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    Accepted,
    /// Somebody wrote for the first time.
    Request,
    Ignored,
    Blocked,
}

/// Somebody in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Person {
    pub id: UserId,
    pub name: String,
}

/// One conversation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Conversation {
    pub id: ChannelId,
    /// The other's name, the group's, or those in it.
    pub name: String,
    /// The group's own name; empty if it has none.
    pub own_name: String,
    /// Without me.
    pub others: Vec<Person>,
    pub is_group: bool,
    pub standing: Standing,
    /// Who brought me into the group.
    pub invited_by: Option<String>,
    pub has_left: bool,
    /// I can write there: somebody is there.
    pub writable: bool,
    pub unread: usize,
}

/// A call that rings here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Incoming {
    pub room: ChannelId,
    pub conversation: ChannelId,
    pub by: UserId,
    pub name: String,
    /// The group's name, if a group is called.
    pub group: Option<String>,
}

/// The direct call that I make, or am in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyRing {
    pub room: ChannelId,
    pub conversation: ChannelId,
    /// The conversation's.
    pub name: String,
    pub state: RingState,
}

/// How far my direct call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RingState {
    Calling,
    /// At one of their devices.
    Rings,
    /// They are on their way.
    Taken,
    Talking,
}

/// Direct calls.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ringing {
    pub incoming: Vec<Incoming>,
    pub mine: Option<MyRing>,
}

/// All conversations.
#[derive(Clone, Copy)]
pub struct DirectStore {
    /// The one with the newest message first.
    pub conversations: RwSignal<Vec<Conversation>>,
    /// Who calls, and whom I call.
    pub ringing: RwSignal<Ringing>,
    /// Members of whom I want nothing.
    pub blocked: RwSignal<Vec<UserId>>,
}

impl DirectStore {
    /// None yet.
    pub fn new() -> Self {
        Self {
            conversations: RwSignal::new(Vec::new()),
            ringing: RwSignal::new(Ringing::default()),
            blocked: RwSignal::new(Vec::new()),
        }
    }

    /// The conversation of that id.
    pub fn conversation(&self, id: &ChannelId) -> Option<Conversation> {
        self.conversations
            .with(|all| all.iter().find(|it| it.id == *id).cloned())
    }

    /// The same without looking again when it changes.
    pub fn conversation_untracked(&self, id: &ChannelId) -> Option<Conversation> {
        self.conversations
            .with_untracked(|all| all.iter().find(|it| it.id == *id).cloned())
    }

    /// The direct call of that room, if it is mine.
    pub fn my_ring(&self, room: &ChannelId) -> Option<MyRing> {
        self.ringing.with(|ringing| {
            let mine = ringing.mine.as_ref();
            mine.filter(|it| it.room == *room).cloned()
        })
    }

    /// Those of one standing.
    pub fn of_standing(&self, standing: Standing) -> Vec<Conversation> {
        self.conversations.with(|all| {
            let found = all.iter().filter(|it| it.standing == standing);
            found.cloned().collect()
        })
    }

    /// Whether I want nothing of somebody.
    pub fn is_blocked(&self, user: &UserId) -> bool {
        self.blocked.with(|all| all.contains(user))
    }
}

/// What a person does about conversations.
#[derive(Clone, Debug, PartialEq)]
pub enum DirectIntent {
    /// Write to somebody.
    Open(UserId),
    /// Write to several; the name may be empty.
    Begin {
        with: Vec<UserId>,
        name: String,
    },
    /// Bring others into a group.
    Add {
        conversation: ChannelId,
        users: Vec<UserId>,
    },
    Leave(ChannelId),
    /// Give a group another name; empty for none.
    Rename {
        conversation: ChannelId,
        name: String,
    },
    /// Take a conversation, or hear nothing of it.
    Answer {
        conversation: ChannelId,
        accept: bool,
    },
    Block {
        user: UserId,
        on: bool,
    },
    /// Call everybody else in a conversation.
    Call(ChannelId),
    /// Take the call with that room, or not.
    Pick {
        room: ChannelId,
        takes: bool,
    },
}
