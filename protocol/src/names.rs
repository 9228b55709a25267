//! Names that people choose: what is allowed, and when two are the same. No translation, no rendering.
//!
//! All reducers must decide the same for ever, so the character tables are frozen at one version of Unicode
//! (docs/decisions/0015-names.md).

mod invisible;
mod normal;
mod plain;
mod skeleton;
mod unicode;

pub use invisible::{is_blank, is_control_or_override, is_invisible};
pub use plain::{is_mark, push_plain};
pub use skeleton::{capital, fold, skeletons};

use invisible::{is_joiner, is_picture, is_unsuitable};
use unicode::tables;

use crate::limits::MAX_NAME_CHARS;

/// Combining marks per letter. Vietnamese has two, Hebrew and Arabic three; more would cover the lines around.
const MAX_MARKS: usize = 4;
/// Canonical combining class of a virama, which mutes the vowel of a letter in the scripts of South Asia.
const VIRAMA: u32 = 9;
/// The first script in the tables' sets.
const LATIN: u32 = 1;
/// Japanese, Chinese and Korean, which may be mixed with Latin letters.
const EAST_ASIA: u32 = 0b111 << 29;

/// Why a name cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Empty, or nothing visible.
    #[error("the name is empty")]
    Empty,
    /// More than [`MAX_NAME_CHARS`].
    #[error("the name has {length} letters, {MAX_NAME_CHARS} are allowed")]
    TooLong {
        /// Number of characters.
        length: usize,
    },
    /// A character that is not allowed, or not there: control characters, invisible ones, blanks at an end or in a
    /// row, marks without a letter. In a member's name also anything but letters and digits of living scripts.
    #[error("the name has a character that cannot be used")]
    Character,
    /// Not in Unicode's normalization form C, see [`normalize`].
    #[error("the name is not normalized")]
    NotNormalized,
    /// Letters of several scripts in a member's name.
    #[error("the name mixes alphabets")]
    MixedAlphabets,
}

/// Normalises typed text to the form in which names are checked and stored: without blanks at its ends, in
/// normalization form C (`A` and U+0301 become `Á`).
pub fn normalize(typed: &str) -> String {
    normal::compose(typed.trim())
}

/// Checks the name of a community, role or channel as it is in the log.
///
/// # Errors
/// [`NameError`] says what is wrong with it.
pub fn check(name: &str) -> Result<(), NameError> {
    let length = name.chars().count();
    if is_blank(name) {
        return Err(NameError::Empty);
    }
    if length > MAX_NAME_CHARS {
        return Err(NameError::TooLong { length });
    }
    let blanks = name.trim() != name || name.contains("  ");
    let other_blank = |c: char| c != ' ' && c.is_whitespace();
    if blanks || name.chars().any(|c| other_blank(c) || is_unsuitable(c)) {
        return Err(NameError::Character);
    }
    check_places(name)?;
    check_marks(name)?;
    if normal::compose(name) != name {
        return Err(NameError::NotNormalized);
    }
    Ok(())
}

/// Checks a member's name as it is in the log. Stricter than [`check`], because names are how people recognise each
/// other: letters, digits and a few signs between them, all of one script (UTS 39).
///
/// # Errors
/// [`NameError`] says what is wrong with it.
pub fn check_member(name: &str) -> Result<(), NameError> {
    check(name)?;
    let (mut common, mut without_latin) = (u32::MAX, u32::MAX);
    let mut named = false;
    for c in name.chars().filter(|c| *c != ' ' && !is_joiner(*c)) {
        let scripts = tables().scripts(c).ok_or(NameError::Character)?;
        named |= !is_sign(c);
        common &= scripts;
        if scripts != LATIN {
            without_latin &= scripts;
        }
    }
    if !named {
        return Err(NameError::Character);
    }
    if common == 0 && without_latin & EAST_ASIA == 0 {
        return Err(NameError::MixedAlphabets);
    }
    Ok(())
}

/// Allows invisible characters only where they change the rendering.
fn check_places(name: &str) -> Result<(), NameError> {
    let mut before = ' ';
    let mut rest = name.chars();
    while let Some(c) = rest.next() {
        let after = rest.clone().next().unwrap_or(' ');
        let is_hidden = if is_joiner(c) {
            !joins(before, c, after)
        } else if c == '\u{fe0f}' {
            !is_picture(before) && after != '\u{20e3}'
        } else {
            is_invisible(c)
        };
        if is_hidden {
            return Err(NameError::Character);
        }
        before = c;
    }
    Ok(())
}

/// Allows marks only on letters, each once.
fn check_marks(name: &str) -> Result<(), NameError> {
    let (mut base, mut before, mut count) = (' ', ' ', 0);
    for c in normal::decompose(name) {
        if tables().mark(c).is_some() {
            count += 1;
            let is_hidden = c == before || (c == '\u{307}' && is_dotted(base));
            if base == ' ' || is_hidden || count > MAX_MARKS {
                return Err(NameError::Character);
            }
        } else {
            (base, count) = (c, 0);
        }
        before = c;
    }
    Ok(())
}

/// Whether a joiner changes the rendering: after a virama, between emoji, and, for the non-joiner, between Arabic
/// letters (as in RFC 5892, appendix A).
fn joins(before: char, c: char, after: char) -> bool {
    let arabic = |c: char| matches!(c, '\u{620}'..='\u{6ff}');
    tables().mark(before) == Some(VIRAMA)
        || (c == '\u{200d}' && (is_picture(before) || before == '\u{fe0f}') && is_picture(after))
        || (c == '\u{200c}' && arabic(before) && arabic(after))
}

/// Letters with a dot of their own, which a combining dot above does not change.
fn is_dotted(c: char) -> bool {
    matches!(c, 'i' | 'j' | 'ı' | 'ȷ' | 'l' | 'і' | 'ј' | 'ɨ')
}

/// Signs allowed between letters of a member's name.
fn is_sign(c: char) -> bool {
    matches!(
        c,
        '\'' | '-'
            | '.'
            | ':'
            | '_'
            | '·'
            | '\u{375}'
            | '\u{58a}'
            | '\u{5f3}'
            | '\u{5f4}'
            | '\u{6fd}'
            | '\u{6fe}'
            | '\u{f0b}'
            | '\u{2010}'
            | '\u{2019}'
            | '\u{2027}'
            | '\u{30a0}'
            | '\u{30fb}'
            | '\u{30fc}'
    )
}
