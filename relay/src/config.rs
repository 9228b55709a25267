//! The relay's settings, from flags, the environment and a TOML file, in this order of precedence. Reads no file
//! except the one that --config names.

mod mailbox;
mod metrics;
mod origin;
mod provider;
mod proxies;
mod tls;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Parser;
use serde::Deserialize;

pub use crate::auth::rate_limit::Rate;
use crate::file_terms;
pub use crate::file_terms::{BadFileSize, FileTerms};
pub use mailbox::{BadMailboxSize, MailboxTerms};
pub use metrics::{MetricsAccess, MetricsToken};
pub(crate) use origin::is_loopback;
pub use origin::{BadUrl, Origin};
pub use provider::{BadProvider, Provider, SecretText};
pub use proxies::{BadNetwork, Network, TrustedProxies};
pub use tls::{AcmeTerms, BadTls, TlsMode, TlsTerms};

/// The settings are invalid.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The configuration file cannot be read.
    #[error("cannot read the configuration file {0}: {1}")]
    File(PathBuf, std::io::Error),
    /// The configuration file is not valid TOML, or has an unknown or mistyped setting.
    #[error("invalid configuration file {0}: {1}")]
    Toml(PathBuf, toml::de::Error),
    /// The public URL is not an origin.
    #[error("invalid public URL")]
    PublicUrl(#[from] BadUrl),
    /// The TURN listen address is neither a socket address nor `off`.
    #[error(
        "invalid TURN listen address `{0}`: expected an address with a port, such as 0.0.0.0:3478, or `off`"
    )]
    TurnListen(String),
    /// The size of mailboxes is out of range.
    #[error(transparent)]
    Mailbox(#[from] BadMailboxSize),
    /// The size of the largest file is out of range.
    #[error(transparent)]
    Files(#[from] BadFileSize),
    /// The settings for TLS do not belong together.
    #[error(transparent)]
    Tls(#[from] BadTls),
    /// An identity provider's table is not usable.
    #[error("invalid identity provider")]
    Provider(#[from] BadProvider),
}

/// Hosts a Parley community: text, voice and files, end-to-end encrypted. One program, one folder.
///
/// Every setting is a flag, an environment variable, or a key in a TOML file, named like the flag with `_` for `-`.
/// Flags override the environment, and the environment overrides the file.
#[derive(Debug, Parser)]
#[command(name = "parley-relay", version)]
pub struct Flags {
    /// TOML configuration file.
    #[arg(long, env = "PARLEY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    tls: tls::Given,
    #[command(flatten)]
    proxies: proxies::Given,
}

/// Settings as given by one source; `None` falls back to the next source, then to the default.
#[derive(Debug, Default, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Given {
    /// Address and port of the HTTP server (web app and WebSocket). 127.0.0.1 is reachable from this machine only;
    /// use 0.0.0.0 for the network, with a TLS proxy in front. [default: 127.0.0.1:8080]
    #[arg(long, env = "PARLEY_LISTEN", value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Data folder. Created if missing, and made accessible to the relay's account only. Back it up as a whole.
    /// [default: parley-data]
    #[arg(long, env = "PARLEY_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Public URL, such as `https://chat.example.org`: used in links, as the only allowed origin, and as the only
    /// host name accepted besides localhost and IP addresses. [default: derived from --listen]
    #[arg(long, env = "PARLEY_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Address and port (UDP and TCP) of the STUN and TURN server for calls, or `off`. Browsers connect to it
    /// directly, not through the proxy, so limits apply to the peer address. [default: 0.0.0.0:3478]
    #[arg(long, env = "PARLEY_TURN_LISTEN", value_name = "ADDRESS")]
    turn_listen: Option<String>,
    /// Host name or IP address, with a port if it differs from --turn-listen, at which browsers reach the TURN
    /// server. [default: host of the public URL]
    #[arg(long, env = "PARLEY_TURN_PUBLIC_ADDRESS", value_name = "HOST")]
    turn_public_address: Option<String>,
    /// Log level: error, warn, info, debug or trace. Addresses are logged at debug and trace only. [default: info]
    #[arg(long, env = "PARLEY_LOG", value_name = "LEVEL")]
    log: Option<LogLevel>,
    /// Bearer token required to read /metrics, from any address. Without it, /metrics is open to this machine only,
    /// and behind a proxy to nobody.
    #[arg(
        long,
        env = "PARLEY_METRICS_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    metrics_token: Option<MetricsToken>,
    /// Let anybody read /metrics without a bearer token. [default: false]
    #[arg(
        long,
        env = "PARLEY_METRICS_OPEN",
        num_args = 0..=1,
        default_missing_value = "true",
        conflicts_with = "metrics_token"
    )]
    metrics_open: Option<bool>,
    /// Maximum number of open connections, sockets included. Beyond it, the oldest unauthenticated connection is
    /// closed. Must be below the system's limit of open files. [default: 4096]
    #[arg(long, env = "PARLEY_CONNECTIONS", value_name = "NUMBER")]
    connections: Option<usize>,
    /// Maximum number of open connections per address; an IPv4 /24 or an IPv6 /48 gets four times as many. Behind a
    /// trusted proxy, sockets per forwarded address. Raise it for a large household or company behind one
    /// address. [default: 256]
    #[arg(long, env = "PARLEY_CONNECTIONS_PER_ADDRESS", value_name = "NUMBER")]
    connections_per_address: Option<usize>,
    /// Burst of login attempts per address; refills at 10 per minute. [default: 20]
    #[arg(long, env = "PARLEY_LOGIN_BURST", value_name = "NUMBER")]
    login_burst: Option<u32>,
    /// Burst of registrations per address; refills at 1 per minute. [default: 30]
    #[arg(long, env = "PARLEY_REGISTRATION_BURST", value_name = "NUMBER")]
    registration_burst: Option<u32>,
    /// Burst of unauthenticated sockets per address; refills at 2 per second. [default: 200]
    #[arg(long, env = "PARLEY_SOCKET_BURST", value_name = "NUMBER")]
    socket_burst: Option<u32>,
    /// Burst of frames per device (messages, keys, call signalling); refills at 20 per second. Raise it for bots
    /// and load tests only. [default: 500]
    #[arg(long, env = "PARLEY_FRAME_BURST", value_name = "NUMBER")]
    frame_burst: Option<u32>,
    /// Multiplier for the quotas per member (log entries, messages, to-device messages, prekeys, calls joined). 0
    /// disables them, for bots and load tests. [default: 1]
    #[arg(long, env = "PARLEY_QUOTA_FACTOR", value_name = "NUMBER")]
    quota_factor: Option<u32>,
    /// Burst of session requests per address (refresh, logout, new device); refills at 2 per second. [default: 200]
    #[arg(long, env = "PARLEY_SESSION_BURST", value_name = "NUMBER")]
    session_burst: Option<u32>,
    /// Burst of community log pages per address, read to join or to sign in; refills at 10 per second. Each invite
    /// link has twenty times this. [default: 1000]
    #[arg(long, env = "PARLEY_LOG_BURST", value_name = "NUMBER")]
    log_burst: Option<u32>,
    /// Maximum number of commands per database commit. 1 disables group commit, for comparison in benchmarks.
    /// [default: 256]
    #[arg(long, env = "PARLEY_COMMANDS_PER_COMMIT", value_name = "NUMBER")]
    commands_per_commit: Option<usize>,
    /// Maximum number of bytes that wait for one device until it fetches them, from 2097152 to 25165824. Smaller saves
    /// disk where many devices are away; what they miss comes from their member's vault. [default: 25165824]
    #[arg(long, env = "PARLEY_MAILBOX_BYTES", value_name = "NUMBER")]
    mailbox_bytes: Option<u64>,
    /// Days for which they wait. What is dropped then comes from the member's vault. 0 keeps them without an end.
    /// [default: 90]
    #[arg(long, env = "PARLEY_MAILBOX_DAYS", value_name = "NUMBER")]
    mailbox_days: Option<u32>,
    /// Maximum number of bytes of all files of one message, at most 2147483648. [default: 2147483648]
    #[arg(long, env = "PARLEY_MAX_FILE_BYTES", value_name = "NUMBER")]
    max_file_bytes: Option<u64>,
    /// Maximum number of bytes of the files that one member sent and that are not deleted. [default: 5368709120]
    #[arg(long, env = "PARLEY_BLOB_QUOTA_PER_MEMBER", value_name = "NUMBER")]
    blob_quota_per_member: Option<u64>,
    /// Maximum number of bytes of all files. Whatever it is, 256 MiB of the disk stay free for everything else.
    /// [default: 53687091200]
    #[arg(long, env = "PARLEY_BLOB_QUOTA", value_name = "NUMBER")]
    blob_quota: Option<u64>,
    /// Minutes after which an upload is removed that no message names. Shorter, and whoever goes on after a long cut
    /// has to send it again. [default: 1440]
    #[arg(long, env = "PARLEY_BLOB_GRACE_MINUTES", value_name = "NUMBER")]
    blob_grace_minutes: Option<u32>,
    /// Identity providers; in the file only.
    #[arg(skip)]
    provider: Vec<provider::Table>,
}

