//! What uploads and downloads share: the worker, the file token, and pauses while the relay is away.

use std::rc::Rc;

use parley_protocol::files::{FileLimits, FileToken};
use parley_protocol::limits::MAX_FILE_BYTES;

use super::input::{FilesInput, Here, Step};
use super::problem::Again;
use crate::driver::port::Port;
use crate::driver::relay;
use crate::files::text;
use crate::platform::clock::Timer;
use crate::platform::file_worker::{FileWorker, WorkFault};
use crate::platform::http::HttpError;
use crate::platform::task;

/// The first pause after no answer came, in milliseconds. Each further one is twice as long.
const PAUSE: u64 = 1_000;
const LONGEST_PAUSE: u64 = 30_000;
/// A token is renewed so long before its end, in milliseconds: a chunk that is begun with it arrives with it.
const MARGIN: u64 = 60_000;

pub(super) struct Line {
    port: Port<FilesInput>,
    worker: Option<Rc<FileWorker>>,
    /// With the time until which it is good.
    token: Option<(String, u64)>,
    limits: Option<FileLimits>,
    is_asking: bool,
    /// The access token did not do.
    needs_session: bool,
    failures: u32,
    /// Nothing went well since a pause began.
    is_failing: bool,
    pause: Option<Timer>,
}

impl Line {
    pub(super) fn new(port: Port<FilesInput>) -> Self {
        Self {
            port,
            worker: None,
            token: None,
            limits: None,
            is_asking: false,
            needs_session: false,
            failures: 0,
            is_failing: false,
            pause: None,
        }
    }

    /// The way back for what is begun.
    pub(super) fn back(&self) -> impl Fn(Step) + 'static + use<> {
        let port = self.port.clone();
        move |step| port.put(FilesInput::Step(step))
    }

    /// Runs something beside the driver, and puts what came of it in the queue.
    pub(super) fn begin(&self, work: impl Future<Output = Step> + 'static) {
        let back = self.back();
        task::spawn(async move { back(work.await) });
    }

    /// The worker. What is left in its spool from before is looked at when it starts.
    pub(super) fn worker(&mut self) -> Result<Rc<FileWorker>, WorkFault> {
        if let Some(worker) = &self.worker {
            return Ok(Rc::clone(worker));
        }
        let worker = Rc::new(FileWorker::start()?);
        self.worker = Some(Rc::clone(&worker));
        let tidying = Rc::clone(&worker);
        self.begin(async move { Step::Folders(tidying.folders().await.unwrap_or_default()) });
        Ok(worker)
    }

    /// A folder of the spool is not needed any more.
    pub(super) fn forget(&mut self, folder: &str) {
        let (Ok(worker), folder) = (self.worker(), folder.to_owned()) else {
            return;
        };
        task::spawn(async move {
            worker.forget(&folder).await.ok();
        });
    }

    /// Bytes that all files of a message may have together, as far as that is known.
    pub(super) fn largest(&self) -> u64 {
        self.limits.map_or(MAX_FILE_BYTES, |it| it.max_file_bytes)
    }

    /// Whether the relay has room for so much more of this member.
    pub(super) fn has_room_for(&self, bytes: u64) -> bool {
        let fits = |it: FileLimits| it.used.saturating_add(bytes) <= it.quota;
        self.limits.is_none_or(fits)
    }

    /// A token for files. `None`: it was asked for.
    pub(super) fn token(&mut self, here: &Here<'_>) -> Option<String> {
        if let Some((token, until)) = &self.token
            && *until > here.now
        {
            return Some(token.clone());
        }
        if !std::mem::replace(&mut self.is_asking, true) {
            let access = here.access.clone().filter(|_| !self.needs_session);
            self.begin(async move {
                let mut session = None;
                let access = match access {
                    Some(access) => Ok(access),
                    None => relay::refresh().await.map(|it| {
                        let access = it.access_token.clone();
                        session = Some(it);
                        access
                    }),
                };
                let answer = match access {
                    Ok(access) => relay::files::token(&access).await,
                    Err(error) => Err(error),
                };
                Step::Token { session, answer }
            });
        }
        None
    }

    pub(super) fn take_token(&mut self, answer: Result<FileToken, HttpError>, now: u64) {
        self.is_asking = false;
        match answer {
            Ok(FileToken {
                token,
                expires_at,
                now: relays,
                limits,
            }) => {
                let life = expires_at.saturating_sub(relays).saturating_sub(MARGIN);
                self.token = Some((token, now.saturating_add(life)));
                self.limits = Some(limits);
                self.needs_session = false;
                self.went_well();
            }
            Err(error) => {
                self.needs_session = matches!(error, HttpError::Refused(_)) && !self.needs_session;
                self.pause();
            }
        }
    }

    /// Something is sent again, with a new token or later.
    pub(super) fn wait(&mut self, again: Again) {
        match again {
            Again::Token => self.forget_token(),
            Again::Later(Some(wait)) => self.pause_for(wait),
            Again::Later(None) => self.pause(),
        }
    }

    /// The relay did not take the token.
    fn forget_token(&mut self) {
        self.token = None;
        self.failures = self.failures.saturating_add(1);
        if self.failures > 2 {
            self.pause();
        }
    }

    pub(super) fn is_paused(&self) -> bool {
        self.pause.is_some()
    }

    /// No answer came: everything waits a while.
    pub(super) fn pause(&mut self) {
        self.is_failing = true;
        let wait = PAUSE << self.failures.min(8);
        self.failures = self.failures.saturating_add(1);
        self.pause_for(wait.min(LONGEST_PAUSE));
    }

    fn pause_for(&mut self, milliseconds: u64) {
        if self.pause.is_none() {
            let back = self.back();
            self.pause = Timer::after(milliseconds, move || back(Step::Again));
        }
    }

    /// Goes on: the pause is over, or the relay is back.
    pub(super) fn resume(&mut self) {
        self.pause = None;
    }

    pub(super) fn went_well(&mut self) {
        self.failures = 0;
        self.is_failing = false;
    }

    /// Why nothing goes on, in words: since the last time that something went well.
    pub(super) fn why_paused(&self, here: &Here<'_>) -> Option<&'static str> {
        if !self.is_failing {
            return None;
        }
        Some(if here.is_online {
            text::RELAY_AWAY
        } else {
            text::OFFLINE
        })
    }
}
