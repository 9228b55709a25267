//! `parley-relay backup`: makes a backup now, makes a key for backups, or lists those that are there.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use crate::age_keys;
use crate::backup::error::BackupError;
use crate::backup::status::{Board, Done};
use crate::backup::{place, read, run};
use crate::clock::SystemClock;
use crate::config::{Settings, Sources};
use crate::relay::data_folder;

/// Makes a backup now; the relay may go on running. Blobs that are there already are not sent again.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Make a key instead. The secret part goes into this new file: move it to another machine, and keep a copy on
    /// paper. The public part is printed, for `backup_recipients`.
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    make_key: Option<PathBuf>,
    /// List the backups that are there instead.
    #[arg(long)]
    list: bool,
}

pub(super) fn run(args: &Args, sources: &Sources) -> anyhow::Result<ExitCode> {
    if let Some(file) = &args.make_key {
        return make_key(file);
    }
    let settings = super::settings(sources)?;
    let said = if args.list {
        list(&settings)?
    } else {
        make(&settings)?
    };
    std::io::stdout().lock().write_all(said.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn make_key(path: &Path) -> anyhow::Result<ExitCode> {
    let key = age_keys::make_key();
    let file = File::options().write(true).create_new(true).open(path);
    let mut file = match file {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!(
                "{} is there already, and is left as it is: the backups for its key can be read with nothing else",
                path.display()
            )
        }
        file => file.with_context(|| format!("cannot write {}", path.display()))?,
    };
    file.write_all(key.file.as_bytes())
        .and_then(|()| file.sync_all())
        .with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "backup_recipients = [\"{}\"]", key.recipient)?;
    writeln!(
        out,
        "The key that opens the backups is in {}. Move it off this machine, to where the backups are not: without it\n\
         nobody can restore them, and whoever has it can read them.",
        path.display()
    )?;
    Ok(ExitCode::SUCCESS)
}

fn make(settings: &Settings) -> anyhow::Result<String> {
    let data = data_folder(settings);
    let place = settings.backup.to.as_ref().map(ToString::to_string);
    let board = Board::of(&data, place.clone());
    let (made, done) = run::once(&settings.backup, &data, &SystemClock, &board, &|| true)?;
    for warning in &done.warnings {
        eprintln!("warning: {warning}");
    }
    Ok(format!(
        "{}Seal: {} (note it with the key: a restore on another machine compares it)\n",
        sentence(&done, &place.unwrap_or_default()),
        made.seal
    ))
}

fn sentence(done: &Done, place: &str) -> String {
    format!(
        "Backup {} is in {place}: database {}, {} blobs with {}; {} were sent in {}.{} s\n",
        done.id,
        size(done.database_bytes),
        done.blobs,
        size(done.blob_bytes),
        size(done.sent_bytes),
        done.took / 1000,
        done.took % 1000 / 100,
    )
}

fn list(settings: &Settings) -> anyhow::Result<String> {
    let to = settings.backup.to.as_ref().ok_or(BackupError::NoPlace)?;
    let target = place::open(to)?;
    let all = read::all(&*target)?;
    if all.is_empty() {
        return Ok(format!("There is no backup in {to}\n"));
    }
    let lines: Vec<_> = all.iter().map(|id| format!("{id}\n")).collect();
    Ok(lines.concat())
}

/// Bytes for people.
pub(super) fn size(bytes: u64) -> String {
    let units = ["KB", "MB", "GB", "TB"];
    let mut scale = 1_u64;
    let mut unit = "bytes";
    for larger in units {
        if bytes / scale < 1000 {
            break;
        }
        scale = scale.saturating_mul(1000);
        unit = larger;
    }
    match scale {
        1 => format!("{bytes} {unit}"),
        _ => format!("{}.{} {unit}", bytes / scale, bytes % scale / (scale / 10)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_for_people() {
        let found = [0, 999, 1000, 1_234_567, 10_000_000_000].map(size);
        assert_eq!(
            found,
            ["0 bytes", "999 bytes", "1.0 KB", "1.2 MB", "10.0 GB"]
        );
    }
}