/// Minimum severity of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the usual five")]
pub enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
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
    /// Proxies whose word about a client counts.
    pub proxies: TrustedProxies,
    /// TLS inside the relay.
    pub tls: TlsTerms,
    /// Minimum severity of log lines.
    pub log: LogLevel,
    /// Who may read `/metrics`.
    pub metrics: MetricsAccess,
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
}

impl Settings {
    /// Reads the flags and environment of this process, and the configuration file that they name.
    ///
    /// # Errors
    /// [`ConfigError`] if the file cannot be read or a setting is invalid.
    pub fn from_process() -> Result<Self, ConfigError> {
        Self::from_flags(Flags::parse())
    }

    /// Reads flags, and the configuration file that they name.
    ///
    /// # Errors
    /// [`ConfigError`] if the file cannot be read or a setting is invalid.
    pub fn from_flags(flags: Flags) -> Result<Self, ConfigError> {
        let Flags {
            config,
            given,
            tls,
            proxies,
        } = flags;
        let file = match config {
            None => Given::default(),
            Some(path) => {
                let text = std::fs::read_to_string(&path)
                    .map_err(|error| ConfigError::File(path.clone(), error))?;
                toml::from_str(&text).map_err(|error| ConfigError::Toml(path, error))?
            }
        };
        let mut settings = Self::complete(given, file)?;
        settings.tls = TlsTerms::complete(&tls, settings.public_url.as_ref())?;
        settings.proxies = TrustedProxies::complete(&proxies);
        Ok(settings)
    }

