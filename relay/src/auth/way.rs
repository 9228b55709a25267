//! The ways of signing in, and which wraps each of them can open.

use parley_protocol::auth::{Wrap, WrapKind};
use serde::{Deserialize, Serialize};

/// How a member proved who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Way {
    Password,
    Recovery,
    /// With user verification; the credential id in base64url.
    Passkey(String),
    /// An identity provider.
    Provider,
}

impl Way {
    /// Whether a wrap may be handed out. Nobody gets one whose key could be guessed by this way's holder: the one of
    /// the password only with the password. The others are sealed under 32 random bytes.
    pub(crate) fn opens(&self, wrap: &Wrap) -> bool {
        match (self, wrap.kind) {
            (Self::Password, WrapKind::Password)
            | (Self::Recovery | Self::Passkey(_) | Self::Provider, WrapKind::Recovery)
            | (Self::Provider, WrapKind::Passkey) => true,
            (Self::Passkey(id), WrapKind::Passkey) => *id == wrap.id,
            (Self::Password, WrapKind::Recovery | WrapKind::Passkey)
            | (Self::Recovery, WrapKind::Password | WrapKind::Passkey)
            | (Self::Passkey(_) | Self::Provider, WrapKind::Password) => false,
        }
    }

    /// Whether no code is asked for afterwards: a passkey is had, and its user was verified by it.
    pub(crate) fn is_two_factors(&self) -> bool {
        match self {
            Self::Passkey(_) => true,
            Self::Password | Self::Recovery | Self::Provider => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_gets_what_a_password_opens() {
        let all = [
            Wrap::password(String::new()),
            Wrap::recovery(String::new()),
            Wrap::passkey("mine".into(), String::new()),
            Wrap::passkey("other".into(), String::new()),
        ];
        let opened = |way: &Way| all.each_ref().map(|wrap| way.opens(wrap));
        assert_eq!(opened(&Way::Password), [true, false, false, false]);
        assert_eq!(opened(&Way::Recovery), [false, true, false, false]);
        let passkey = Way::Passkey("mine".into());
        assert_eq!(opened(&passkey), [false, true, true, false]);
        assert_eq!(opened(&Way::Provider), [false, true, true, true]);
    }
}
