//! Names that people choose: what is allowed, and when two are the same. No translation, no rendering.

use crate::limits::MAX_NAME_CHARS;

/// A name that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing, or only blanks.
    #[error("the name is empty")]
    Empty,
    /// More than [`MAX_NAME_CHARS`].
    #[error("the name has {length} letters, {MAX_NAME_CHARS} are allowed")]
    TooLong {
        /// How many letters it has.
        length: usize,
    },
    /// Control characters, bidirectional overrides, or blanks at an end.
    #[error("the name has a character that cannot be used")]
    Character,
}

/// Checks a name as it stands in the log.
///
/// # Errors
/// [`NameError`] says what is wrong with it.
pub fn check(name: &str) -> Result<(), NameError> {
    let length = name.chars().count();
    if name.trim().is_empty() {
        return Err(NameError::Empty);
    }
    if length > MAX_NAME_CHARS {
        return Err(NameError::TooLong { length });
    }
    if name.trim() != name || name.chars().any(is_unusable) {
        return Err(NameError::Character);
    }
    Ok(())
}

/// The form in which names are compared: two names that only differ in case are the same.
pub fn fold(name: &str) -> String {
    name.to_lowercase()
}

/// Control characters, and the invisible ones that turn text around or hide in it (Unicode TR 36).
fn is_unusable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
