//! One backup from beginning to end on the calling thread, and how it went on the board.

use std::path::Path;

use super::error::BackupError;
use super::make::{self, Made, Plan};
use super::place;
use super::status::{Board, Done};
use crate::clock::Clock;
use crate::config::BackupSettings;
use crate::entropy::{Entropy, OsEntropy, random};

/// Makes a backup. Blocks; call it on a thread that may wait.
///
/// # Errors
/// [`BackupError`], which is on the board as well.
pub(crate) fn once(
    settings: &BackupSettings,
    data: &Path,
    clock: &dyn Clock,
    board: &Board,
    go_on: &dyn Fn() -> bool,
) -> Result<(Made, Done), BackupError> {
    step_back();
    let at = clock.now();
    board.begins(at);
    let made = attempt(settings, data, at, go_on);
    match made {
        Ok(made) => {
            let done = done(&made, at, clock.now().saturating_sub(at));
            board.succeeded(done.clone());
            Ok((made, done))
        }
        Err(error) => {
            board.failed(clock.now(), error.to_string());
            Err(error)
        }
    }
}

fn attempt(
    settings: &BackupSettings,
    data: &Path,
    now: u64,
    go_on: &dyn Fn() -> bool,
) -> Result<Made, BackupError> {
    let to = settings.to.as_ref().ok_or(BackupError::NoPlace)?;
    let target = place::open(to)?;
    let mut entropy: Box<dyn Entropy> = Box::new(OsEntropy);
    make::run(&Plan {
        data,
        target: &*target,
        place: &to.to_string(),
        recipients: &settings.recipients,
        keep_days: settings.keep_days,
        now,
        random: random(&mut *entropy),
        go_on,
    })
}

fn done(made: &Made, at: u64, took: u64) -> Done {
    let mut warnings = Vec::new();
    if !made.absent.is_empty() {
        let few: Vec<_> = made.absent.iter().take(5).map(String::as_str).collect();
        warnings.push(format!(
            "{} blobs are missing or damaged in the data folder and are not in the backup, unless an earlier one has them: {}",
            made.absent.len(),
            few.join(", ")
        ));
    }
    if !made.removed.unreadable.is_empty() {
        warnings.push(format!(
            "no blob was removed, because the lists of these backups cannot be read: {}",
            made.removed.unreadable.join(", ")
        ));
    }
    Done {
        id: made.id.to_string(),
        at,
        took,
        database_bytes: made.database_bytes,
        blobs: made.blobs,
        blob_bytes: made.blob_bytes,
        sent_bytes: made.sent_bytes,
        absent: u64::try_from(made.absent.len()).unwrap_or(u64::MAX),
        warnings,
    }
}

/// Lets the threads that answer people go first. On Linux this is of one thread alone.
fn step_back() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(10);
}
