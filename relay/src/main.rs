//! The relay program: reads the settings, starts the relay, prints its address, and shuts it down on a signal.

use std::io::Write as _;

use anyhow::Context as _;
use parley_relay::config::{LogLevel, Settings};
use parley_relay::relay::{Environment, Relay, data_folder};
use tokio::signal::unix::{SignalKind, signal};
use tracing::level_filters::LevelFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    #[cfg(unix)]
    parley_relay::private::set_umask();
    let settings = Settings::from_process()?;
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(level(settings.log))
        .with_target(false)
        .with_ansi(false)
        .init();
    #[cfg(target_os = "linux")]
    if let Err(error) = parley_relay::open_files::raise() {
        tracing::warn!(%error, "cannot raise the limit of open files");
    }
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
    Ok(())
}

/// Prints what the operator needs on standard output, one fact per line.
fn announce(relay: &Relay) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "Parley is at {}", relay.origin())?;
    if let Some(link) = relay.setup_link() {
        writeln!(out, "Create your community: {link}")?;
    }
    out.flush()
}

fn level(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}
