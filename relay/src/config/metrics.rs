//! Access to the metrics.

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// As given.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[expect(
    clippy::struct_field_names,
    reason = "they are the names of the settings"
)]
pub(super) struct Given {
    /// Bearer token required to read /metrics, from any address. Without it, /metrics is open to this machine only,
    /// and behind a proxy to nobody.
    #[arg(long, value_name = "TOKEN", hide_env_values = true)]
    metrics_token: Option<MetricsToken>,
    /// Let anybody read /metrics without a bearer token. A token wins over it.
    #[arg(
        long,
        num_args = 0..=1,
        default_missing_value = "true",
        default_value_t = false,
        action = clap::ArgAction::Set
    )]
    metrics_open: bool,
    /// Address and port on which /metrics, /healthz and /readyz are answered apart from everything else, such as
    /// 127.0.0.1:9100. Whoever reaches it may read, unless a token is set. /metrics is then refused elsewhere.
    #[arg(long, value_name = "ADDRESS")]
    pub(super) metrics_listen: Option<SocketAddr>,
}

/// A token in any source wins over `metrics_open`, so that a forgotten setting cannot open the metrics.
pub(super) fn complete(given: Given) -> MetricsAccess {
    match (given.metrics_token, given.metrics_open) {
        (Some(token), _) => MetricsAccess::Bearer(token),
        (None, true) => MetricsAccess::Anybody,
        (None, false) => MetricsAccess::Loopback,
    }
}

/// Who may read `/metrics`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum MetricsAccess {
    /// Clients on this machine, without a proxy.
    #[default]
    Loopback,
    /// Clients with this bearer token.
    Bearer(MetricsToken),
    /// Anybody.
    Anybody,
}

/// The bearer token for `/metrics`. Only its hash is kept, so that the time of a comparison reveals nothing about
/// the token.
#[derive(Clone, PartialEq, Eq)]
pub struct MetricsToken([u8; 32]);

impl MetricsToken {
    /// Whether `given` is the token.
    pub fn is(&self, given: &str) -> bool {
        *self == Self::from(given.to_owned())
    }
}

impl From<String> for MetricsToken {
    fn from(token: String) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }
}

impl FromStr for MetricsToken {
    type Err = Infallible;

    fn from_str(token: &str) -> Result<Self, Infallible> {
        Ok(token.to_owned().into())
    }
}

impl fmt::Debug for MetricsToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(_) = self;
        f.write_str("MetricsToken(..)")
    }
}
