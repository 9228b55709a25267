//! What can be a reaction: one emoji, not a word, a line of text or characters that do something to what stands
//! beside them.

use super::limits::MAX_EMOJI_BYTES;

/// Whether a text can be a reaction: symbols of Unicode, or the `:name:` of an emoji that the community made.
pub fn is_emoji(text: &str) -> bool {
    text.len() <= MAX_EMOJI_BYTES && (is_named(text) || is_symbol(text))
}

fn is_named(text: &str) -> bool {
    let inner = text.strip_prefix(':').and_then(|it| it.strip_suffix(':'));
    inner.is_some_and(|name| {
        !name.is_empty()
            && name
                .bytes()
                .all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    })
}

/// Only characters from which emoji are made, and one at least that shows.
fn is_symbol(text: &str) -> bool {
    let shows = |it: char| !matches!(it, '\u{200d}' | '\u{20e3}' | '\u{fe0f}') && it > '\u{a0}';
    let is_keycap = text.ends_with('\u{20e3}');
    text.chars().all(is_piece) && (is_keycap || text.chars().any(shows))
}

/// Unicode Technical Standard 51, as blocks: symbols, digits of keycaps, what joins and what tags.
fn is_piece(it: char) -> bool {
    matches!(it,
        '#' | '*' | '0'..='9' | '\u{a9}' | '\u{ae}'
        | '\u{200d}' | '\u{203c}' | '\u{2049}' | '\u{20e3}'
        | '\u{2100}'..='\u{214f}' | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}'
        | '\u{2460}'..='\u{24ff}' | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}'
        | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_of_every_make_are_taken() {
        for text in [
            "👍",
            "❤️",
            "1️⃣",
            "#⃣",
            "©️",
            "🅰️",
            "Ⓜ️",
            "🇩🇪",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
            "👨‍👩‍👧‍👦",
            "👩🏽‍❤️‍💋‍👨🏿",
            ":party_parrot:",
        ] {
            assert!(is_emoji(text), "{text}");
        }
    }

    #[test]
    fn words_and_tricks_are_not() {
        let flood = "👍".repeat(11);
        for text in [
            "",
            " ",
            "a",
            "lol",
            "ж",
            "愛",
            "1",
            "12345",
            "::",
            ":A:",
            ":a b:",
            "👍 ",
            "a👍",
            "\u{202e}👍",
            "e\u{301}",
            "\u{200d}",
            "\u{fe0f}",
            "<b>",
            "\n",
            &flood,
        ] {
            assert!(!is_emoji(text), "{text:?}");
        }
    }
}
