//! The messages on the screen: one window of a bounded number of lines per channel, and the open channel.
//! Never: decryption, ordering or retry. Drivers hand over lines in the order in which they are to be read.

mod elsewhere;
mod extras;
mod pending;

pub use self::elsewhere::{Found, Linked, Saved, ThreadLine};
#[cfg(not(feature = "gallery"))]
pub use self::extras::{Can, Quote};
pub use self::extras::{Extras, Poll, PollOption, Reaction, Thread};
pub use self::pending::Pending;

use leptos::prelude::*;
use litemap::LiteMap;

use crate::channels::store::Load;
use crate::ids::{ChannelId, ItemId, UserId};

/// One line of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Stays the same from the outbox to the relay's number: a retry never shows twice.
    pub id: ItemId,
    /// When it was written, in milliseconds since 1970.
    pub at: f64,
    pub kind: ItemKind,
}

impl Item {
    /// The message's id and what it says, if I can edit it.
    fn editable(&self) -> Option<(ItemId, String)> {
        match &self.kind {
            ItemKind::Message(Message {
                body: Body::Text(text),
                extras,
                ..
            }) if extras.can.edit => Some((self.id.clone(), text.clone())),
            ItemKind::Message(_) | ItemKind::Gap(_) | ItemKind::Event(_) => None,
        }
    }
}

/// What a line is.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    Message(Message),
    /// What one person wrote does not go on here as they wrote it.
    Gap(Gap),
    /// Something happened: "Ada joined".
    Event(Event),
}

/// How a person's messages break off.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gap {
    pub author_name: String,
    pub fault: Fault,
}

/// What the relay did to somebody's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It keeps some back: how many, if known.
    Missing(Option<u32>),
    /// It shows something in another place or again.
    OutOfOrder,
    /// It shows something of which it told its author that it was not sent.
    Refused,
}

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub author: UserId,
    pub author_name: String,
    /// The text, or why it cannot be read.
    pub body: Body,
    /// How far my own message has come. Always `Sent` for those of others.
    pub delivery: Delivery,
    pub extras: Extras,
}

impl Message {
    /// What it says: the text as it was written, or what its files are called. `None`: it cannot be read.
    pub fn said(&self) -> Option<String> {
        match &self.body {
            Body::Text(text) if text.is_empty() => {
                let names = self.extras.files.iter().map(|it| &*it.name);
                Some(names.collect::<Vec<_>>().join(", "))
            }
            Body::Text(text) => Some(text.clone()),
            Body::Removed | Body::Unreadable(_) => None,
        }
    }
}

/// The inside of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Readable.
    Text(String),
    /// It was deleted.
    Removed,
    /// Not readable, and why.
    Unreadable(Unreadable),
}

/// Why a message cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The key was asked for and has not come yet. Heals by itself.
    KeyNotHere,
    /// It was written before this person joined.
    BeforeJoined,
    /// The key it was written with was retired before.
    SessionRetired,
    /// Its author may not write here, or might not at that time.
    NotPermitted,
    /// It was changed on its way, or is not what its author signed.
    Damaged,
    /// It wants a newer version of the page.
    TooNew,
    /// The relay has it no more, and nobody who may delete it asked for that.
    TakenAway,
    /// I blocked its author. It could be read.
    Blocked,
}

impl Unreadable {
    /// Every reason, in the order in which they are told: first what heals.
    pub const ALL: [Self; 8] = [
        Self::KeyNotHere,
        Self::TooNew,
        Self::BeforeJoined,
        Self::SessionRetired,
        Self::NotPermitted,
        Self::Damaged,
        Self::TakenAway,
        Self::Blocked,
    ];
}

/// How far a message of mine has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// In the outbox; the relay is away.
    Waiting,
    /// On its way.
    Sending,
    /// The relay has it for good.
    Sent,
    /// In a conversation: no device of the others has said that it is there.
    AtRelay,
    /// Devices of some of the others have it.
    WithSome,
    /// Everybody in the conversation has it on a device.
    Arrived,
    /// Refused. The person chooses: try again, or discard.
    Failed(Failure),
}

/// Why a message was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Longer than the limit.
    TooLong,
    /// The log does not let me write here.
    NotAllowed,
    /// The relay has no room left.
    RelayFull,
    /// Too many in a short time.
    TooFast,
    /// Anything else.
    Refused,
}

/// Something that happened, as the log tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The community was made.
    CommunityCreated {
        by: String,
    },
    /// Somebody came in.
    Joined {
        name: String,
    },
    /// Somebody was let back in.
    /// Somebody came as a guest.
    GuestCame {
        name: String,
    },
    CameBack {
        name: String,
    },
    /// Somebody was removed.
    Removed {
        name: String,
        by: String,
    },
    /// Somebody is called something else than they sign in with.
    Renamed {
        login: String,
        name: String,
    },
    /// A channel was made.
    ChannelCreated {
        channel: String,
        by: String,
    },
    /// Somebody added a device.
    DeviceAdded {
        name: String,
    },
    /// Somebody brought others into a group.
    GroupAdded {
        by: String,
        names: Vec<String>,
    },
    /// Somebody left a group.
    GroupLeft {
        name: String,
    },
    /// A group has another name; empty: none of its own.
    GroupRenamed {
        by: String,
        name: String,
    },
    /// Somebody called.
    Called {
        by: String,
        /// I did.
        mine: bool,
        outcome: CallOutcome,
    },
}

