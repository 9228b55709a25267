//! `parley-relay restore`: brings a backup back, here or on another machine.

use std::io::Write as _;
use std::process::ExitCode;

use super::verify::{Which, compare_seal, described, identities};
use crate::age_keys::Identities;
use crate::backup::error::BackupError;
use crate::backup::read::Reader;
use crate::backup::{place, restore};
use crate::config::{Settings, Sources};
use crate::relay::data_folder;

/// Restores a backup into the data folder, which must be new or empty, and verifies it on the way.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,
    /// Leave out blobs that are missing or damaged, instead of refusing. Whoever has such a file can send it again.
    #[arg(long)]
    leave_out_damaged: bool,
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
    let restored = restore::run(&reader, &manifest, &data, args.leave_out_damaged)?;
    for trouble in &restored.troubles {
        eprintln!("warning: left out: {trouble}");
    }
    Ok(format!(
        "{}{sealed}Start the relay with --data {}, and never two relays with the same data\n",
        described("was restored", &manifest, restored.blobs),
        data.display()
    ))
}
