//! Access to the metrics.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

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
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
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
