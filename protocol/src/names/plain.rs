//! The form in which letters are compared when somebody searches: capitals are small letters, accents are left out.

use super::unicode::tables;

/// Full-width forms of ASCII, as East Asian keyboards type them, and how far they are from it.
const FULL_WIDTH: std::ops::RangeInclusive<u32> = 0xff01..=0xff5e;
const FULL_WIDTH_DISTANCE: u32 = 0xff01 - 0x21;

/// Adds what a letter is compared as: `É` and `ｅ` as `e`, `ß` as `ss`, an accent that stands by itself as nothing.
/// Marks that are no accents, as the vowels of many scripts, stay.
pub fn push_plain(letter: char, plain: &mut String) {
    if letter.is_ascii() {
        return plain.push(letter.to_ascii_lowercase());
    }
    let number = u32::from(letter);
    if FULL_WIDTH.contains(&number) {
        let narrow = char::from_u32(number - FULL_WIDTH_DISTANCE).unwrap_or(letter);
        return plain.push(narrow.to_ascii_lowercase());
    }
    let mut folded = String::new();
    tables().push_folded(letter, &mut folded);
    plain.extend(folded.chars().map(base).filter(|c| !is_accent(*c)));
}

/// Whether a character belongs to the letter before it.
pub fn is_mark(c: char) -> bool {
    tables().mark(c).is_some() || super::invisible::is_joiner(c)
}

fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}') || super::invisible::is_joiner(c)
}

/// A letter without its accents. What has no accent, as が, stays whole.
fn base(mut c: char) -> char {
    while let Some(parts) = tables().decomposition(c)
        && parts.second.is_none_or(is_accent)
    {
        c = parts.first;
    }
    c
}

#[cfg(test)]
mod tests {
    use super::push_plain;

    fn plain(text: &str) -> String {
        let mut plain = String::new();
        for c in text.chars() {
            push_plain(c, &mut plain);
        }
        plain
    }

    #[test]
    fn case_and_accents_do_not_count() {
        assert_eq!(plain("ÉCOLE"), "ecole");
        assert_eq!(plain("e\u{301}cole"), "ecole");
        assert_eq!(plain("Straße"), plain("STRASSE"));
        assert_eq!(plain("ΌΔΟΣ"), plain("οδος"));
        assert_eq!(plain("Việt Nam"), "viet nam");
        assert_eq!(plain("ｈｅＬＬＯ"), "hello");
        assert_eq!(plain("ЁЛКА"), "елка");
    }

    #[test]
    fn marks_that_are_no_accents_stay() {
        assert_eq!(plain("が"), "が");
        assert_eq!(plain("हिन्दी"), "हिन्दी");
        assert_eq!(plain("한국어"), "한국어");
    }
}
