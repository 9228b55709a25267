//! Files, behind the page: the door. What does the work is in a chunk, which is loaded when somebody attaches or opens
//! a file, or when a message waits for its files.
//!
//! | file | what it does |
//! |---|---|
//! | `work` | leads what comes to the parts |
//! | `tray` | what is attached and not sent |
//! | `uploads`, `job` | messages that wait for their files |
//! | `downloads`, `reader` | files that are fetched, shown, played, saved |
//! | `line` | what all of these share: the worker, the token, pauses when the relay is away |
//! | `problem` | what went wrong, in words |

mod downloads;
mod input;
mod job;
mod line;
mod problem;
mod reader;
mod tray;
mod uploads;
mod work;

use parley_client::Engine;

use self::input::{Begin, FilesWork};
pub use self::input::{FilesInput, Here};
use super::store::FilesIntent;
use crate::chunk::{LoadError, chunk};
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::platform::clock::Timer;
use crate::platform::task;
use crate::stores::Stores;

/// A chunk that did not load is tried again after this, in milliseconds.
const LOAD_AGAIN_AFTER: u64 = 10_000;

chunk!(files: fn load() -> Begin = begin);

fn begin() -> Begin {
    |stores, port| Box::new(work::Work::new(stores, port))
}

pub struct Files {
    stores: Stores,
    port: Port<FilesInput>,
    work: Option<Box<dyn FilesWork>>,
    waiting: Vec<FilesIntent>,
    is_loading: bool,
    again: Option<Timer>,
}

impl Files {
    pub fn new(stores: Stores, port: Port<FilesInput>) -> Self {
        Self {
            stores,
            port,
            work: None,
            waiting: Vec::new(),
            is_loading: false,
            again: None,
        }
    }

    pub fn handle_intent(&mut self, intent: FilesIntent, here: Here<'_>) -> Wishes {
        if let Some(work) = &mut self.work {
            return work.handle_intent(intent, here);
        }
        self.waiting.push(intent);
        self.load();
        Wishes::new()
    }

    pub fn handle(&mut self, input: FilesInput, mut here: Here<'_>) -> Wishes {
        match (input, &mut self.work) {
            (FilesInput::Loaded(Ok(begin)), None) => {
                self.is_loading = false;
                let work = begin(self.stores, self.port.clone());
                let work = self.work.insert(work);
                let mut wishes = Wishes::new();
                for intent in std::mem::take(&mut self.waiting) {
                    wishes.extend(work.handle_intent(intent, here.again()));
                }
                work.follow(here);
                wishes
            }
            (FilesInput::Loaded(Err(LoadError)), _) => {
                let port = self.port.clone();
                self.again =
                    Timer::after(LOAD_AGAIN_AFTER, move || port.put(FilesInput::LoadAgain));
                Wishes::new()
            }
            (FilesInput::LoadAgain, _) => {
                self.is_loading = false;
                self.load();
                Wishes::new()
            }
            (FilesInput::Step(step), Some(work)) => work.handle(step, here),
            (FilesInput::Loaded(Ok(_)), Some(_)) | (FilesInput::Step(_), None) => Wishes::new(),
        }
    }

    /// Something may have changed: a message that waits for its files came or went, or the relay is back.
    pub fn follow(&mut self, here: Here<'_>) {
        match &mut self.work {
            Some(work) => work.follow(here),
            None if has_work(here.engine) => self.load(),
            None => {}
        }
    }

    fn load(&mut self) {
        if !std::mem::replace(&mut self.is_loading, true) {
            let port = self.port.clone();
            task::spawn(async move { port.put(FilesInput::Loaded(load().await)) });
        }
    }
}

fn has_work(engine: &Engine) -> bool {
    engine.uploading().next().is_some() || !engine.ended_shares().is_empty()
}