    fn complete(first: Given, second: Given) -> Result<Self, ConfigError> {
        let public_url = first.public_url.or(second.public_url);
        let turn_listen = first.turn_listen.or(second.turn_listen);
        let burst = |first: Option<u32>, second: Option<u32>, default, interval| Rate {
            burst: first.or(second).unwrap_or(default),
            interval,
        };
        Ok(Self {
            listen: first
                .listen
                .or(second.listen)
                .unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 8080).into()),
            data: first
                .data
                .or(second.data)
                .unwrap_or_else(|| "parley-data".into()),
            public_url: public_url.map(|url| url.parse()).transpose()?,
            turn_listen: turn_address(turn_listen)?,
            turn_public_address: first.turn_public_address.or(second.turn_public_address),
            proxies: TrustedProxies::default(),
            tls: TlsTerms::Off,
            metrics: metrics_access(
                first.metrics_token.or(second.metrics_token),
                first.metrics_open.or(second.metrics_open),
            ),
            log: first.log.or(second.log).unwrap_or_default(),
            connections: first.connections.or(second.connections).unwrap_or(4096),
            connections_per_address: first
                .connections_per_address
                .or(second.connections_per_address)
                .unwrap_or(256),
            login_rate: burst(first.login_burst, second.login_burst, 20, 6_000),
            registration_rate: burst(
                first.registration_burst,
                second.registration_burst,
                30,
                60_000,
            ),
            socket_rate: burst(first.socket_burst, second.socket_burst, 200, 500),
            frame_rate: burst(first.frame_burst, second.frame_burst, 500, 50),
            quota_factor: first.quota_factor.or(second.quota_factor).unwrap_or(1),
            session_rate: burst(first.session_burst, second.session_burst, 200, 500),
            log_rate: burst(first.log_burst, second.log_burst, 1000, 100),
            commands_per_commit: first
                .commands_per_commit
                .or(second.commands_per_commit)
                .unwrap_or(256)
                .max(1),
            mailbox: MailboxTerms::complete(
                first.mailbox_bytes.or(second.mailbox_bytes),
                first.mailbox_days.or(second.mailbox_days),
            )?,
            files: FileTerms::complete(file_terms::Given {
                max_file_bytes: first.max_file_bytes.or(second.max_file_bytes),
                per_member: first.blob_quota_per_member.or(second.blob_quota_per_member),
                in_all: first.blob_quota.or(second.blob_quota),
                grace_minutes: first.blob_grace_minutes.or(second.blob_grace_minutes),
            })?,
            providers: provider::complete(second.provider)?,
        })
    }
}

