//! The relay's settings: one struct, filled from flags, the environment and a TOML file, in this order of
//! precedence. Reads no file by itself except the one that is named.

mod metrics;
mod origin;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Parser;
use serde::Deserialize;

pub use crate::auth::rate_limit::Rate;
pub use metrics::{MetricsAccess, MetricsToken};
pub use origin::{BadUrl, Origin};

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the file {0} cannot be read: {1}")]
    File(PathBuf, std::io::Error),
    /// The file is not what it should be.
    #[error("the file {0} cannot be understood: {1}")]
    Toml(PathBuf, toml::de::Error),
    /// The public address is not one.
    #[error("the public URL cannot be used: {0}")]
    PublicUrl(#[from] BadUrl),
    /// Neither an address nor `off`.
    #[error("`{0}` is neither an address with a port, such as 0.0.0.0:3478, nor `off`")]
    TurnListen(String),
}

/// Hosts a Parley community: text, voice and files, end-to-end encrypted. One program, one folder.
///
/// Every setting can be given as a flag, as an environment variable, or in a TOML file under the flag's
/// name with `_` for `-`. Flags win over the environment, the environment over the file.
#[derive(Debug, Parser)]
#[command(name = "parley-relay", version)]
pub struct Flags {
    /// TOML file with settings.
    #[arg(long, env = "PARLEY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    given: Given,
}

/// Settings as somebody gave them; what is missing has a default.
#[derive(Debug, Default, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Given {
    /// Address and port of the web page and the socket. Only this machine reaches 127.0.0.1; use 0.0.0.0
    /// to be reached from the network, and a proxy with TLS in front. [default: 127.0.0.1:8080]
    #[arg(long, env = "PARLEY_LISTEN", value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Folder for everything that is kept. Made if it is missing, and closed to other accounts. Back it up as a
    /// whole. [default: parley-data]
    #[arg(long, env = "PARLEY_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// How people reach this relay, such as `https://chat.example.org`: in links, the only site whose pages may
    /// use it, and the only name beside localhost and addresses under which it answers. [default: made from
    /// --listen]
    #[arg(long, env = "PARLEY_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Address and port (UDP and TCP) for calls that cannot go directly from browser to browser, or `off`. Browsers
    /// come here themselves, past any proxy: limits count the addresses that are seen here. [default: 0.0.0.0:3478]
    #[arg(long, env = "PARLEY_TURN_LISTEN", value_name = "ADDRESS")]
    turn_listen: Option<String>,
    /// Host name or IP, with a port if it differs, at which browsers reach --turn-listen.
    /// [default: the host of the public URL]
    #[arg(long, env = "PARLEY_TURN_PUBLIC_ADDRESS", value_name = "HOST")]
    turn_public_address: Option<String>,
    /// A proxy is in front and tells who connects in `X-Forwarded-For`, and whether by TLS in `X-Forwarded-Proto`
    /// or `Forwarded`. Without one, leave this out: anybody could claim to be somebody else. With one, set it:
    /// otherwise all visitors share the limits of one. [default: false]
    #[arg(long, env = "PARLEY_BEHIND_PROXY", num_args = 0..=1, default_missing_value = "true")]
    behind_proxy: Option<bool>,
    /// How much to write to the log: error, warn, info, debug or trace. Addresses are only written from
    /// debug on. [default: info]
    #[arg(long, env = "PARLEY_LOG", value_name = "LEVEL")]
    log: Option<LogLevel>,
    /// Lets only whoever brings this token as `Authorization: Bearer …` read the figures at /metrics, from
    /// anywhere. Without it, and without a proxy, programs on this machine can; behind a proxy nobody can.
    #[arg(
        long,
        env = "PARLEY_METRICS_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    metrics_token: Option<MetricsToken>,
    /// Lets everybody read the figures at /metrics. [default: false]
    #[arg(
        long,
        env = "PARLEY_METRICS_OPEN",
        num_args = 0..=1,
        default_missing_value = "true",
        conflicts_with = "metrics_token"
    )]
    metrics_open: Option<bool>,
    /// Connections in all, sockets included. When there are more, the oldest that has not logged in gives way.
    /// The system's own limit of open files must be higher. [default: 4096]
    #[arg(long, env = "PARLEY_CONNECTIONS", value_name = "NUMBER")]
    connections: Option<usize>,
    /// Connections that one address may have at a time; an IPv4 /24 or an IPv6 /48 has four times as many. Behind a
    /// proxy this counts sockets, by the address that the proxy tells. Raise it for a large household or company
    /// behind one address. [default: 256]
    #[arg(long, env = "PARLEY_CONNECTIONS_PER_ADDRESS", value_name = "NUMBER")]
    connections_per_address: Option<usize>,
    /// Logins that one address may try at once; afterwards one each six seconds. [default: 20]
    #[arg(long, env = "PARLEY_LOGIN_BURST", value_name = "NUMBER")]
    login_burst: Option<u32>,
    /// Registrations that one address may try at once; afterwards one each minute. [default: 30]
    #[arg(long, env = "PARLEY_REGISTRATION_BURST", value_name = "NUMBER")]
    registration_burst: Option<u32>,
    /// Sockets that one address may open at once without logging in; afterwards two a second. [default: 200]
    #[arg(long, env = "PARLEY_SOCKET_BURST", value_name = "NUMBER")]
    socket_burst: Option<u32>,
    /// Frames that one device may send at once: messages, keys for the others, signals of calls; afterwards
    /// twenty a second. More than that is for bots and load tests. [default: 500]
    #[arg(long, env = "PARLEY_FRAME_BURST", value_name = "NUMBER")]
    frame_burst: Option<u32>,
    /// How many times the usual amount one member may have stored, looked up and passed on: log entries, messages,
    /// mail, keys, calls entered. 0 lifts these quotas, which is for bots and load tests. [default: 1]
    #[arg(long, env = "PARLEY_QUOTA_FACTOR", value_name = "NUMBER")]
    quota_factor: Option<u32>,
    /// Sessions that one address may renew, end or give a device at once; afterwards two a second.
    /// [default: 200]
    #[arg(long, env = "PARLEY_SESSION_BURST", value_name = "NUMBER")]
    session_burst: Option<u32>,
    /// Pages of the log that one address may read at once to join or to sign in; afterwards ten a second. One
    /// invite's link may be used for twenty times as many. [default: 1000]
    #[arg(long, env = "PARLEY_LOG_BURST", value_name = "NUMBER")]
    log_burst: Option<u32>,
    /// Changes that share one write to the disk at most. 1 shows what sharing is good for; nothing else is
    /// better with it. [default: 256]
    #[arg(long, env = "PARLEY_COMMANDS_PER_COMMIT", value_name = "NUMBER")]
    commands_per_commit: Option<usize>,
}

