//! When the running relay makes its backups: every night, as soon as it can after one was missed, and again after an
//! hour when one failed.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parley_protocol::Millis;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::error::BackupError;
use super::run;
use super::status::{Board, Status};
use crate::clock::Clock;
use crate::config::{BackupSettings, TimeOfDay};

const MINUTE: Millis = 60 * 1000;
const HOUR: Millis = 60 * MINUTE;
const DAY: Millis = 24 * HOUR;
/// How often the clock is looked at: it may be set meanwhile.
const LOOK: Duration = Duration::from_secs(30);

/// Ends with [`Schedule::stop`].
pub(crate) struct Schedule {
    task: JoinHandle<()>,
    stopped: Arc<AtomicBool>,
}

impl Schedule {
    /// Begins, if the settings say when.
    pub(crate) fn start(
        settings: BackupSettings,
        data: PathBuf,
        clock: Arc<dyn Clock>,
        board: Board,
    ) -> Option<Self> {
        settings.to.as_ref()?;
        let at = settings.at?;
        if settings.recipients.is_empty() {
            tracing::error!("{}", BackupError::NoRecipients);
        }
        let stopped = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(nightly(Nights {
            settings: Arc::new(settings),
            at,
            data,
            clock,
            board,
            stopped: Arc::clone(&stopped),
        }));
        Some(Self { task, stopped })
    }

    /// Ends it. A backup that is being made stops at its next step; it is none then.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.task.abort();
    }
}

struct Nights {
    settings: Arc<BackupSettings>,
    at: TimeOfDay,
    data: PathBuf,
    clock: Arc<dyn Clock>,
    board: Board,
    stopped: Arc<AtomicBool>,
}

async fn nightly(nights: Nights) {
    let started = nights.clock.now();
    loop {
        let now = nights.clock.now();
        let due = next(nights.at, now, started, &nights.board.now());
        nights.board.is_due(Some(due));
        if due > now {
            let wait = Duration::from_millis(due.saturating_sub(now));
            tokio::time::sleep(wait.min(LOOK)).await;
            continue;
        }
        make(&nights).await;
    }
}

async fn make(nights: &Nights) {
    let settings = Arc::clone(&nights.settings);
    let (data, clock) = (nights.data.clone(), Arc::clone(&nights.clock));
    let (board, stopped) = (nights.board.clone(), Arc::clone(&nights.stopped));
    // A thread of its own: a relay that ends does not wait for it.
    let (sender, made) = oneshot::channel();
    let thread = std::thread::Builder::new().name("backup".to_owned());
    let thread = thread.spawn(move || {
        let go_on = || !stopped.load(Ordering::Relaxed);
        let _ = sender.send(run::once(&settings, &data, &*clock, &board, &go_on));
    });
    if let Err(error) = thread {
        tracing::error!(%error, "cannot start a thread for the backup");
    }
    match made.await {
        Ok(Ok((made, done))) => {
            tracing::info!(
                id = %made.id, took_ms = done.took, sent_bytes = done.sent_bytes, "backup made"
            );
            for warning in done.warnings {
                tracing::warn!("{warning}");
            }
        }
        Ok(Err(error)) => tracing::error!("no backup was made: {error}"),
        // Said above, or the relay is ending.
        Err(_) => tokio::time::sleep(LOOK).await,
    }
}

