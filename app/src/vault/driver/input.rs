//! What comes back to the door, and what it asks of the chunk behind it.

use std::future::Future;
use std::pin::Pin;

use parley_client::Engine;
use parley_client::store::Record;
use parley_protocol::vault::VaultPage;

use crate::chunk::LoadError;
use crate::driver::keeper::Keeper;
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::platform::http::HttpError;
use crate::vault::store::VaultStore;

pub type Begin = fn(VaultStore, Port<VaultInput>, Vec<Record>) -> Box<dyn VaultReading>;

/// What comes back to this part.
pub enum VaultInput {
    /// The chunk is here, or not.
    Loaded(Result<Begin, LoadError>),
    /// Load it again.
    LoadAgain,
    /// Something for the reader.
    Step(Step),
}

/// What the reader does next.
pub enum Step {
    Begin,
    /// The relay answered.
    Page(Result<VaultPage, HttpError>),
    /// Ask for the page again.
    Again,
    /// Read on.
    On,
    /// Look whether more can be taken over.
    TakeOver,
}

/// What the reader works with.
pub struct Surroundings<'a> {
    pub engine: &'a mut Engine,
    pub keeper: &'a Keeper,
    /// The access token, while there is one.
    pub token: Option<String>,
    pub now: u64,
}

/// What is wanted of others in the end.
pub type Pending<'a> = Pin<Box<dyn Future<Output = Wishes> + 'a>>;

pub trait VaultReading {
    fn handle<'a>(&'a mut self, step: Step, here: Surroundings<'a>) -> Pending<'a>;
}
