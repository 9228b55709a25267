//! From a text to the words by which it is found. Capitals and accents do not count. Scripts without blanks between
//! words go in by single letters, which the index joins to pairs; symbols such as emoji are words of their own.

use std::ops::Range;

use parley_protocol::names::{is_mark, push_plain};

/// Letters of a word that count: what is longer is found by its beginning. Without a bound somebody could fill the
/// index with words that nobody types.
const LONGEST_WORD: usize = 40;

/// A word of a text, or a letter of a script without blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Atom {
    /// As it is compared.
    pub(super) plain: String,
    /// Where it stands, in bytes.
    pub(super) range: Range<usize>,
    /// A letter of a script without blanks.
    pub(super) is_dense: bool,
    /// Such a letter right after another one.
    pub(super) is_joined: bool,
}

/// The atoms of a text, in order.
pub(super) struct Atoms<'a> {
    text: &'a str,
    at: usize,
    /// Where the last dense letter ended.
    dense_end: Option<usize>,
}

impl<'a> Atoms<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            dense_end: None,
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes a word that begins here.
    fn take_word(&mut self, plain: &mut String) {
        let mut letters = 0;
        for c in self.rest().chars() {
            if !is_letter(c) && !is_mark(c) {
                break;
            }
            self.at += c.len_utf8();
            if letters < LONGEST_WORD {
                push_plain(c, plain);
                letters += 1;
            }
        }
    }
}

impl Iterator for Atoms<'_> {
    type Item = Atom;

    fn next(&mut self) -> Option<Atom> {
        loop {
            let c = self.rest().chars().next()?;
            let start = self.at;
            let mut plain = String::new();
            let is_dense = is_dense(c);
            if is_dense || is_symbol(c) {
                self.at += c.len_utf8();
                push_plain(c, &mut plain);
            } else if is_letter(c) {
                self.take_word(&mut plain);
            } else {
                self.at += c.len_utf8();
                continue;
            }
            // Nothing but accents.
            if plain.is_empty() {
                continue;
            }
            let is_joined = is_dense && self.dense_end == Some(start);
            self.dense_end = is_dense.then_some(self.at);
            return Some(Atom {
                plain,
                range: start..self.at,
                is_dense,
                is_joined,
            });
        }
    }
}

/// Gives each term under which a text stands in the index, some several times: words, pairs of dense letters, and the
/// last letter of each run of those. So a single letter is found as the beginning of a term.
pub(super) fn each_term(text: &str, mut take: impl FnMut(&str)) {
    let mut before: Option<String> = None;
    for atom in Atoms::of(text) {
        if let Some(mut first) = before.take() {
            if atom.is_joined {
                first.push_str(&atom.plain);
            }
            take(&first);
        }
        if atom.is_dense {
            before = Some(atom.plain);
        } else {
            take(&atom.plain);
        }
    }
    if let Some(last) = before {
        take(&last);
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_dense(c)
}

/// Scripts that put no blanks between words: Chinese, Japanese, Thai, Lao, Khmer, Burmese; and Korean, whose words
/// take endings without one.
fn is_dense(c: char) -> bool {
    matches!(
        c,
        '\u{0e01}'..='\u{0e3a}' | '\u{0e40}'..='\u{0e4e}' | '\u{0e81}'..='\u{0ece}'
            | '\u{1000}'..='\u{1049}' | '\u{1780}'..='\u{17d3}'
            | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
            | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}'
            | '\u{20000}'..='\u{3fffd}'
    )
}

/// Emoji and the like, but for the colours of skin.
fn is_symbol(c: char) -> bool {
    matches!(
        c,
        '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1f3fa}' | '\u{1f400}'..='\u{1faff}'
    )
}

#[cfg(test)]
mod tests {
    use super::{Atoms, LONGEST_WORD, each_term};

    fn terms(text: &str) -> Vec<String> {
        let mut terms = Vec::new();
        each_term(text, |term| terms.push(term.to_owned()));
        terms
    }

    #[test]
    fn words_are_what_stands_between_signs_and_blanks() {
        assert_eq!(terms("Hello, World!"), ["hello", "world"]);
        assert_eq!(
            terms("don't snake_case 3.14"),
            ["don", "t", "snake", "case", "3", "14"]
        );
        assert_eq!(terms("ÉCOLE e\u{301}te\u{301}"), ["ecole", "ete"]);
        assert_eq!(terms("  --  "), Vec::<String>::new());
        assert_eq!(terms("🎉party :wave:"), ["🎉", "party", "wave"]);
    }

    #[test]
    fn scripts_without_blanks_go_in_by_pairs() {
        assert_eq!(terms("東京都"), ["東京", "京都", "都"]);
        assert_eq!(terms("see 東 and 京"), ["see", "東", "and", "京"]);
        assert_eq!(terms("ABC東京"), ["abc", "東京", "京"]);
        assert_eq!(terms("東京、大阪"), ["東京", "京", "大阪", "阪"]);
    }

    #[test]
    fn marks_stay_with_their_letters() {
        assert_eq!(terms("हिन्दी भाषा"), ["हिन्दी", "भाषा"]);
    }

    #[test]
    fn a_huge_word_counts_by_its_beginning() {
        let huge = "x".repeat(100_000);
        assert_eq!(terms(&huge), ["x".repeat(LONGEST_WORD)]);
    }

    #[test]
    fn atoms_say_where_they_stand() {
        let text = "Ça va 東京?";
        let atoms: Vec<_> = Atoms::of(text).collect();
        let stands: Vec<&str> = atoms.iter().map(|it| &text[it.range.clone()]).collect();
        assert_eq!(stands, ["Ça", "va", "東", "京"]);
        assert!(!atoms[2].is_joined && atoms[3].is_joined);
    }
}
