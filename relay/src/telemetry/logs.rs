//! Log lines, on standard error.

use tracing::level_filters::LevelFilter;

use crate::config::{LogFormat, LogLevel};

/// Starts to write log lines. Once per process.
pub(crate) fn start(level: LogLevel, format: LogFormat) {
    let lines = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(filter(level))
        .with_target(false)
        .with_ansi(false);
    match format {
        LogFormat::Human => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}

fn filter(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}
