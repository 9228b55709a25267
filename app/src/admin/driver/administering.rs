//! What the door asks of the chunk behind it. Nothing else of the chunk is named outside it.

use parley_client::Engine;
use parley_client::store::Record;
use parley_protocol::admin::{
    ConnectionsReport, FindingsReport, HealthReport, MembersPage, SessionsPage, StorageReport,
};
use parley_protocol::auth::SessionResponse;

use crate::admin::store::{AdminIntent, Finding};
use crate::chunk::LoadError;
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::platform::http::HttpError;
use crate::stores::Stores;

pub type Begin = fn(Stores, Port<AdminInput>) -> Box<dyn Administering>;

/// What reaches the door from what it started.
pub enum AdminInput {
    Loaded(Result<Begin, LoadError>),
    /// The log that this browser keeps is wanted; it comes with the answer to this.
    ReadLog,
    Done(Done),
}

/// What became of something that ran beside the driver.
pub enum Done {
    /// A new access token was needed.
    Session(SessionResponse),
    Health(Result<HealthReport, HttpError>),
    Findings(Result<FindingsReport, HttpError>),
    Witnessed(Vec<Finding>),
    /// `asked` counts the questions: an answer to an older one is out of date.
    Members {
        asked: u32,
        page: Result<MembersPage, HttpError>,
    },
    Sessions {
        asked: u32,
        page: Result<SessionsPage, HttpError>,
    },
    Storage(Result<StorageReport, HttpError>),
    Traffic(Result<ConnectionsReport, HttpError>),
    Ended {
        name: String,
        answer: Result<(), HttpError>,
    },
}

/// What is there when something is asked.
pub struct Here<'a> {
    pub engine: &'a Engine,
    /// The access token, if it is still good.
    pub token: Option<String>,
    /// The log, if it was wanted.
    pub log: Vec<Record>,
}

impl Here<'_> {
    /// The same for one more.
    pub fn again(&mut self) -> Here<'_> {
        Here {
            engine: self.engine,
            token: self.token.clone(),
            log: Vec::new(),
        }
    }
}

pub trait Administering {
    fn handle_intent(&mut self, intent: AdminIntent, here: Here<'_>);

    fn handle(&mut self, input: AdminInput, here: Here<'_>) -> Wishes;
}
