//! Reads the vault: pages from the relay, segment by segment, newest first, in slices that leave the page its frames. What
//! was read is stored before the engine hears of it.

use std::collections::VecDeque;

use leptos::prelude::Set;
use parley_client::store::{Change, Record};
use parley_client::vault::{Restore, RestoredValue, VaultProblem};
use parley_protocol::vault::{StoredSegment, VaultPage};

use super::input::{Pending, Step, Surroundings, VaultInput, VaultReading};
use super::takeover::Takeover;
use crate::driver::port::Port;
use crate::driver::relay;
use crate::driver::wish::{Wish, Wishes};
use crate::platform::clock::{self, Timer};
use crate::platform::task;
use crate::vault::store::{Reading, VaultStore};

/// Milliseconds of work between two frames. A segment of 100 keys takes some 5.
const SLICE: u64 = 12;
/// Records that are stored together. Fewer: more waits for the disk. More: a longer stop for each.
const RECORDS: usize = 400;
/// Waits between asking again, the last one for ever.
const AGAIN_AFTER: [u64; 4] = [1_000, 3_000, 10_000, 30_000];
/// Own devices have so long to say how far their chains are.
const HEAR_FOR: u64 = 3_000;
/// A vault with which something seems wrong is read again: a device may have written or taken over meanwhile, or the log
/// may tell of a new one a moment later.
const ROUNDS: usize = 3;
const READ_AGAIN_AFTER: u64 = 10_000;

/// A vault while it is read.
pub(super) struct Reader {
    store: VaultStore,
    port: Port<VaultInput>,
    /// What the enrolment kept.
    waiting: Vec<Record>,
    rounds: usize,
    /// Own devices were waited for.
    has_heard: bool,
    restore: Option<Restore>,
    segments: VecDeque<StoredSegment>,
    /// Where the next page ends; `None` once the last one is here.
    before: Option<u64>,
    is_asking: bool,
    tries: usize,
    done: u64,
    total: u64,
    changes: Vec<Change>,
    data: Vec<RestoredValue>,
    takeover: Takeover,
    timer: Option<Timer>,
}

impl Reader {
    pub(super) fn new(store: VaultStore, port: Port<VaultInput>, waiting: Vec<Record>) -> Self {
        Self {
            store,
            port,
            waiting,
            rounds: 0,
            has_heard: false,
            restore: None,
            segments: VecDeque::new(),
            before: Some(u64::MAX),
            is_asking: false,
            tries: 0,
            done: 0,
            total: 0,
            changes: Vec::new(),
            data: Vec::new(),
            takeover: Takeover::default(),
            timer: None,
        }
    }

    async fn step(&mut self, step: Step, mut here: Surroundings<'_>) -> Wishes {
        match step {
            Step::Begin => self.begin(&mut here),
            Step::Again => self.ask(&here),
            Step::Page(Ok(page)) => self.take_page(page, &mut here),
            Step::Page(Err(_)) => self.wait(&mut here),
            Step::On => {
                if let Err(wishes) = self.read_on(&mut here).await {
                    return wishes;
                }
            }
            Step::TakeOver => {
                if self.takeover.give(here.engine, here.now) {
                    self.later(Step::TakeOver, 500);
                }
            }
        }
        Wishes::new()
    }

    fn begin(&mut self, here: &mut Surroundings<'_>) {
        let (user, _) = here.engine.me();
        let told = here.engine.vault_chains();
        let restore = Restore::resume(&self.waiting, &user, here.engine.community(), &told);
        self.rounds += 1;
        self.before = Some(u64::MAX);
        self.done = 0;
        self.takeover = Takeover::default();
        if restore.is_none() {
            return self.store.reading.set(Reading::None);
        }
        self.restore = restore;
        here.engine.set_restoring(true, here.now);
        self.ask(here);
    }

    /// Asks for the next page, while the one before is read.
    fn ask(&mut self, here: &Surroundings<'_>) {
        let Some(before) = self.before.filter(|_| !self.is_asking) else {
            return;
        };
        let Some(token) = here.token.clone() else {
            // A session is on its way.
            return self.later(Step::Again, 500);
        };
        self.is_asking = true;
        let port = self.port.clone();
        task::spawn(async move {
            let page = relay::vault(&token, before).await;
            port.put(VaultInput::Step(Step::Page(page)));
        });
    }

    fn take_page(&mut self, page: VaultPage, here: &mut Surroundings<'_>) {
        self.is_asking = false;
        if std::mem::take(&mut self.tries) > 0 {
            here.engine.set_restoring(true, here.now);
        }
        let is_idle = self.segments.is_empty();
        // A relay that leads round in a circle gets no further.
        self.before = page
            .before
            .filter(|next| self.before.is_some_and(|before| *next < before));
        self.total = self.total.max(page.total);
        self.segments.extend(page.segments);
        self.show();
        self.ask(here);
        if is_idle {
            self.later(Step::On, 0);
        }
    }

    /// Meanwhile others are asked for keys.
    fn wait(&mut self, here: &mut Surroundings<'_>) {
        self.is_asking = false;
        here.engine.set_restoring(false, here.now);
        let after = AGAIN_AFTER.get(self.tries).or(AGAIN_AFTER.last());
        self.tries += 1;
        if self.segments.is_empty() {
            self.store.reading.set(Reading::Waiting);
        }
        self.later(Step::Again, after.copied().unwrap_or(30_000));
    }

