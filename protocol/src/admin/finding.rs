//! Response of `GET /admin/findings`: whether the world can reach this relay, and what to change if not.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// How something stands.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Cannot be told from here.
    Unknown,
    /// Works, but could be better.
    Note,
    /// Does not work.
    Bad,
}

/// One thing that was looked at.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked at, as programs name it: `dns`, `certificate`, `turn_udp`.
    pub check: String,
    /// How it stands.
    pub verdict: Verdict,
    /// What was found, in one sentence.
    pub text: String,
    /// The one thing to do about it. A command or a setting is on a line of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_do: Option<String>,
}

/// Everything that was looked at.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingsReport {
    /// When it was looked at, by the relay's clock.
    pub at: Millis,
    /// In the order in which things depend on each other.
    pub findings: Vec<Finding>,
}

impl Finding {
    /// Something that is as it should be.
    pub fn good(check: &str, text: impl Into<String>) -> Self {
        Self::new(check, Verdict::Good, text, None)
    }

    /// Something that cannot be told.
    pub fn unknown(check: &str, text: impl Into<String>) -> Self {
        Self::new(check, Verdict::Unknown, text, None)
    }

    /// Something that could be better, and how.
    pub fn note(check: &str, text: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self::new(check, Verdict::Note, text, Some(to_do.into()))
    }

    /// Something that does not work, and what to do.
    pub fn bad(check: &str, text: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self::new(check, Verdict::Bad, text, Some(to_do.into()))
    }

    fn new(check: &str, verdict: Verdict, text: impl Into<String>, to_do: Option<String>) -> Self {
        Self {
            check: check.to_owned(),
            verdict,
            text: text.into(),
            to_do,
        }
    }
}
