//! In the worker: opens the index, takes in what is new, answers. Whatever the page asks comes before the next step of
//! that; between two steps it rests as long as the step took, so that the page has the processor to itself half the
//! time.

mod shelf;
mod todo;

use parley_client::search::Index;

use super::messages::{Answer, Job, State, read, write};
use crate::platform::clock;
use crate::platform::search_worker::Page;
use crate::platform::store::StoreError;
use crate::platform::task;
use shelf::Shelf;
use todo::Todo;

/// Items that are read before the index is kept.
const KEEP_AFTER: usize = 6_000;
/// So many are worth keeping the index at once.
const MANY: usize = 250;

/// Does the worker's work until the page ends it.
pub fn work() {
    task::spawn(async {
        let page = Page::listen();
        loop {
            let Some(Job::Begin { holder }) = read(&page.next().await) else {
                continue;
            };
            if let Err(error) = serve(&page, &holder).await {
                let why = error.to_string();
                page.tell(&write(&Answer::Failed { why }));
            }
        }
    });
}

async fn serve(page: &Page, holder: &str) -> Result<(), StoreError> {
    let shelf = Shelf::open(holder).await?;
    let (index, todo) = shelf.load().await?;
    let mut librarian = Librarian {
        page,
        shelf,
        index,
        todo,
        read: 0,
        is_finishing: false,
    };
    librarian.look_for_news().await?;
    librarian.tell_state();
    loop {
        while let Some(job) = page.try_next() {
            librarian.take(&job).await?;
        }
        librarian.go_on().await?;
    }
}

struct Librarian<'a> {
    page: &'a Page,
    shelf: Shelf,
    index: Index,
    todo: Todo,
    /// Items that were read since the index was kept.
    read: usize,
    /// Nobody waits for anything but the end.
    is_finishing: bool,
}

impl Librarian<'_> {
    async fn take(&mut self, job: &str) -> Result<(), StoreError> {
        match read(job) {
            Some(Job::News) => self.look_for_news().await?,
            Some(Job::Find { number, wanted }) => {
                self.is_finishing = false;
                let found = self.index.find(&wanted);
                self.page.tell(&write(&Answer::Found { number, found }));
            }
            Some(Job::Finish) => {
                self.is_finishing = true;
                self.finish().await?;
            }
            Some(Job::Begin { .. }) | None => {}
        }
        Ok(())
    }

    async fn look_for_news(&mut self) -> Result<(), StoreError> {
        for (name, stretches) in self.shelf.news(&self.todo).await? {
            self.todo.take_news(name, stretches);
        }
        Ok(())
    }

    /// One step, or waiting for the page if nothing is to do.
    async fn go_on(&mut self) -> Result<(), StoreError> {
        let Some(stretch) = self.todo.next() else {
            self.finish().await?;
            let job = self.page.next().await;
            return self.take(&job).await;
        };
        let begun = clock::now();
        let entries = self.shelf.read(&stretch).await?;
        self.read += entries.len();
        if let Ok(place) = stretch.place.parse() {
            self.index
                .sync(place, stretch.first..=stretch.last, entries);
        }
        if self.read >= KEEP_AFTER {
            self.keep().await?;
        }
        self.tell_state();
        let took = clock::now().saturating_sub(begun);
        self.page.rest(took.min(200)).await;
        Ok(())
    }

    /// Keeps what was made, once all is read: at once after much, otherwise when nobody looks for anything any more. What
    /// is not kept is read again by the next worker.
    async fn finish(&mut self) -> Result<(), StoreError> {
        let is_worth_it = self.is_finishing || self.read > MANY;
        if self.todo.is_empty() && is_worth_it && !self.is_kept() {
            self.keep().await?;
        }
        if self.todo.is_empty() {
            self.tell_state();
        }
        Ok(())
    }

    async fn keep(&mut self) -> Result<(), StoreError> {
        let changes = self.index.changes();
        self.shelf.keep(changes, &mut self.todo).await?;
        self.read = 0;
        Ok(())
    }

    fn is_kept(&self) -> bool {
        !self.index.is_changed() && self.todo.is_kept()
    }

    fn tell_state(&self) {
        self.page.tell(&write(&Answer::State(State {
            percent: self.todo.percent(),
            is_whole: self.todo.is_empty(),
            is_kept: self.is_kept(),
        })));
    }
}