/// A token in any source wins over `metrics_open`, so that a forgotten setting cannot open the metrics.
fn metrics_access(token: Option<MetricsToken>, open: Option<bool>) -> MetricsAccess {
    match (token, open) {
        (Some(token), _) => MetricsAccess::Bearer(token),
        (None, Some(true)) => MetricsAccess::Anybody,
        (None, Some(false) | None) => MetricsAccess::Loopback,
    }
}

fn turn_address(given: Option<String>) -> Result<Option<SocketAddr>, ConfigError> {
    match given.as_deref() {
        None => Ok(Some((Ipv4Addr::UNSPECIFIED, 3478).into())),
        Some("off") => Ok(None),
        Some(text) => match text.parse() {
            Ok(address) => Ok(Some(address)),
            Err(_) => Err(ConfigError::TurnListen(text.to_owned())),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(flags: &[&str], file: &str) -> Result<Settings, ConfigError> {
        let flags = Flags::try_parse_from([&["parley-relay"], flags].concat()).unwrap();
        Settings::complete(flags.given, toml::from_str(file).unwrap())
    }

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let file = "listen = \"0.0.0.0:1\"\ndata = \"here\"\nlog = \"debug\"";
        let found = settings(&["--listen", "0.0.0.0:2"], file).unwrap();
        assert_eq!(found.listen.port(), 2);
        assert_eq!(found.data, PathBuf::from("here"));
        assert_eq!(found.log, LogLevel::Debug);
        assert_eq!(found.turn_listen.unwrap().port(), 3478);
        assert!(found.proxies.is_empty());
    }

    #[test]
    fn turn_can_be_off() {
        assert_eq!(
            settings(&["--turn-listen", "off"], "").unwrap().turn_listen,
            None
        );
        assert!(settings(&["--turn-listen", "of"], "").is_err());
    }

    #[test]
    fn a_mailbox_has_bounds_within_those_of_the_protocol() {
        let terms = |flags: &[&str], file| settings(flags, file).map(|found| found.mailbox);
        let found = terms(&[], "").unwrap();
        assert_eq!(found.bytes, 24 * 1024 * 1024);
        assert_eq!(found.lasts, Some(90 * 24 * 60 * 60 * 1_000));
        let found = terms(&["--mailbox-days=0"], "mailbox_bytes = 4000000").unwrap();
        assert_eq!((found.bytes, found.lasts), (4_000_000, None));
        for bytes in ["2097151", "25165825"] {
            let flag = format!("--mailbox-bytes={bytes}");
            assert!(terms(&[&flag], "").is_err(), "{bytes}");
        }
    }

    #[test]
    fn files_have_bounds_within_those_of_the_protocol() {
        let terms = |flags: &[&str], file| settings(flags, file).map(|found| found.files);
        let found = terms(&[], "").unwrap();
        assert_eq!(found, FileTerms::default());
        let given = terms(
            &["--blob-quota=7"],
            "blob_quota_per_member = 5\nblob_quota = 6",
        );
        let given = given.unwrap();
        assert_eq!((given.per_member, given.in_all), (5, 7));
        assert!(terms(&["--max-file-bytes=2147483648"], "").is_ok());
        assert!(terms(&["--max-file-bytes=2147483649"], "").is_err());
    }

    #[test]
    fn a_token_for_the_figures_is_never_shown() {
        let found = settings(&["--metrics-token=sesame"], "metrics_open = true").unwrap();
        let MetricsAccess::Bearer(token) = &found.metrics else {
            panic!("{:?}", found.metrics);
        };
        assert!(token.is("sesame") && !token.is("sesam"));
        assert!(!format!("{found:?}").contains("sesame"));
        let of_file = settings(&[], "metrics_token = \"sesame\"").unwrap();
        assert_eq!(of_file.metrics, found.metrics);
    }

    #[test]
    fn a_misspelt_setting_is_an_error() {
        assert!(toml::from_str::<Given>("listn = \"0.0.0.0:1\"").is_err());
    }
}