/// How much is logged.
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

/// The settings, complete.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the page and the socket are.
    pub listen: SocketAddr,
    /// The data folder.
    pub data: PathBuf,
    /// How people reach the relay, if it was given.
    pub public_url: Option<Origin>,
    /// Where STUN and TURN are.
    pub turn_listen: Option<SocketAddr>,
    /// How browsers reach it, if it was given.
    pub turn_public_address: Option<String>,
    /// Whether `X-Forwarded-For` can be believed.
    pub behind_proxy: bool,
    /// How much is logged.
    pub log: LogLevel,
    /// Who may read the relay's figures.
    pub metrics: MetricsAccess,
    /// Connections in all.
    pub connections: usize,
    /// Connections from one address.
    pub connections_per_address: usize,
    /// How often logins may be tried, by address and by name.
    pub login_rate: Rate,
    /// How often registrations may be tried, by address.
    pub registration_rate: Rate,
    /// How many sockets may be opened without logging in, by address.
    pub socket_rate: Rate,
    /// How many frames one device may send.
    pub frame_rate: Rate,
    /// Times what one member may have stored, looked up and passed on; 0 lifts these quotas.
    pub quota_factor: u32,
    /// How often sessions may be renewed, ended, or given a device, by address.
    pub session_rate: Rate,
    /// How many pages of the log may be read to join or to sign in, by address and by invite.
    pub log_rate: Rate,
    /// Changes that share one transaction at most.
    pub commands_per_commit: usize,
}

impl Settings {
    /// Reads the flags and environment of this process, and the file that they name.
    ///
    /// # Errors
    /// [`ConfigError`] says which setting cannot be used.
    pub fn from_process() -> Result<Self, ConfigError> {
        Self::from_flags(Flags::parse())
    }

    /// Reads flags, and the file that they name.
    ///
    /// # Errors
    /// [`ConfigError`] says which setting cannot be used.
    pub fn from_flags(flags: Flags) -> Result<Self, ConfigError> {
        let Flags { config, given } = flags;
        let file = match config {
            None => Given::default(),
            Some(path) => {
                let text = std::fs::read_to_string(&path)
                    .map_err(|error| ConfigError::File(path.clone(), error))?;
                toml::from_str(&text).map_err(|error| ConfigError::Toml(path, error))?
            }
        };
        Self::complete(given, file)
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
            behind_proxy: first.behind_proxy.or(second.behind_proxy).unwrap_or(false),
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
        })
    }
}

/// A token that was set somewhere is never undone by a setting that was left elsewhere.
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
        assert!(!found.behind_proxy);
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
