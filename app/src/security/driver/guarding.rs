//! What the door asks of the chunk behind it. Nothing else of the chunk is named outside it.

use parley_client::Engine;
use parley_protocol::auth::{ChangeWrapsRequest, SessionInfo, SessionResponse};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::EntryId;

use crate::chunk::LoadError;
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::security::store::{Entrance, OwnProvider, Passkeys, Problem, SecurityIntent, Stored};
use crate::stores::Stores;

pub type Begin = fn(Stores, Port<SecurityInput>) -> Box<dyn Guarding>;

/// What reaches the door from what it started.
pub enum SecurityInput {
    Loaded(Result<Begin, LoadError>),
    Done(Done),
}

/// What is there when something is asked.
pub struct Here<'a> {
    pub engine: &'a mut Engine,
    /// The access token, if it is still good.
    pub token: Option<String>,
    pub now: u64,
}

impl Here<'_> {
    /// The same for one more.
    pub fn again(&mut self) -> Here<'_> {
        Here {
            engine: &mut *self.engine,
            token: self.token.clone(),
            now: self.now,
        }
    }
}

/// What became of something that ran beside the driver.
pub enum Done {
    /// A new access token was needed.
    Session(SessionResponse),
    /// What only the relay knows.
    Looked {
        entrance: Option<Entrance>,
        sessions: Vec<SessionInfo>,
    },
    Passkeys(Passkeys),
    Providers(Vec<OwnProvider>),
    Stored(Stored),
    /// What happened lately is to be shown.
    Measure,
    /// What was asked for last is answered.
    Answered(Result<Answer, Problem>),
}

/// A good answer to what was asked for last.
pub enum Answer {
    /// A recovery key was made, and is to be shown; the request makes it count.
    RecoveryKey {
        text: String,
        request: Box<ChangeWrapsRequest>,
    },
    RecoveryKeySaved,
    FactorSetUp {
        secret: String,
        uri: String,
    },
    FactorOn(Vec<String>),
    FactorOff,
    PasskeyMade {
        opens_messages: bool,
    },
    PasskeyRemoved,
    PasswordChanged,
    /// The page goes to a provider.
    Leave(String),
    Unlinked,
    /// The account is gone.
    Deleted,
}

pub trait Guarding {
    fn handle_intent(&mut self, intent: SecurityIntent, here: Here<'_>) -> Wishes;

    fn handle(&mut self, done: Done, here: Here<'_>) -> Wishes;

    /// The log took an entry, or refused it.
    fn handle_answer(&mut self, entry: EntryId, refused: Option<&ErrorCode>) -> Wishes;

    /// The community has changed.
    fn show(&mut self, engine: &Engine);

    /// Something happened that the health of encryption may show.
    fn follow(&mut self);
}
