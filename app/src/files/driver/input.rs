//! What comes back to the door, and what it asks of the chunk behind it.

use std::rc::Rc;

use parley_client::Engine;
use parley_protocol::auth::SessionResponse;
use parley_protocol::files::FileToken;
use parley_protocol::ids::MessageId;

use super::job::At;
use super::problem::Answer;
use crate::chunk::LoadError;
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::files::store::{Choices, FilesIntent};
use crate::ids::ChannelId;
use crate::platform::file_views::{Reading, Want};
use crate::platform::file_worker::{Fetched, WorkFault};
use crate::platform::http::HttpError;
use crate::platform::preparing::Prepared;
use crate::stores::Stores;

pub type Begin = fn(Stores, Port<FilesInput>) -> Box<dyn FilesWork>;

/// What comes back to this part.
pub enum FilesInput {
    /// The chunk is here, or not.
    Loaded(Result<Begin, LoadError>),
    /// Load it again.
    LoadAgain,
    /// Something for what is in it.
    Step(Step),
}

/// What happened to something that was begun.
pub enum Step {
    /// A file in the tray was looked at. `None`: it cannot be read.
    Prepared {
        place: ChannelId,
        id: u64,
        choices: Choices,
        prepared: Option<Prepared>,
    },
    /// Which messages have something in the spool.
    Folders(Vec<String>),
    /// What a message has in the spool.
    Listed {
        message: MessageId,
        found: Result<Vec<(String, u64)>, WorkFault>,
    },
    Sealed {
        message: MessageId,
        at: At,
        outcome: Result<[u8; 32], WorkFault>,
    },
    Sent {
        message: MessageId,
        at: At,
        outcome: Result<(u16, String), WorkFault>,
    },
    /// The relay answered the wish for a token; with a new session, if it took one.
    Token {
        session: Option<SessionResponse>,
        answer: Result<FileToken, HttpError>,
    },
    /// The relay answered the wish to share a message's files with those of its conversation.
    Shared {
        message: MessageId,
        answer: Answer,
    },
    ShareEnded {
        message: MessageId,
        answer: Answer,
    },
    Fetched {
        reader: u64,
        chunk: u32,
        outcome: Result<Fetched, WorkFault>,
    },
    /// Somebody reads a file at this address of the page.
    Opened {
        view: String,
        reading: Rc<Reading>,
    },
    Wanted {
        reader: u64,
        want: Want,
    },
    /// A pause is over.
    Again,
    /// Somebody still reads.
    StayAwake,
}

/// What the work is done with.
pub struct Here<'a> {
    pub engine: &'a mut Engine,
    /// The access token, while there is one.
    pub access: Option<String>,
    pub is_online: bool,
    pub now: u64,
}

impl Here<'_> {
    pub fn again(&mut self) -> Here<'_> {
        Here {
            engine: self.engine,
            access: self.access.clone(),
            is_online: self.is_online,
            now: self.now,
        }
    }
}

pub trait FilesWork {
    fn handle_intent(&mut self, intent: FilesIntent, here: Here<'_>) -> Wishes;
    fn handle(&mut self, step: Step, here: Here<'_>) -> Wishes;
    fn follow(&mut self, here: Here<'_>);
}
