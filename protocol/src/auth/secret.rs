//! What opens an account or a step of signing in. Printing one shows nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! secret {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let Self(_) = self;
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

secret! {
    /// 32 bytes that the client derives from the password, in base64url. The relay stores only a hash of it.
    LoginSecret
}

secret! {
    /// 32 bytes that the client derives from the recovery key, in base64url. The relay stores only its SHA-256.
    RecoverySecret
}

secret! {
    /// A short-lived token of the relay for the next step of signing in. Opaque to the client.
    Ticket
}

secret! {
    /// Six digits of the authenticator app (RFC 6238), or one of the recovery codes. Spaces and dashes do not count.
    Code
}