/// What became of a direct call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallOutcome {
    Missed,
    Declined,
    /// So many seconds.
    Lasted(u32),
}

/// A stretch of one channel: the lines around what somebody reads, however long the channel is.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is so or not, and none follows from another"
)]
pub struct Window {
    /// Oldest first.
    pub items: Vec<Item>,
    /// Whether the window is here.
    pub load: Load,
    /// There is more above it.
    pub has_older: bool,
    /// It was asked for.
    pub loading_older: bool,
    /// There is more below it.
    pub has_newer: bool,
    /// The first line that was not seen when the channel was opened.
    pub unread_from: Option<ItemId>,
    /// That line is above the window.
    pub unread_above: bool,
    /// Where the list is to go now. The view takes it.
    pub aim: Option<Aim>,
    /// The view's: the list stands at its end.
    pub at_end: bool,
    /// The view's: how many lines it can show at most.
    pub fits: usize,
}

/// A place in the list to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aim {
    /// Counts up, so that the same place twice is two aims.
    pub number: u64,
    pub goal: Goal,
}

/// What is to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    Oldest,
    Newest,
    /// This line, marked for a moment.
    Line(ItemId),
}

impl Window {
    /// Whether there are messages, and every one of them still waits for its key.
    pub fn waits_for_keys(&self) -> bool {
        let mut waiting = self.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Message(it) => Some(it.body == Body::Unreadable(Unreadable::KeyNotHere)),
            ItemKind::Gap(_) | ItemKind::Event(_) => None,
        });
        waiting
            .next()
            .is_some_and(|first| first && waiting.all(|it| it))
    }
}

impl Default for Window {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            load: Load::Loading,
            has_older: false,
            loading_older: false,
            has_newer: false,
            unread_from: None,
            unread_above: false,
            aim: None,
            at_end: true,
            fits: 0,
        }
    }
}

/// A message, and what hangs off it.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenThread {
    pub channel: ChannelId,
    pub root: ItemId,
    /// The message itself, then those of its thread, oldest first. Empty: the message is not here.
    pub items: Vec<Item>,
}

/// What can be open at a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// All that can be done with it.
    Menu,
    /// Emoji to choose from.
    Emoji,
}

/// All loaded conversations.
///
/// The view writes `open`; drivers write the rest.
#[derive(Clone, Copy)]
pub struct TimelineStore {
    /// The channel on the screen.
    pub open: RwSignal<Option<ChannelId>>,
    /// The view's: the message under the pointer, or with the focus.
    pub active: RwSignal<Option<ItemId>>,
    /// The view's: what is open at that message.
    pub panel: RwSignal<Option<Panel>>,
    /// What will be done in a moment, unless somebody thinks again.
    pub pending: RwSignal<Option<Pending>>,
    /// The channel in which messages of blocked members show, as long as it is open.
    pub unfolded: RwSignal<Option<ChannelId>>,
    /// The thread that is open.
    pub thread: RwSignal<Option<OpenThread>>,
    /// The pinned messages of the channel for which they were last asked, newest first.
    pub pins: RwSignal<Vec<Item>>,
    /// Further pins are looked for in the past.
    pub more_pins: RwSignal<bool>,
    /// What the person saved, newest first, once it was asked for. The view empties it when nobody looks at it any more.
    pub saved: RwSignal<Option<Vec<Saved>>>,
    /// The threads of a channel, the one with the newest message first; as `saved`.
    pub threads: RwSignal<Option<(ChannelId, Vec<ThreadLine>)>>,
    /// When a message said what before, newest first.
    pub edits: RwSignal<Vec<(f64, String)>>,
    windows: RwSignal<LiteMap<ChannelId, ArcRwSignal<Window>>>,
}

