//! Unicode's normalization forms D and C (UAX 15), at the frozen version.

use super::unicode::tables;

/// In bytes. No name is this long, and longer input must cost nothing.
const LONGEST: usize = 1_024;
/// The first combining mark.
const FIRST_MARK: char = '\u{300}';
const SYLLABLES: u32 = 0xac00;
const LEADING: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
const TRAILING: u32 = 0x11a7;
const LEADING_COUNT: u32 = 19;
const VOWEL_COUNT: u32 = 21;
const TRAILING_COUNT: u32 = 28;

/// Normalization form C: composes letters that were typed in parts.
pub(super) fn compose(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut composed: Vec<char> = Vec::new();
    // Where the last starter is, and the class of the last mark that did not combine with it.
    let mut starter = None;
    let mut blocked_by = None;
    for c in decompose(text) {
        let class = class(c);
        let free = blocked_by.is_none_or(|before| before < class);
        let joined = starter
            .filter(|_| free)
            .and_then(|at| composed.get_mut(at))
            .and_then(|first| pair(*first, c).map(|whole| *first = whole));
        if joined.is_some() {
            continue;
        }
        if class == 0 {
            starter = Some(composed.len());
            blocked_by = None;
        } else {
            blocked_by = Some(class);
        }
        composed.push(c);
    }
    composed.into_iter().collect()
}

/// Normalization form D, except that syllables of Hangul stay composed.
pub(super) fn decompose(text: &str) -> Vec<char> {
    let mut parts = Vec::new();
    if text.len() > LONGEST {
        parts.extend(text.chars());
        return parts;
    }
    for c in text.chars() {
        push_parts(c, &mut parts);
    }
    order_marks(&mut parts);
    parts
}

/// Puts combining marks into their canonical order.
pub(super) fn order_marks(parts: &mut [char]) {
    // An insertion sort: names are short, and the app has no other use for a sort of characters.
    for end in 1..parts.len() {
        for at in (1..=end).rev() {
            let [.., before, c] = parts.get(..=at).unwrap_or_default() else {
                break;
            };
            if class(*c) == 0 || class(*before) <= class(*c) {
                break;
            }
            parts.swap(at - 1, at);
        }
    }
}

fn push_parts(c: char, parts: &mut Vec<char>) {
    match tables().decomposition(c) {
        // The first part can be decomposed further, the second cannot.
        Some(it) => {
            push_parts(it.first, parts);
            parts.extend(it.second);
        }
        None => parts.push(c),
    }
}

fn class(c: char) -> u32 {
    tables().mark(c).unwrap_or_default()
}

fn pair(first: char, second: char) -> Option<char> {
    // No character of Latin-1 combines with the one before it.
    if second < FIRST_MARK {
        return None;
    }
    hangul(u32::from(first), u32::from(second)).or_else(|| tables().composition(first, second))
}

/// Composes syllables of Hangul by arithmetic (the Unicode Standard, section 3.12).
fn hangul(first: u32, second: u32) -> Option<char> {
    let leading = first.wrapping_sub(LEADING);
    let vowel = second.wrapping_sub(VOWELS);
    if leading < LEADING_COUNT && vowel < VOWEL_COUNT {
        return char::from_u32(SYLLABLES + (leading * VOWEL_COUNT + vowel) * TRAILING_COUNT);
    }
    let syllable = first.wrapping_sub(SYLLABLES);
    let trailing = second.wrapping_sub(TRAILING);
    let open = syllable < LEADING_COUNT * VOWEL_COUNT * TRAILING_COUNT
        && syllable.is_multiple_of(TRAILING_COUNT);
    (open && (1..TRAILING_COUNT).contains(&trailing))
        .then(|| char::from_u32(first + trailing))
        .flatten()
}
