//! JSON, read and written in one way everywhere: each further way to parse a type adds code to the app's download.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why bytes are not valid JSON of a type.
pub type Error = serde_json::Error;

/// Parses a value.
///
/// # Errors
/// When the bytes are not JSON, or not of the shape of the type; never panics, whatever the bytes.
pub fn read<T: DeserializeOwned>(bytes: impl AsRef<[u8]>) -> Result<T, Error> {
    serde_json::from_slice(bytes.as_ref())
}

/// Serialises a value. Parley's types have only string keys and finite numbers, so this cannot fail.
pub fn write<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
