//! Who may read the relay's figures.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// Who may read the relay's figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum MetricsAccess {
    /// Programs on this machine that come without a proxy.
    #[default]
    Loopback,
    /// Whoever brings this token.
    Bearer(MetricsToken),
    /// Everybody.
    Anybody,
}

/// A token for reading the figures. Only its hash is kept, so that comparing takes no longer the closer a
/// guess comes.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct MetricsToken([u8; 32]);

impl MetricsToken {
    /// Whether this is it.
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
