//! Reading in two steps: the text into a tree, and the tree into the type. Straight from the text, the reader
//! of text is compiled into every type's reader again; this way once.
//!
//! A tree can be asked for fields by name. So structs are read as lists of their fields, and kinds by their
//! number: what serde derives for finding names is left out of the program, and what it derives for saying what
//! is wrong.
//!
//! It takes what `serde_json` takes, but for structs that are written as lists, which nobody does.

mod node;
mod reader;
mod text;

use std::fmt::Display;

use serde::de::{self, DeserializeOwned, Expected, Unexpected};

use reader::Reader;

/// Why a text was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is no JSON.
    #[error("this is not JSON")]
    NotJson,
    /// It is JSON, but not of the type.
    #[error("the JSON has not the shape that it should have")]
    Misfit,
    /// It names a kind that the type has not. In the words of `serde`, by which a frame is told from a newer one.
    #[error("unknown variant")]
    UnknownKind,
}

/// Reads a value by way of a tree.
///
/// # Errors
/// As [`super::read`].
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let tree = text::parse(bytes)?;
    T::deserialize(Reader(&tree))
}

/// No words: each of them would be in the page that every visitor downloads.
impl de::Error for Error {
    fn custom<T: Display>(_: T) -> Self {
        Self::Misfit
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::Misfit
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::Misfit
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::Misfit
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::UnknownKind
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::Misfit
    }

    fn missing_field(_: &'static str) -> Self {
        Self::Misfit
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self::Misfit
    }
}
