//! Fixed-size byte values and their text form, base64url without padding (RFC 4648 section 5): the macro that
//! defines such newtypes, and its error.

/// The text is not the base64url form of the expected number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} bytes as base64url without padding")]
pub struct ParseBytesError {
    /// Expected number of bytes.
    pub expected: usize,
}

macro_rules! byte_type {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LENGTH: usize = $len;

            /// Wraps the bytes without a check.
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The raw bytes.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                use base64::Engine as _;
                f.write_str(&base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ParseBytesError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                use base64::Engine as _;
                let wrong = $crate::ParseBytesError { expected: $len };
                let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
                    .decode(text)
                    .map_err(|_| wrong)?;
                Ok(Self(bytes.try_into().map_err(|_| wrong)?))
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                // Four letters for three bytes, and no padding.
                let letters = ($len * 4_usize).div_ceil(3);
                schemars::json_schema!({
                    "type": "string",
                    "description": concat!(stringify!($len), " bytes as base64url without padding"),
                    "pattern": format!("^[A-Za-z0-9_-]{{{letters}}}$"),
                })
            }
        }

        impl $crate::flat::Flat for $name {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.0);
            }

            fn take(rest: &mut &[u8]) -> Option<Self> {
                $crate::flat::take_bytes(rest).map(Self)
            }
        }

        impl $crate::map::Key for $name {
            const LENGTH: usize = $len;

            fn pack(&self, out: &mut $crate::map::KeyBytes) {
                out.push(self.0);
            }

            fn unpack(bytes: &mut &[u8]) -> Option<Self> {
                $crate::flat::take_bytes(bytes).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
