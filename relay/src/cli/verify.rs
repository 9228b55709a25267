//! `parley-relay verify`: rehearses a restore.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use zeroize::Zeroizing;

use super::backup::size;
use crate::age_keys::Identities;
use crate::backup::error::BackupError;
use crate::backup::manifest::Manifest;
use crate::backup::place;
use crate::backup::read::Reader;
use crate::backup::scratch::Scratch;
use crate::backup::{snapshot, verify};
use crate::config::{Settings, Sources};
use crate::relay::data_folder;

/// Restores a backup into a scratch folder and compares everything: each piece and blob by its hash, the database, the
/// community log, the rows of every table. Changes nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,
    /// Folder for the scratch folder; it needs room for the database. [default: the data folder, or the system's for
    /// temporary files]
    #[arg(long, value_name = "FOLDER")]
    scratch: Option<PathBuf>,
}

/// Which backup, and what opens it.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// File with the key that `parley-relay backup --make-key` made, or any age identity; `-` reads it from standard
    /// input.
    #[arg(long, value_name = "FILE")]
    pub(super) identity: PathBuf,
    /// The backup, as `parley-relay backup --list` names it. [default: the newest]
    #[arg(long, value_name = "NAME")]
    pub(super) backup: Option<String>,
    /// Seal of the relay that made it. [default: that of the data folder, if it has a relay's data]
    #[arg(long, value_name = "SEAL")]
    pub(super) seal: Option<String>,
}

pub(super) fn run(args: &Args, sources: &Sources) -> anyhow::Result<ExitCode> {
    let settings = super::settings(sources)?;
    let identities = identities(&args.which.identity)?;
    let said = all(args, &identities, &settings)?;
    std::io::stdout().lock().write_all(said.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn all(args: &Args, identities: &Identities, settings: &Settings) -> anyhow::Result<String> {
    let to = settings.backup.to.as_ref().ok_or(BackupError::NoPlace)?;
    let target = place::open(to)?;
    let reader = Reader {
        target: &*target,
        place: &to.to_string(),
        identities,
    };
    let data = data_folder(settings);
    let manifest = reader.manifest(args.which.backup.as_deref())?;
    let sealed = compare_seal(&manifest, args.which.seal.as_deref(), &data)?;
    // In the data folder always the same, so that the next one removes what a kill left behind.
    let own = format!("parley-verify-{}", std::process::id());
    let scratch = match &args.scratch {
        Some(folder) => folder.join(own),
        None if data.is_dir() => data.join("verify-scratch"),
        None => std::env::temp_dir().join(own),
    };
    let scratch = Scratch::at(scratch)?;
    let file = scratch.path().join("parley.db");
    let mut blobs = 0_u64;
    let troubles = verify::all(&reader, &manifest, &file, &mut |_, _| {
        blobs = blobs.saturating_add(1);
        Ok(())
    })?;
    if !troubles.is_empty() {
        let id = manifest.id.clone();
        return Err(BackupError::NotWhole { id, troubles }.into());
    }
    Ok(format!(
        "{}{sealed}",
        described("is whole", &manifest, blobs)
    ))
}

/// Compares the seal with the one that is expected, and says so; without one, says what to compare.
pub(super) fn compare_seal(
    manifest: &Manifest,
    given: Option<&str>,
    data: &Path,
) -> Result<String, BackupError> {
    let own = snapshot::seal(data).ok().map(|seal| seal.fingerprint());
    let found = manifest.seal.fingerprint();
    match given.map(str::to_owned).or(own) {
        Some(expected) => {
            verify::same_seal(manifest, expected.trim())?;
            Ok(format!("Seal: {found}, as expected\n"))
        }
        None => Ok(format!(
            "Seal: {found}. Compare it with the one that you noted, or give it as --seal\n"
        )),
    }
}

/// A sentence about a backup.
pub(super) fn described(what: &str, manifest: &Manifest, blobs: u64) -> String {
    let contents = &manifest.contents;
    let items = contents.rows.get("item").copied().unwrap_or(0);
    let mut text = format!(
        "Backup {} {what}: database {}, log up to entry {}, {items} messages, {blobs} blobs with {}\n",
        manifest.id,
        size(manifest.database.bytes),
        contents.log,
        size(contents.blob_bytes),
    );
    if !manifest.absent.is_empty() {
        let absent = manifest.absent.len();
        let _ = writeln!(
            text,
            "{absent} blobs were already missing or damaged when it was made"
        );
    }
    text
}

/// Reads the keys.
pub(super) fn identities(path: &Path) -> anyhow::Result<Identities> {
    let mut text = Zeroizing::new(String::new());
    let read = if path == Path::new("-") {
        std::io::stdin().lock().read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.with_context(|| format!("cannot read the key from {}", path.display()))?;
    let found = Identities::parse(&text);
    Ok(found.map_err(|error| BackupError::Identity(path.to_owned(), error))?)
}