    /// Reads until the slice is over, and keeps what came of it.
    async fn read_on(&mut self, here: &mut Surroundings<'_>) -> Result<(), Wishes> {
        if !here.engine.has_direct() {
            // What is read of them would have no place yet.
            self.later(Step::On, 200);
            return Ok(());
        }
        let until = clock::now() + SLICE;
        while let Some(segment) = self.segments.pop_front() {
            if let Some(restore) = &mut self.restore {
                let batch = restore.take(&segment);
                self.changes.extend(batch.changes);
                self.data.extend(batch.data);
            }
            self.done += 1;
            if clock::now() >= until || self.changes.len() >= RECORDS {
                break;
            }
        }
        let is_over = self.segments.is_empty() && self.before.is_none();
        if self.changes.len() >= RECORDS || self.segments.is_empty() {
            self.keep(here).await?;
        }
        self.show();
        if is_over && !self.has_heard && has_others(here.engine) {
            self.has_heard = true;
            self.store.reading.set(Reading::None);
            here.engine.set_restoring(false, here.now);
            self.later(Step::On, HEAR_FOR);
            return Ok(());
        }
        if is_over {
            return self.end(here).await;
        }
        if !self.segments.is_empty() {
            self.later(Step::On, 0);
        }
        Ok(())
    }

    async fn keep(&mut self, here: &mut Surroundings<'_>) -> Result<(), Wishes> {
        if self.changes.is_empty() && self.data.is_empty() {
            return Ok(());
        }
        let changes = std::mem::take(&mut self.changes);
        let stored: Vec<Record> = changes.iter().filter_map(record).cloned().collect();
        if !changes.is_empty() {
            // Until the end is kept, for good, the vault is read again after a crash.
            let failed = |error| vec![Wish::StoreFailed(error)];
            here.keeper.apply_loosely(changes).await.map_err(failed)?;
        }
        let data = std::mem::take(&mut self.data);
        here.engine.handle_restored(&stored, data, here.now);
        self.takeover.note(stored, self.total);
        Ok(())
    }

    async fn end(&mut self, here: &mut Surroundings<'_>) -> Result<(), Wishes> {
        let Some(mut restore) = self.restore.take() else {
            return Ok(());
        };
        restore.hear(&here.engine.vault_chains());
        let chains = restore.chains();
        let problems = restore.finish();
        if self.rounds < ROUNDS && !problems.is_empty() {
            self.later(Step::Begin, READ_AGAIN_AFTER);
            return Ok(());
        }
        let failed = |error| vec![Wish::StoreFailed(error)];
        let over = vec![Restore::end()];
        here.keeper.apply(over).await.map_err(failed)?;
        self.waiting.clear();
        here.engine.set_restoring(false, here.now);
        if problems.is_empty() {
            self.store.reading.set(Reading::None);
            self.takeover.begin(chains);
            self.later(Step::TakeOver, 500);
        } else {
            let detail: Vec<String> = problems.iter().map(said).collect();
            self.store.detail.set(detail.join("\n"));
            let problems = problems.len();
            self.store.reading.set(Reading::Damaged { problems });
        }
        Ok(())
    }

    fn show(&self) {
        let (done, total) = (self.done, self.total);
        self.store.reading.set(Reading::Running { done, total });
    }

    /// The page draws its frames in between.
    fn later(&mut self, step: Step, after: u64) {
        let port = self.port.clone();
        let put = move || port.put(VaultInput::Step(step));
        self.timer = Timer::after(after, put);
    }
}

impl VaultReading for Reader {
    fn handle<'a>(&'a mut self, step: Step, here: Surroundings<'a>) -> Pending<'a> {
        Box::pin(self.step(step, here))
    }
}

/// Whether the member has other devices, which may say how far they are.
fn has_others(engine: &parley_client::Engine) -> bool {
    let (user, me) = engine.me();
    let mut devices = engine.community().devices_of(&user);
    devices.any(|(device, _)| device != me)
}

fn record(change: &Change) -> Option<&Record> {
    match change {
        Change::Put(record) => Some(record),
        Change::Delete { .. } => None,
    }
}

/// A problem for those who look closer: devices by the beginning of their id.
fn said(problem: &VaultProblem) -> String {
    let (VaultProblem::Foreign { device, counter }
    | VaultProblem::Gap { device, counter }
    | VaultProblem::Short {
        device, counter, ..
    }
    | VaultProblem::Other { device, counter }) = problem;
    let device: String = device.to_string().chars().take(8).collect();
    match problem {
        VaultProblem::Foreign { .. } => {
            format!("segment {counter} of device {device} was not written by it")
        }
        VaultProblem::Gap { .. } => format!("segment {counter} of device {device} is missing"),
        VaultProblem::Short { served, .. } => {
            format!("device {device} wrote {counter} segments, the relay gave {served}")
        }
        VaultProblem::Other { .. } => {
            format!("segment {counter} of device {device} is another one")
        }
    }
}
