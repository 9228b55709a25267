//! The relay's settings, each under one name as a flag, an environment variable and a key in a TOML file. Every part
//! has its own file here: a `Given` struct, whose doc comments are the help texts, and what becomes of it.

mod backup;
mod file;
mod files;
mod flags;
mod limits;
mod logs;
mod mailbox;
mod mdns;
mod metrics;
mod names;
mod network;
mod origin;
mod provider;
mod proxies;
mod sandbox;
mod sources;
mod tls;
mod turn;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Command;

pub use crate::auth::rate_limit::Rate;
pub use crate::file_terms::{BadFileSize, FileTerms};
pub use backup::{BackupSettings, BadBackup, BucketSettings, Place, TimeOfDay};
pub use flags::flags;
pub use logs::{LogFormat, LogLevel};
pub use mailbox::{BadMailboxSize, MailboxTerms};
pub use mdns::BadMdnsName;
pub use metrics::{MetricsAccess, MetricsToken};
pub(crate) use origin::is_loopback;
pub use origin::{BadUrl, Origin};
pub use provider::{BadProvider, Provider, SecretText};
pub use proxies::{BadNetwork, Network, TrustedProxies};
pub use sandbox::SandboxMode;
pub use sources::{Row, Source, Sources, Variables};
pub use tls::{AcmeTerms, BadTls, TlsMode, TlsTerms};
pub use turn::BadTurnListen;

