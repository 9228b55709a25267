//! Without a subcommand: starts the relay, prints its address, and shuts it down on a signal.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Settings;
use crate::relay::{Environment, Relay, data_folder};
use crate::telemetry::logs;

pub(super) fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    logs::start(settings.log, settings.log_format);
    #[cfg(target_os = "linux")]
    if let Err(error) = crate::open_files::raise() {
        tracing::warn!(%error, "cannot raise the limit of open files");
    }
    super::block_on(until_a_signal(settings))
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
    out.flush()
}