/// When the next backup is due; now or before means at once.
fn next(at: TimeOfDay, now: Millis, started: Millis, status: &Status) -> Millis {
    let today = now / DAY * DAY + at.millis();
    let night = if today <= now {
        today
    } else {
        today.saturating_sub(DAY)
    };
    // One of the future was made while the clock was wrong.
    let last = status.last.as_ref().map(|last| last.at);
    let last = last.filter(|last| *last <= now);
    if last.is_some_and(|last| last >= night) {
        return night.saturating_add(DAY);
    }
    // Missed, or the first. A relay that starts has other things to do first.
    let failed = status.failed.as_ref().map(|failed| failed.at);
    let failed = failed.filter(|failed| *failed <= now);
    let again = failed.map_or(0, |failed| failed.saturating_add(HOUR));
    night.max(started.saturating_add(MINUTE)).max(again)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::age_keys::tests::pair;
    use crate::backup::status::{Done, Failed};
    use crate::backup::tests::Data;
    use crate::clock::ManualClock;
    use crate::config::Place;

    /// Time passes as fast as nothing is left to do.
    #[tokio::test(start_paused = true)]
    async fn a_running_relay_makes_one_every_night_and_says_how_it_went() {
        let (data, place) = (Data::new(), TempDir::new().unwrap());
        let clock = Arc::new(ManualClock::at(MIDNIGHT + HOUR));
        let settings = |place: &std::path::Path| BackupSettings {
            to: Some(Place::Folder(place.to_owned())),
            recipients: pair().0,
            at: Some(three()),
            keep_days: 30,
        };
        let board = Board::of(data.path(), Some("the place".to_owned()));
        let start = |place| {
            let clock = Arc::clone(&clock) as Arc<dyn Clock>;
            Schedule::start(settings(place), data.path().into(), clock, board.clone()).unwrap()
        };
        let until = async |is: &dyn Fn(&Status) -> bool| {
            while !is(&board.now()) {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            board.now()
        };
        let schedule = start(place.path());
        // None was ever made, so it does not wait for the night.
        until(&|status| status.next_at == Some(MIDNIGHT + HOUR + MINUTE)).await;
        clock.advance(MINUTE);
        let first = until(&|status| status.last.is_some()).await;
        assert_eq!(first.running_since, None);
        until(&|status| status.next_at == Some(MIDNIGHT + 3 * HOUR)).await;
        clock.advance(2 * HOUR);
        let second = until(&|status| status.last != first.last).await;
        assert_eq!(second.failed, None);
        schedule.stop();
        // The place is gone: a file is in its way.
        let file = place.path().join("file");
        std::fs::write(&file, "").unwrap();
        clock.advance(DAY);
        let schedule = start(&file);
        until(&|status| status.next_at.is_some_and(|at| at > clock.now())).await;
        clock.advance(MINUTE);
        let failed = until(&|status| status.failed.is_some()).await;
        assert_eq!(failed.last, second.last);
        schedule.stop();
    }

    const MIDNIGHT: Millis = 20_000 * DAY;

    fn three() -> TimeOfDay {
        "03:00".parse().unwrap()
    }

    fn status(last: Option<Millis>, failed: Option<Millis>) -> Status {
        Status {
            last: last.map(|at| Done {
                id: String::new(),
                at,
                took: 0,
                database_bytes: 0,
                blobs: 0,
                blob_bytes: 0,
                sent_bytes: 0,
                absent: 0,
                warnings: Vec::new(),
            }),
            failed: failed.map(|at| Failed {
                at,
                why: String::new(),
                times: 1,
            }),
            ..Status::default()
        }
    }

    #[test]
    fn every_night_at_the_time() {
        let night = MIDNIGHT + 3 * HOUR;
        let done = status(Some(night - DAY), None);
        let next = |now, status: &Status| next(three(), now, 0, status);
        assert_eq!(next(night - 1, &done), night);
        assert!(next(night, &done) <= night);
        let done = status(Some(night + 5), None);
        assert_eq!(next(night + HOUR, &done), night + DAY);
    }

    #[test]
    fn one_that_was_missed_is_made_up_for_a_minute_after_the_start() {
        let started = MIDNIGHT + 12 * HOUR;
        for missed in [status(None, None), status(Some(MIDNIGHT), None)] {
            assert_eq!(next(three(), started, started, &missed), started + MINUTE);
        }
    }

    #[test]
    fn one_that_failed_is_tried_again_after_an_hour() {
        let failed = MIDNIGHT + 4 * HOUR;
        let status = status(Some(MIDNIGHT - 20 * HOUR), Some(failed));
        assert_eq!(next(three(), failed + 1, 0, &status), failed + HOUR);
    }

    #[test]
    fn a_clock_that_was_wrong_does_not_end_it() {
        let now = MIDNIGHT + 5 * HOUR;
        let status = status(Some(now + 400 * DAY), Some(now + 400 * DAY));
        assert!(next(three(), now, 0, &status) <= now);
    }
}
