//! Asks the worker and shows what it finds. One question is on its way at a time; of those that come meanwhile the last
//! one counts.

use leptos::prelude::{GetUntracked, Set};
use parley_client::search::Found;

use super::asking::{Asked, ask};
use super::messages::{Answer, Job, State, read, write};
use super::searching::{Here, SearchInput, Searching};
use super::showing;
use crate::driver::port::Port;
use crate::platform::search_worker::SearchWorker;
use crate::search::store::{IndexState, SearchIntent, SearchStore};
use crate::stores::Stores;

pub(super) struct Searcher {
    stores: Stores,
    store: SearchStore,
    port: Port<SearchInput>,
    worker: Option<SearchWorker>,
    /// How many workers there were.
    workers: u64,
    is_open: bool,
    /// Counts up, so that an answer is known by what it is for.
    number: u64,
    /// What is on its way.
    asked: Option<Asked>,
    /// What to ask next.
    next: Option<(String, usize)>,
    /// What was asked last.
    last: Option<(String, usize)>,
}

impl Searcher {
    pub(super) fn new(stores: Stores, port: Port<SearchInput>) -> Self {
        Self {
            stores,
            store: stores.search,
            port,
            worker: None,
            workers: 0,
            is_open: false,
            number: 0,
            asked: None,
            next: None,
            last: None,
        }
    }

    fn tell(&self, job: &Job) {
        if let Some(worker) = &self.worker {
            worker.tell(write(job));
        }
    }

    /// Has a worker, an old one or a new one.
    fn begin(&mut self, here: Here<'_>) {
        if self.worker.is_some() {
            return;
        }
        self.workers += 1;
        let (number, port) = (self.workers, self.port.clone());
        let heard = move |text| {
            let worker = number;
            port.put(SearchInput::Heard { worker, text });
        };
        self.store.state.set(IndexState::Opening);
        match SearchWorker::start(heard) {
            Ok(worker) => self.worker = Some(worker),
            Err(_) => return self.store.state.set(IndexState::Failed),
        }
        let holder = here.keeper.holder();
        self.tell(&Job::Begin { holder });
    }

    fn ask_next(&mut self, here: Here<'_>) {
        if self.asked.is_some() || self.worker.is_none() {
            return;
        }
        let Some((typed, limit)) = self.next.take() else {
            return;
        };
        self.number += 1;
        let asked = ask(&typed, limit, self.stores, here.engine);
        self.last = Some((typed, limit));
        let number = self.number;
        let wanted = asked.wanted.clone();
        self.asked = Some(asked);
        self.tell(&Job::Find { number, wanted });
    }

    fn take_state(&mut self, state: State, here: Here<'_>) {
        let State {
            percent,
            is_whole,
            is_kept,
        } = state;
        let shown = if is_whole {
            IndexState::Ready
        } else {
            IndexState::Indexing(percent)
        };
        let is_further = self.store.state.get_untracked() != shown;
        if is_further {
            self.store.state.set(shown);
        }
        let past = here.engine.past_progress();
        self.store.is_past_coming.set(past.kept < past.all);
        if self.is_open {
            // There may be more to find now.
            if self.next.is_none() && (is_whole || is_further) {
                self.next.clone_from(&self.last);
            }
            self.ask_next(here);
        } else if is_whole && is_kept {
            self.end();
        }
    }

    fn take_found(&mut self, number: u64, found: &Found, here: Here<'_>) {
        if number != self.number {
            return;
        }
        if let Some(asked) = self.asked.take() {
            let results = showing::results(asked, found, self.stores, here.engine);
            if self.store.results.get_untracked() != results {
                self.store.results.set(results);
            }
        }
        self.ask_next(here);
    }

    /// The worker's memory is free again.
    fn end(&mut self) {
        self.worker = None;
        self.asked = None;
    }
}

impl Searching for Searcher {
    fn handle_intent(&mut self, intent: SearchIntent, here: Here<'_>) {
        match intent {
            SearchIntent::Open => {
                self.is_open = true;
                self.begin(here);
            }
            SearchIntent::Close => {
                self.is_open = false;
                self.next = None;
                self.tell(&Job::Finish);
            }
            SearchIntent::Ask { typed, limit } => {
                self.next = Some((typed, limit));
                self.ask_next(here);
            }
        }
    }

    fn hear(&mut self, worker: u64, text: Result<String, String>, here: Here<'_>) {
        if worker != self.workers || self.worker.is_none() {
            return;
        }
        match text.ok().as_deref().and_then(read::<Answer>) {
            Some(Answer::State(state)) => self.take_state(state, here),
            Some(Answer::Found { number, found }) => self.take_found(number, &found, here),
            Some(Answer::Failed { .. }) | None => {
                self.end();
                self.store.state.set(IndexState::Failed);
            }
        }
    }

    fn run(&mut self, here: Here<'_>) {
        let was_running = self.worker.is_some();
        self.begin(here);
        if was_running {
            self.tell(&Job::News);
        }
        if !self.is_open {
            self.tell(&Job::Finish);
        }
    }

    fn news(&mut self) {
        self.tell(&Job::News);
        if !self.is_open {
            self.tell(&Job::Finish);
        }
    }

    fn is_running(&self) -> bool {
        self.worker.is_some()
    }
}
