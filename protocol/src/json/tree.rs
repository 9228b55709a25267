//! Reading in two steps: the text into a tree, and the tree into the type. Straight from the text, the reader
//! of text is compiled into every type's reader again; this way once, and 100 KB of program are left out.
//!
//! It takes what `serde_json` takes, but for structs that are written as lists, which nobody does.

mod node;
mod reader;

use serde::de::DeserializeOwned;

use super::Error;
use node::Node;
use reader::Reader;

/// Reads a value by way of a tree.
///
/// # Errors
/// As [`super::read`].
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let tree: Node = serde_json::from_slice(bytes)?;
    T::deserialize(Reader(&tree))
}
