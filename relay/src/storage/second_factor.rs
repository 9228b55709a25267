//! The second factor of an account, as it is stored.

use zeroize::Zeroize;

/// The key of time-based codes: 20 bytes, as long as SHA-1 (RFC 4226, section 4).
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TotpSecret(pub(crate) [u8; 20]);

/// SHA-256 of a recovery code and its member.
pub(crate) type CodeHash = [u8; 32];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SecondFactor {
    pub(crate) secret: TotpSecret,
    /// Whether a code is asked for. Before that, the secret was only shown.
    pub(crate) enabled: bool,
    /// The step of the last code that was used: it and those before are not valid any more.
    pub(crate) last_step: u64,
}

/// How a code was right. Each is good for one use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passed {
    /// The code of this step.
    Step(u64),
    /// A recovery code, if the member still has it.
    Recovery(CodeHash),
}

impl Drop for TotpSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(_) = self;
        f.write_str("TotpSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_shows_no_secret() {
        let factor = SecondFactor {
            secret: TotpSecret([77; 20]),
            enabled: true,
            last_step: 1,
        };
        let printed = format!("{factor:?}");
        assert!(printed.contains("TotpSecret(..)") && !printed.contains("77"));
    }
}
