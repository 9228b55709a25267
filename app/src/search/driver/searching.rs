//! What comes back to the door, and what it asks of the chunk behind it.

use parley_client::Engine;

use crate::chunk::LoadError;
use crate::driver::keeper::Keeper;
use crate::driver::port::Port;
use crate::search::store::SearchIntent;
use crate::stores::Stores;

pub type Begin = fn(Stores, Port<SearchInput>) -> Box<dyn Searching>;

/// What comes back to this part.
pub enum SearchInput {
    /// The chunk is here, or not.
    Loaded(Result<Begin, LoadError>),
    /// It is time to take in what is new.
    Wake,
    /// A worker said something, or why it ended. They are numbered.
    Heard {
        worker: u64,
        text: Result<String, String>,
    },
}

/// What it works with.
#[derive(Clone, Copy)]
pub struct Here<'a> {
    pub engine: &'a Engine,
    pub keeper: &'a Keeper,
}

pub trait Searching {
    fn handle_intent(&mut self, intent: SearchIntent, here: Here<'_>);
    fn hear(&mut self, worker: u64, text: Result<String, String>, here: Here<'_>);
    /// Has the worker take in what is new.
    fn run(&mut self, here: Here<'_>);
    /// Tells the worker that something is new.
    fn news(&mut self);
    fn is_running(&self) -> bool;
}