/// The settings are invalid.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The flags are invalid.
    #[error(transparent)]
    Flags(#[from] clap::Error),
    /// The configuration file cannot be read.
    #[error("cannot read the configuration file {0}: {1}")]
    File(PathBuf, std::io::Error),
    /// The configuration file is not valid TOML, or a table in it is mistyped.
    #[error("invalid configuration file {0}: {1}")]
    Toml(PathBuf, toml::de::Error),
    /// A key of the configuration file is no setting.
    #[error("unknown setting `{name}` in {file}{}", did_you_mean(meant.as_deref()))]
    Unknown {
        /// The key.
        name: String,
        /// The configuration file.
        file: PathBuf,
        /// The setting with the most similar name.
        meant: Option<String>,
    },
    /// A key of the configuration file has a table or a date as its value.
    #[error("the setting `{1}` in {0} must be a text, a number, true or false, or a list of these")]
    Shape(PathBuf, String),
    /// A value is not one that the setting may have.
    #[error("invalid value `{value}` for `{name}` ({place}): {why}")]
    Value {
        /// The setting.
        name: String,
        /// Where the value is from.
        place: Source,
        /// The value; hidden if it is a secret.
        value: String,
        /// What is wrong with it.
        why: String,
    },
    /// A secret is given as itself and as a file, in the same place.
    #[error("give either `{0}` or `{0}_file`, not both")]
    Twice(String),
    /// The file with a secret cannot be read.
    #[error("cannot read `{name}` from {path}: {error}")]
    SecretFile {
        /// The setting.
        name: String,
        /// The file.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// The public URL is not an origin.
    #[error("invalid public URL: {0}")]
    PublicUrl(#[from] BadUrl),
    /// The settings for TLS do not belong together.
    #[error(transparent)]
    Tls(#[from] BadTls),
    /// The TURN listen address is neither a socket address nor `off`.
    #[error(transparent)]
    TurnListen(#[from] BadTurnListen),
    /// The size of mailboxes is out of range.
    #[error(transparent)]
    Mailbox(#[from] BadMailboxSize),
    /// The size of the largest file is out of range.
    #[error(transparent)]
    Files(#[from] BadFileSize),
    /// A setting of backups is invalid.
    #[error(transparent)]
    Backup(#[from] BadBackup),
    /// The name in the local network is none.
    #[error(transparent)]
    Mdns(#[from] BadMdnsName),
    /// An identity provider's table is not usable.
    #[error("invalid identity provider: {0}")]
    Provider(#[from] BadProvider),
}

fn did_you_mean(meant: Option<&str>) -> String {
    meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"))
}

/// Every setting as given, the parts one after the other.
#[derive(Debug, clap::Args)]
#[group(skip)]
struct Given {
    #[command(flatten, next_help_heading = "Network")]
    network: network::Given,
    #[command(flatten, next_help_heading = "Network")]
    tls: tls::Given,
    #[command(flatten, next_help_heading = "Network")]
    proxies: proxies::Given,
    #[command(flatten, next_help_heading = "Calls")]
    turn: turn::Given,
    #[command(flatten, next_help_heading = "Data")]
    data: DataGiven,
    #[command(flatten, next_help_heading = "Data")]
    mailbox: mailbox::Given,
    #[command(flatten, next_help_heading = "Data")]
    files: files::Given,
    #[command(flatten, next_help_heading = "Backups")]
    backup: backup::Given,
    #[command(flatten, next_help_heading = "Local network")]
    mdns: mdns::Given,
    #[command(flatten, next_help_heading = "Safety")]
    sandbox: sandbox::Given,
    #[command(flatten, next_help_heading = "Logs and metrics")]
    logs: logs::Given,
    #[command(flatten, next_help_heading = "Logs and metrics")]
    metrics: metrics::Given,
    #[command(flatten, next_help_heading = "Limits")]
    limits: limits::Given,
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct DataGiven {
    /// Data folder. Created if missing, and made accessible to the relay's account only. Back it up as a whole.
    #[arg(long, value_name = "FOLDER", default_value = "parley-data")]
    data: PathBuf,
}

/// All settings, with defaults filled in.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address of the HTTP server. Port 0 picks a free port.
    pub listen: SocketAddr,
    /// The data folder.
    pub data: PathBuf,
    /// Public origin, if configured.
    pub public_url: Option<Origin>,
    /// Address of the STUN and TURN server, UDP and TCP. `None` if it is off.
    pub turn_listen: Option<SocketAddr>,
    /// Host or IP address, optionally with a port, at which browsers reach the TURN server, if configured.
    pub turn_public_address: Option<String>,
    /// TLS inside the relay.
    pub tls: TlsTerms,
    /// Proxies whose word about a client counts.
    pub proxies: TrustedProxies,
    /// Minimum severity of log lines.
    pub log: LogLevel,
    /// Shape of log lines.
    pub log_format: LogFormat,
    /// Who may read `/metrics`.
    pub metrics: MetricsAccess,
    /// Address of their own for metrics and probes, if configured.
    pub metrics_listen: Option<SocketAddr>,
    /// Maximum number of open connections.
    pub connections: usize,
    /// Maximum number of open connections per address.
    pub connections_per_address: usize,
    /// Login attempts per address; a name has a multiple of it.
    pub login_rate: Rate,
    /// Registrations per address.
    pub registration_rate: Rate,
    /// Unauthenticated sockets per address.
    pub socket_rate: Rate,
    /// Frames per device.
    pub frame_rate: Rate,
    /// Multiplier for the quotas per member; 0 disables them.
    pub quota_factor: u32,
    /// Session requests (refresh, logout, new device) per address.
    pub session_rate: Rate,
    /// Pages of the community log per address; an invite has a multiple of it.
    pub log_rate: Rate,
    /// Maximum number of commands per commit; at least 1.
    pub commands_per_commit: usize,
    /// How much waits for a device, and for how long.
    pub mailbox: MailboxTerms,
    /// How much room files take.
    pub files: FileTerms,
    /// Identity providers that members may sign in with.
    pub providers: Vec<Provider>,
    /// Where backups go, who can read them, and when they are made.
    pub backup: BackupSettings,
    /// Name in the local network, without `.local`. `None` if the relay is not announced there.
    pub mdns: Option<String>,
    /// How much the relay denies itself.
    pub sandbox: SandboxMode,
}

impl Settings {
    /// Reads flags alone, the program's name first, and the files that they name; not the environment.
    ///
    /// # Errors
    /// [`ConfigError`] if a file cannot be read or a setting is invalid.
    pub fn from_args(
        args: impl IntoIterator<Item: Into<OsString> + Clone>,
    ) -> Result<Self, ConfigError> {
        let command = Command::new("parley-relay").args(flags());
        let matches = command.try_get_matches_from(args)?;
        Sources::look(&matches, &Variables::new())?.settings()
    }

    fn complete(given: Given, providers: Vec<provider::Table>) -> Result<Self, ConfigError> {
        let Given {
            network,
            tls,
            proxies,
            turn,
            data,
            mailbox,
            files,
            backup,
            mdns,
            sandbox,
            logs,
            metrics,
            limits,
        } = given;
        let public_url = network.public_url()?;
        let tls = TlsTerms::complete(&tls, network.domain.is_some(), public_url.as_ref())?;
        Ok(Self {
            listen: network.listen(tls.is_on()),
            data: data.data,
            public_url,
            tls,
            proxies: TrustedProxies::complete(&proxies),
            turn_listen: turn.listen()?,
            turn_public_address: turn.turn_public_address,
            log: logs.log,
            log_format: logs.log_format,
            metrics_listen: metrics.metrics_listen,
            metrics: metrics::complete(metrics),
            connections: network.connections,
            connections_per_address: network.connections_per_address,
            login_rate: limits.login(),
            registration_rate: limits.registration(),
            socket_rate: limits.socket(),
            frame_rate: limits.frame(),
            quota_factor: limits.quota_factor,
            session_rate: limits.session(),
            log_rate: limits.log(),
            commands_per_commit: limits.commands_per_commit(),
            mailbox: MailboxTerms::complete(&mailbox)?,
            files: files::complete(&files)?,
            providers: provider::complete(providers)?,
            backup: backup::complete(backup)?,
            mdns: mdns::complete(mdns)?,
            sandbox: sandbox.sandbox,
        })
    }

    /// Values that are worked out where nothing was given, by name.
    pub fn worked_out(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![("listen", self.listen.to_string())];
        if let Some(url) = &self.public_url {
            all.push(("public_url", url.to_string()));
        }
        all.push(("tls", self.tls.mode().to_owned()));
        all
    }
}

#[cfg(test)]
mod tests;
