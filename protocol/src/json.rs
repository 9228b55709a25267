//! JSON, read and written in one way everywhere: each further way to read a type is more code in the page
//! that every visitor downloads.

pub mod tree;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why bytes are not the JSON of a type.
#[cfg(not(target_arch = "wasm32"))]
pub type Error = serde_json::Error;

/// Why bytes are not the JSON of a type.
#[cfg(target_arch = "wasm32")]
pub type Error = tree::Error;

/// Parses a value: where speed counts straight from the text, in a browser, where size counts, by way of a
/// [`tree`].
///
/// # Errors
/// When the bytes are not JSON, or not of the shape that the type has; never panics, whatever the bytes.
pub fn read<T: DeserializeOwned>(bytes: impl AsRef<[u8]>) -> Result<T, Error> {
    #[cfg(target_arch = "wasm32")]
    return tree::read(bytes.as_ref());
    #[cfg(not(target_arch = "wasm32"))]
    serde_json::from_slice(bytes.as_ref())
}

/// Writes a value. Parley's types have only string keys and finite numbers, so this always gives a text.
pub fn write<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
