//! Wraps: a member's secrets, sealed by the client under one key each. Opaque to the relay.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The key that opens a wrap.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrapKind {
    /// The key of the password.
    Password,
    /// The recovery key.
    Recovery,
    /// A passkey with the PRF extension.
    Passkey,
}

/// Which wrap of a member. One member has at most one of each kind and id.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WrapName {
    /// The kind.
    pub kind: WrapKind,
    /// The passkey's credential id in base64url, at most [`crate::limits::MAX_WRAP_ID_BYTES`]; empty for the other
    /// kinds.
    pub id: String,
}

/// One wrap.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrap {
    /// The kind.
    pub kind: WrapKind,
    /// As in [`WrapName`].
    pub id: String,
    /// The sealed secrets; at most [`crate::limits::MAX_VAULT_BYTES`].
    pub text: String,
}

impl Wrap {
    /// A wrap under the key of the password.
    pub fn password(text: String) -> Self {
        Self {
            kind: WrapKind::Password,
            id: String::new(),
            text,
        }
    }

    /// A wrap under the recovery key.
    pub fn recovery(text: String) -> Self {
        Self {
            kind: WrapKind::Recovery,
            id: String::new(),
            text,
        }
    }

    /// A wrap under the key of a passkey, with its credential id.
    pub fn passkey(id: String, text: String) -> Self {
        Self {
            kind: WrapKind::Passkey,
            id,
            text,
        }
    }

    /// The text of the first wrap of a kind.
    pub fn find(wraps: &[Self], kind: WrapKind) -> Option<&str> {
        let found = wraps.iter().find(|wrap| wrap.kind == kind);
        found.map(|wrap| wrap.text.as_str())
    }

    /// The name.
    pub fn name(&self) -> WrapName {
        WrapName {
            kind: self.kind,
            id: self.id.clone(),
        }
    }
}

impl fmt::Debug for Wrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            id: _,
            text: _,
        } = self;
        f.debug_struct("Wrap")
            .field("kind", kind)
            .finish_non_exhaustive()
    }
}
