//! Files on the screen: what is attached and not sent, and how far each file of a message is. Plain values; what they
//! are made of stays with the driver.

mod part;

use std::sync::Arc;

use leptos::prelude::*;
use litemap::LiteMap;

use crate::ids::{ChannelId, ItemId};

pub use self::part::{Part, Parts, part};

/// Files of one message. The engine refuses more.
pub const MOST: usize = 10;

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Image {
        width: u32,
        height: u32,
        /// As text, at most 64 bytes; empty if there is none.
        preview: Arc<str>,
    },
    Video {
        width: u32,
        height: u32,
        seconds: u32,
        preview: Arc<str>,
    },
    Audio {
        seconds: u32,
    },
    Voice {
        seconds: u32,
        /// At most 64 values.
        waveform: Arc<[u8]>,
    },
    Other,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct File {
    pub id: FileId,
    /// Without anything that a name must not have.
    pub name: Arc<str>,
    /// The media type that its author claims.
    pub mime: Arc<str>,
    /// Bytes.
    pub size: u64,
    /// [`Kind::Other`] also if it claims a type that is only to be saved.
    pub kind: Kind,
    /// Its author covered it.
    pub is_covered: bool,
    /// Its list of chunks is not the one that its author sent: it cannot be fetched.
    pub is_broken: bool,
}

/// Names a file: the message that it belongs to, and its place there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId {
    pub place: ChannelId,
    pub item: ItemId,
    pub index: usize,
}

/// How far a file of a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileState {
    NotFetched,
    Fetching {
        done: u64,
        of: u64,
    },
    /// At an address of this page, to be shown or played.
    Here {
        address: Arc<str>,
    },
    /// It goes to the relay. The message goes out when all of its files are there.
    Sending {
        done: u64,
        of: u64,
    },
    /// It goes on by itself. In words for the person.
    Waiting(&'static str),
    /// In words for the person. [`FilesIntent::Retry`] tries again.
    Failed(&'static str),
    /// The relay has it no more, or it is not what its author sent. Trying again changes nothing.
    Gone(&'static str),
}

/// A file in the tray.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub id: u64,
    pub name: Arc<str>,
    /// Bytes as it will be sent.
    pub size: u64,
    pub kind: Kind,
    pub state: AttachmentState,
    /// A picture of it, as an address of this page.
    pub picture: Option<Arc<str>>,
    pub choices: Choices,
    /// It is a picture that can be made smaller.
    pub can_be_smaller: bool,
    /// It is a film that says where or when it was taken, unless the person does not want that.
    pub tells_place: bool,
    /// What the person should know of it.
    pub note: Option<&'static str>,
}

/// What the person wants of an attached picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Place, time and camera stay in it.
    pub keep_location: bool,
    /// Fewer points: quicker to send.
    pub smaller: bool,
    /// Others see it when they want to.
    pub cover: bool,
}

/// How far an attached file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttachmentState {
    Preparing,
    Ready,
    /// It cannot be sent. In words for the person.
    Failed(&'static str),
}

/// Driver writes, views read.
#[derive(Clone, Copy)]
pub struct FilesStore {
    /// What is attached and not sent, by place.
    pub attached: RwSignal<LiteMap<ChannelId, Vec<Attachment>>>,
    /// The view's: the picture that is shown large.
    pub looking: RwSignal<Option<FileId>>,
    states: RwSignal<LiteMap<FileId, ArcRwSignal<FileState>>>,
}

impl FilesStore {
    pub fn new() -> Self {
        Self {
            attached: RwSignal::new(LiteMap::new()),
            looking: RwSignal::new(None),
            states: RwSignal::new(LiteMap::new()),
        }
    }

    /// What is attached in a place. Reactive.
    pub fn attached_in(&self, place: &ChannelId) -> Vec<Attachment> {
        self.attached
            .with(|all| all.get(place).cloned().unwrap_or_default())
    }

    /// Whether something is attached in a place, ready or not. Reactive.
    pub fn has_attached(&self, place: &ChannelId) -> bool {
        self.attached
            .with(|all| all.get(place).is_some_and(|it| !it.is_empty()))
    }

    /// Whether something is attached in a place that can be sent now: all of it is ready. Reactive.
    pub fn can_send(&self, place: &ChannelId) -> bool {
        self.attached.with(|all| {
            let attached = all.get(place).map(Vec::as_slice).unwrap_or_default();
            let is_ready = |it: &Attachment| it.state == AttachmentState::Ready;
            !attached.is_empty() && attached.iter().all(is_ready)
        })
    }

    /// How far a file is.
    pub fn state(&self, id: &FileId) -> ArcRwSignal<FileState> {
        if let Some(state) = self.states.with_untracked(|all| all.get(id).cloned()) {
            return state;
        }
        let state = ArcRwSignal::new(FileState::NotFetched);
        self.states
            .update_untracked(|all| all.insert(id.clone(), state.clone()));
        state
    }
}

/// Bytes that the browser holds until the driver takes them, by their number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought(pub u64);

/// What a person does with files.
#[derive(Clone, Debug, PartialEq)]
pub enum FilesIntent {
    /// Attach them: chosen, pasted or dropped.
    Add {
        place: ChannelId,
        files: Vec<Brought>,
    },
    /// Take one out of the tray.
    Remove { place: ChannelId, id: u64 },
    /// Prepare a picture in the tray in another way.
    Choose {
        place: ChannelId,
        id: u64,
        choices: Choices,
    },
    /// Send what is attached, with a text that may be empty.
    Send {
        place: ChannelId,
        text: String,
        reply_to: Option<ItemId>,
        thread: Option<ItemId>,
    },
    /// Send what was spoken, at once.
    SendVoice {
        place: ChannelId,
        sound: Brought,
        seconds: u32,
        waveform: Vec<u8>,
        reply_to: Option<ItemId>,
        thread: Option<ItemId>,
    },
    /// Have it here, to be shown or played.
    Fetch(File),
    /// Put it where the browser puts downloads.
    Save(File),
    /// Stop fetching it, or take back the message that waits for it.
    Cancel(FileId),
    /// What failed.
    Retry(File),
}
