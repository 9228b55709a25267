//! Finding messages, behind the page: the door. What asks and shows is in a chunk, and what keeps the index is a worker
//! in another one: it is started when somebody searches, and now and then to take in what is new.

mod asking;
mod messages;
mod searcher;
mod searching;
mod showing;
mod worker;

use parley_client::store::{Change, Record, Table};

use self::searching::{Begin, Searching};
pub use self::searching::{Here, SearchInput};
pub use self::worker::work;
use super::store::{IndexState, SearchIntent};
use crate::chunk::{LoadError, chunk};
use crate::driver::port::Port;
use crate::platform::clock::Timer;
use crate::platform::task;
use crate::stores::Stores;
use leptos::prelude::Set;

/// Others come first after a start.
const BEGIN_AFTER: u64 = 20_000;
/// What is new waits at most so long for the worker.
const LATEST: u64 = 10 * 60_000;
/// So many new items do not wait.
const MANY: usize = 2_000;

chunk!(search: fn load() -> Begin = begin);

fn begin() -> Begin {
    |stores, port| Box::new(searcher::Searcher::new(stores, port))
}

/// How many of these changes concern items of channels.
pub fn news_in(changes: &[Change]) -> usize {
    let table = |change: &Change| match change {
        Change::Put(Record { table, .. }) | Change::Delete { table, .. } => *table,
    };
    let items = changes.iter().filter(|it| table(it) == Table::Items);
    items.count()
}

/// The door to finding messages.
pub struct Search {
    stores: Stores,
    port: Port<SearchInput>,
    searcher: Option<Box<dyn Searching>>,
    is_loading: bool,
    /// What was asked for while the chunk was on its way.
    waiting: Vec<SearchIntent>,
    /// Changed items that the worker has not seen.
    news: usize,
    timer: Option<Timer>,
}

impl Search {
    pub fn new(stores: Stores, port: Port<SearchInput>) -> Self {
        Self {
            stores,
            port,
            searcher: None,
            is_loading: false,
            waiting: Vec::new(),
            news: 0,
            timer: None,
        }
    }

    /// A device is here.
    pub fn enter(&mut self) {
        // There may be news from before.
        self.news = 1;
        self.wake_after(BEGIN_AFTER);
    }

    /// Nothing is searched any more: the store is another's, or about to go.
    pub fn stop(&mut self) {
        self.searcher = None;
        self.waiting.clear();
        self.timer = None;
        self.news = 0;
    }

    /// So many items were changed in the store.
    pub fn tell(&mut self, news: usize) {
        if news == 0 {
            return;
        }
        if let Some(searcher) = &mut self.searcher
            && searcher.is_running()
        {
            return searcher.news();
        }
        let before = self.news;
        self.news = before.saturating_add(news);
        if before < MANY && self.news >= MANY {
            self.wake_after(0);
        } else if self.timer.is_none() {
            self.wake_after(LATEST);
        }
    }

    pub fn handle_intent(&mut self, intent: SearchIntent, here: Here<'_>) {
        if let Some(searcher) = &mut self.searcher {
            return searcher.handle_intent(intent, here);
        }
        self.waiting.push(intent);
        self.load();
    }

    pub fn handle(&mut self, input: SearchInput, here: Here<'_>) {
        match input {
            SearchInput::Loaded(Ok(begin)) => {
                self.is_loading = false;
                let searcher = self.searcher.insert(begin(self.stores, self.port.clone()));
                for intent in std::mem::take(&mut self.waiting) {
                    searcher.handle_intent(intent, here);
                }
                searcher.run(here);
            }
            SearchInput::Loaded(Err(LoadError)) => {
                self.is_loading = false;
                self.waiting.clear();
                self.stores.search.state.set(IndexState::Failed);
            }
            SearchInput::Wake if std::mem::take(&mut self.news) > 0 => {
                self.timer = None;
                match &mut self.searcher {
                    Some(searcher) => searcher.run(here),
                    None => self.load(),
                }
            }
            SearchInput::Wake => self.timer = None,
            SearchInput::Heard { worker, text } => {
                if let Some(searcher) = &mut self.searcher {
                    searcher.hear(worker, text, here);
                }
            }
        }
    }

    fn load(&mut self) {
        if !std::mem::replace(&mut self.is_loading, true) {
            let port = self.port.clone();
            task::spawn(async move { port.put(SearchInput::Loaded(load().await)) });
        }
    }

    fn wake_after(&mut self, milliseconds: u64) {
        let port = self.port.clone();
        self.timer = Timer::after(milliseconds, move || port.put(SearchInput::Wake));
    }
}
