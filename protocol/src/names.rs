//! Names that people choose: what is allowed, and when two are the same. No translation, no rendering.
//!
//! Every reducer must decide the same for ever, so nothing here follows the tables of a Unicode version but
//! the case of letters: what could look like something else is refused by its block.

mod letters;

use letters::Script;

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
    /// Control characters, invisible ones, bidirectional overrides, blanks at an end or beside each other;
    /// in a member's name also a second form of a letter.
    #[error("the name has a character that cannot be used")]
    Character,
    /// Letters that look alike from two alphabets, in a member's name.
    #[error("the name mixes alphabets that look alike")]
    MixedAlphabets,
}

/// Checks the name of a community, role or channel as it stands in the log.
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
    let blanks = name.trim() != name || name.contains("  ");
    if blanks || name.chars().any(is_unusable) {
        return Err(NameError::Character);
    }
    Ok(())
}

/// Checks a member's name as it stands in the log. Stricter than [`check`], because a name is how people know
/// each other: a letter has one form only (as after Unicode NFKC), and alphabets that look alike do not mix.
///
/// # Errors
/// [`NameError`] says what is wrong with it.
pub fn check_member(name: &str) -> Result<(), NameError> {
    check(name)?;
    if letters::has_second_form(name) {
        return Err(NameError::Character);
    }
    let mut scripts = name.chars().filter_map(Script::of);
    let first = scripts.next();
    if scripts.any(|script| Some(script) != first) {
        return Err(NameError::MixedAlphabets);
    }
    Ok(())
}

/// The form in which names are compared: two names that only differ in case are the same, also where a letter
/// has several small or capital forms (`ß`, `ẞ` and `ss`; `ς` and `σ`).
pub fn fold(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect()
}

/// Control characters, and those that turn the text around them (Unicode TR 36, section 3.2).
pub(crate) fn is_control_or_override(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What nobody can see, or not tell from a blank.
fn is_unusable(c: char) -> bool {
    is_control_or_override(c)
        || (c != ' ' && c.is_whitespace())
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        )
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{206f}')
        || matches!(
            c,
            '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}'
        )
        || matches!(c, '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_many_places_can_be_used() {
        for name in [
            "Ada",
            "José",
            "Nguyễn Văn A",
            "Иван",
            "Ωμέγα",
            "ज़ैद",
            "花子",
            "김",
            "אבי",
            "علي",
            "O'Neil-2",
        ] {
            assert_eq!(check_member(name), Ok(()), "{name}");
        }
        for name in ["general", "☕ coffee", "❤\u{fe0f}", "R&D", "①"] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn blanks_are_single_and_inside() {
        for name in [" a", "a ", "a  b", "a\u{a0}b", "a\u{3000}b", "\ta", "a\nb"] {
            assert_eq!(check(name), Err(NameError::Character), "{name:?}");
        }
        for name in ["", " ", "\u{3000}"] {
            assert_eq!(check(name), Err(NameError::Empty), "{name:?}");
        }
        assert_eq!(check("a b"), Ok(()));
    }

    #[test]
    fn what_nobody_sees_is_refused() {
        for c in [
            '\u{200b}',
            '\u{200d}',
            '\u{202e}',
            '\u{2066}',
            '\u{ad}',
            '\u{3164}',
            '\u{2800}',
            '\u{feff}',
            '\u{e0041}',
            '\0',
        ] {
            assert_eq!(check(&format!("a{c}b")), Err(NameError::Character), "{c:?}");
        }
    }

    #[test]
    fn a_member_name_has_one_form_only() {
        for name in [
            "Jose\u{301}",
            "Ａda",
            "𝐀da",
            "ﬁn",
            "ada²",
            "Ⅳ",
            "ᴬda",
            "\u{1112}\u{1161}",
            "❤\u{fe0f}",
        ] {
            assert_eq!(check_member(name), Err(NameError::Character), "{name:?}");
        }
    }

    #[test]
    fn alphabets_that_look_alike_do_not_mix() {
        assert_eq!(check_member("\u{430}da"), Err(NameError::MixedAlphabets));
        assert_eq!(check_member("Αda"), Err(NameError::MixedAlphabets));
        assert_eq!(check_member("Ada 花"), Ok(()));
    }

    #[test]
    fn names_that_differ_in_case_are_the_same() {
        assert_eq!(fold("ADA"), fold("ada"));
        assert_eq!(fold("ΑΣ"), fold("ας"));
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("ẞ"), fold("ß"));
        assert_ne!(fold("ada"), fold("adä"));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for c in (0..0x2_0000).filter_map(char::from_u32) {
            let once = fold(&c.to_string());
            assert_eq!(fold(&once), once, "{c:?}");
        }
    }

    #[test]
    fn a_name_may_have_48_letters() {
        assert_eq!(check(&"ä".repeat(48)), Ok(()));
        assert_eq!(
            check(&"ä".repeat(49)),
            Err(NameError::TooLong { length: 49 })
        );
    }
}