impl TimelineStore {
    /// Nothing loaded, nothing open.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(None),
            active: RwSignal::new(None),
            panel: RwSignal::new(None),
            pending: RwSignal::new(None),
            unfolded: RwSignal::new(None),
            thread: RwSignal::new(None),
            pins: RwSignal::new(Vec::new()),
            more_pins: RwSignal::new(false),
            saved: RwSignal::new(None),
            threads: RwSignal::new(None),
            edits: RwSignal::new(Vec::new()),
            windows: RwSignal::new(LiteMap::new()),
        }
    }

    /// Up to where a channel will count as read in a moment.
    pub fn read_soon(&self, channel: &ChannelId) -> u64 {
        self.pending
            .with_untracked(|pending| pending.as_ref().map_or(0, |it| it.read_up_to(channel)))
    }

    /// The window of a channel, made empty and loading when it is first asked for.
    /// Drivers `update` it; only the lines that differ are drawn again.
    pub fn window(&self, channel: &ChannelId) -> ArcRwSignal<Window> {
        if let Some(window) = self.windows.with_untracked(|all| all.get(channel).cloned()) {
            return window;
        }
        let window = ArcRwSignal::new(Window::default());
        self.windows
            .update_untracked(|all| all.insert(channel.clone(), window.clone()));
        window
    }

    /// The newest message of mine in a window that can be edited, and what it says.
    pub fn newest_editable(&self, channel: &ChannelId) -> Option<(ItemId, String)> {
        self.window(channel)
            .with_untracked(|window| window.items.iter().rev().find_map(Item::editable))
    }

    /// The same of the thread that is open.
    pub fn newest_editable_of_thread(&self) -> Option<(ItemId, String)> {
        self.thread.with_untracked(|thread| {
            let items = thread.as_ref()?.items.iter();
            items.rev().find_map(Item::editable)
        })
    }
}

/// For example content, which has no engine behind it.
#[cfg(feature = "gallery")]
impl TimelineStore {
    /// Hands over the whole loaded window of a channel at once.
    pub fn set_items(&self, channel: &ChannelId, items: Vec<Item>) {
        self.window(channel).update(|window| {
            window.items = items;
            window.load = Load::Loaded;
        });
    }

    /// Replaces the line of that id where it stands, or puts it last.
    pub fn upsert(&self, channel: &ChannelId, item: Item) {
        self.window(channel).update(|window| {
            match window.items.iter_mut().find(|held| held.id == item.id) {
                Some(held) => *held = item,
                None => window.items.push(item),
            }
            window.load = Load::Loaded;
        });
    }

    /// Puts older lines on top. The view keeps what is being read where it is.
    pub fn prepend(&self, channel: &ChannelId, mut older: Vec<Item>, has_older: bool) {
        self.window(channel).update(|window| {
            older.append(&mut window.items);
            window.items = older;
            window.has_older = has_older;
            window.loading_older = false;
        });
    }
}

/// What a person does with a channel and its messages.
#[derive(Clone, Debug, PartialEq)]
pub enum TimelineIntent {
    /// A channel came on the screen. `timeline.open` is set already.
    OpenChannel(ChannelId),
    /// Everything up to this line was on the screen, in a visible window.
    SeenUpTo {
        channel: ChannelId,
        /// The newest line seen.
        item: ItemId,
    },
    /// Scrolled to the top of the window and there is more.
    LoadOlder(ChannelId),
    /// Scrolled to the bottom of the window and there is more.
    LoadNewer(ChannelId),
    /// Go to the oldest line that is here.
    ShowOldest(ChannelId),
    /// Go to the newest line.
    ShowNewest(ChannelId),
    /// Go to this message and mark it for a moment. The channel is open.
    ShowMessage {
        channel: ChannelId,
        item: ItemId,
    },
    /// Show what blocked members wrote, as long as the channel is open.
    Unfold(ChannelId),
    /// The window did not load: ask again.
    ReloadChannel(ChannelId),
    /// A message that was refused: try again.
    RetrySend {
        channel: ChannelId,
        item: ItemId,
    },
    /// A message that was refused: take it away. The text goes back into the composer if that is empty.
    DiscardFailed {
        channel: ChannelId,
        item: ItemId,
    },
    /// Put an emoji at a message, or take mine away.
    React {
        channel: ChannelId,
        item: ItemId,
        emoji: String,
        on: bool,
    },
    /// Let my message say this.
    Edit {
        channel: ChannelId,
        item: ItemId,
        text: String,
    },
    /// Delete a message for everybody, in a moment: `pending` says so, and can be undone meanwhile.
    Delete {
        channel: ChannelId,
        item: ItemId,
    },
    /// Mark a channel as read, or all of them with their threads, in a moment.
    MarkRead(Option<ChannelId>),
    /// Not after all.
    Undo(Pending),
    /// The moment is over, or the page goes away.
    DoNow(Pending),
    /// The page went away before the moment was over.
    Finish(Pending),
    Pin {
        channel: ChannelId,
        item: ItemId,
        on: bool,
    },
    /// Choose these options of a poll, by their places from 0. None: take the vote back.
    Vote {
        channel: ChannelId,
        item: ItemId,
        options: Vec<usize>,
    },
    ClosePoll {
        channel: ChannelId,
        item: ItemId,
    },
    /// Fill `thread`, and keep it filled.
    OpenThread {
        channel: ChannelId,
        item: ItemId,
    },
    /// It is open no more.
    CloseThread,
    /// Fill `pins`.
    ShowPins(ChannelId),
    /// Fill `threads`, and keep it filled.
    ShowThreads(ChannelId),
    /// Fill `saved`, and keep it filled.
    ShowSaved,
    /// Save a message for oneself, or no more.
    Save {
        channel: ChannelId,
        item: ItemId,
        on: bool,
    },
    /// Fill `edits`.
    ShowEdits {
        channel: ChannelId,
        item: ItemId,
    },
}
