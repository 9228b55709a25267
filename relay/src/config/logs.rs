//! What is logged, and how it looks.

/// As given.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Given {
    /// Log level. Addresses are logged at debug and trace only.
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t)]
    pub(super) log: LogLevel,
    /// How log lines look: as people read them, or one JSON object a line for a collector.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) log_format: LogFormat,
}

/// Minimum severity of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
#[expect(missing_docs, reason = "the usual five")]
pub enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

/// Shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum LogFormat {
    /// For people: time, level, text.
    #[default]
    Human,
    /// One JSON object a line: `timestamp`, `level`, `fields.message` and the other fields.
    Json,
}
