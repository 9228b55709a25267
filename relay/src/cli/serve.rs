//! Without a subcommand: starts the relay, prints its address, and shuts it down on a signal.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::{Place, SandboxMode, Settings};
use crate::relay::{Environment, Relay, data_folder};
use crate::sandbox::{self, Rights};
use crate::storage::make_folder;
use crate::telemetry::logs;

pub(super) fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    logs::start(settings.log, settings.log_format);
    #[cfg(target_os = "linux")]
    if let Err(error) = crate::open_files::raise() {
        tracing::warn!(%error, "cannot raise the limit of open files");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = crate::huge_pages::disable() {
        tracing::warn!(%error, "cannot do without huge pages");
    }
    // Before the first thread: those of the runtime are bound by it, too.
    enter_sandbox(&settings)?;
    super::block_on(until_a_signal(settings))
}

fn enter_sandbox(settings: &Settings) -> anyhow::Result<()> {
    if settings.sandbox == SandboxMode::Off {
        return Ok(());
    }
    // A rule is for a folder that is there. What is wrong with it, the start says.
    let _ = make_folder(&settings.data);
    if let Some(Place::Folder(folder)) = &settings.backup.to
        && let Err(error) = make_folder(folder)
    {
        tracing::warn!(folder = %folder.display(), %error, "there is no folder for backups; start the relay again when it is there");
    }
    let report = sandbox::enter(settings.sandbox, &Rights::of(settings))?;
    if report.is_all() {
        tracing::debug!(%report, "sandbox entered");
    } else {
        tracing::warn!(%report, "this kernel does not have all of the sandbox");
    }
    Ok(())
}

async fn until_a_signal(settings: Settings) -> anyhow::Result<ExitCode> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;

    let data = data_folder(&settings);
    let relay = Relay::start(settings, Environment::default())
        .await
        .context("cannot start the relay")?;
    announce(&relay)?;
    tracing::info!(data = %data.display(), turn = ?relay.turn_address(), "relay started");

    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("relay shutting down");
    relay.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

/// Prints what the operator needs on standard output, one fact per line.
fn announce(relay: &Relay) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "Parley is at {}", relay.origin())?;
    if let Some(link) = relay.setup_link() {
        writeln!(out, "Create your community: {link}")?;
    }
    if let Some(address) = relay.metrics_address() {
        writeln!(out, "Metrics are at http://{address}/metrics")?;
    }
    if let Some(authority) = relay.authority() {
        writeln!(out, "Trust its certificate: {}", relay.trust_page())?;
        writeln!(out, "Fingerprint (SHA-256): {}", authority.fingerprint())?;
    }
    out.flush()
}
