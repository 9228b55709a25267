//! What of a text asks for completion: a sign and the word behind it, right before the caret. Pure.

/// Letters of a word that is looked up.
const LONGEST: usize = 32;
/// Letters behind a colon from which on emoji are looked for: `:)` is none.
const EMOJI_LETTERS: usize = 2;

/// A sign and the word that is being typed behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// `@`, `#`, `:` or `/`.
    pub sign: char,
    pub word: String,
    /// Where the sign stands, in bytes.
    pub from: usize,
}

/// What is typed before a caret, which stands at a byte of the text.
pub fn find(text: &str, caret: usize) -> Option<Trigger> {
    let before = text.get(..caret)?;
    let word_at = before.rfind(char::is_whitespace).map_or(0, |at| {
        at + before
            .get(at..)
            .and_then(|it| it.chars().next())
            .map_or(1, char::len_utf8)
    });
    let typed = before.get(word_at..)?;
    // The last sign that begins a word: in `(@mi` the second letter.
    let mut last = ' ';
    let mut found = None;
    for (at, c) in typed.char_indices() {
        let begins = !last.is_alphanumeric();
        if begins && matches!(c, '@' | '#' | ':') || c == '/' && word_at + at == 0 {
            found = Some((at, c));
        }
        last = c;
    }
    let (at, sign) = found?;
    let word = typed.get(at + sign.len_utf8()..)?;
    let fits = match sign {
        ':' => {
            let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+');
            word.chars().count() >= EMOJI_LETTERS && word.chars().all(is_name)
        }
        '/' => word.chars().all(|c| c.is_ascii_lowercase()),
        _ => true,
    };
    (fits && word.chars().count() <= LONGEST).then(|| Trigger {
        sign,
        word: word.to_owned(),
        from: word_at + at,
    })
}

#[cfg(test)]
mod tests {
    use super::{Trigger, find};

    fn at_end(text: &str) -> Option<(char, String, usize)> {
        find(text, text.len()).map(|Trigger { sign, word, from }| (sign, word, from))
    }

    #[test]
    fn a_sign_at_the_beginning_of_a_word_asks() {
        assert_eq!(at_end("@"), Some(('@', String::new(), 0)));
        assert_eq!(at_end("hello @Mi"), Some(('@', "Mi".into(), 6)));
        assert_eq!(at_end("see (#gen"), Some(('#', "gen".into(), 5)));
        assert_eq!(at_end("é\u{3000}:smi"), Some((':', "smi".into(), 5)));
        assert_eq!(at_end("/shr"), Some(('/', "shr".into(), 0)));
    }

    #[test]
    fn others_do_not() {
        for text in [
            "",
            "a@b",
            "mail a@b",
            ":)",
            ":s",
            "10:30",
            "a /shr",
            "//",
            "/a/b",
            "@mira is",
            "# so",
            "::",
            "https://a",
        ] {
            let found = at_end(text);
            assert!(found.is_none(), "{text}: {found:?}");
        }
        assert_eq!(find("@mira", 9), None);
    }

    #[test]
    fn only_what_is_before_the_caret_counts() {
        assert_eq!(find("@mi and", 3).map(|it| it.word), Some("mi".into()));
        assert_eq!(find("@mi and", 7), None);
    }
}
