//! Words that must stand side by side. A word that is typed alone is a phrase of one; what signs divide, as `don't`,
//! and what a script without blanks writes, is a phrase of several.

use std::ops::Range;

use super::words::{Atom, Atoms};

/// Phrases of one query; more are left out.
const MOST: usize = 20;
/// Words of one phrase; more are left out.
const LONGEST: usize = 40;

/// Words side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase {
    atoms: Vec<Atom>,
    /// The last word may go on.
    is_open: bool,
}

/// A term to look for in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lookup {
    pub(super) term: String,
    /// All terms that begin so.
    pub(super) is_prefix: bool,
}

impl Phrase {
    /// The phrases of what was typed, without filters: between quotation marks what stands side by side, otherwise
    /// word by word. The last word may go on, and each that ends with `*`.
    pub(super) fn read(words: &str) -> Vec<Self> {
        let mut phrases = Vec::new();
        let parts: Vec<&str> = words.split(['"', '“', '”', '„']).collect();
        let last_part = parts.len().saturating_sub(1);
        for (number, part) in parts.iter().enumerate() {
            let is_quoted = number % 2 == 1;
            // A quotation that is not closed is still being typed.
            let is_last = number == last_part;
            if is_quoted {
                phrases.extend(Self::of(part, is_last));
                continue;
            }
            let is_typing = is_last && !part.ends_with(char::is_whitespace);
            let mut chunks = part.split_whitespace().peekable();
            while let Some(chunk) = chunks.next() {
                let is_open = is_typing && chunks.peek().is_none();
                phrases.extend(Self::of(chunk, is_open || chunk.ends_with('*')));
            }
        }
        phrases.truncate(MOST);
        phrases
    }

    fn of(text: &str, is_open: bool) -> Option<Self> {
        let atoms: Vec<Atom> = Atoms::of(text).take(LONGEST).collect();
        (!atoms.is_empty()).then_some(Self { atoms, is_open })
    }

    /// What a text must have in the index, if it has the phrase.
    pub(super) fn lookups(&self) -> Vec<Lookup> {
        let mut lookups = Vec::new();
        for (number, atom) in self.atoms.iter().enumerate() {
            let next = self.atoms.get(number + 1);
            let goes_on = next.filter(|next| next.is_joined);
            let lookup = |term: String, is_prefix| Lookup { term, is_prefix };
            lookups.push(match goes_on {
                Some(next) => lookup(format!("{}{}", atom.plain, next.plain), false),
                // It is in the pair before.
                None if atom.is_joined => continue,
                None if atom.is_dense => lookup(atom.plain.clone(), true),
                None => lookup(atom.plain.clone(), self.is_open && next.is_none()),
            });
        }
        lookups
    }

    /// Whether what the index says is not enough.
    pub(super) fn needs_text(&self) -> bool {
        self.atoms.len() > 1
    }

    /// Where it stands in a text, by its atoms.
    pub(super) fn ranges(&self, atoms: &[Atom]) -> Vec<Range<usize>> {
        let windows = atoms.windows(self.atoms.len());
        let fitting = windows.filter(|window| self.fits(window));
        let range = |window: &[Atom]| Some(window.first()?.range.start..window.last()?.range.end);
        fitting.filter_map(range).collect()
    }

    /// Whether it stands in a text, by its atoms.
    pub(super) fn is_in(&self, atoms: &[Atom]) -> bool {
        let mut windows = atoms.windows(self.atoms.len());
        windows.any(|window| self.fits(window))
    }

    fn fits(&self, window: &[Atom]) -> bool {
        let last = self.atoms.len().saturating_sub(1);
        let mut pairs = self.atoms.iter().zip(window).enumerate();
        pairs.all(|(number, (wanted, found))| {
            let goes_on = self.is_open && number == last && !wanted.is_dense;
            let is_same = if goes_on {
                found.plain.starts_with(&wanted.plain)
            } else {
                found.plain == wanted.plain
            };
            is_same && (!wanted.is_joined || found.is_joined)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Atoms, Phrase};

    fn is_in(words: &str, text: &str) -> bool {
        let atoms: Vec<_> = Atoms::of(text).collect();
        Phrase::read(words)
            .iter()
            .all(|phrase| phrase.is_in(&atoms))
    }

    #[test]
    fn only_the_last_word_may_go_on() {
        assert!(is_in("hello wor", "Hello brave world"));
        assert!(!is_in("hel world", "Hello brave world"));
        assert!(is_in("hel* world", "Hello brave world"));
        assert!(!is_in("wor hello", "Hello brave world"));
        assert!(!is_in("wor ", "Hello brave world"), "a blank ends a word");
    }

    #[test]
    fn quotation_marks_hold_words_together() {
        assert!(is_in("\"brave world\"", "Hello brave world"));
        assert!(!is_in("\"hello world\"", "Hello brave world"));
        assert!(is_in("\"brave wor", "Hello brave world"), "still typing");
        assert!(!is_in("\"brave wor\"", "Hello brave world"));
        assert!(is_in("don't", "I DON'T know"));
        assert!(!is_in("don't", "I don know t"));
    }

    #[test]
    fn a_script_without_blanks_is_found_inside_its_runs() {
        assert!(is_in("京都", "東京都"));
        assert!(is_in("都", "東京都"));
        assert!(!is_in("東都", "東京都"));
        assert!(!is_in("東京", "東 京"));
    }

    #[test]
    fn lookups_are_words_pairs_and_beginnings() {
        let looks = |words: &str| {
            let phrases = Phrase::read(words);
            let lookups = phrases.iter().flat_map(Phrase::lookups);
            lookups
                .map(|it| format!("{}{}", it.term, if it.is_prefix { "*" } else { "" }))
                .collect::<Vec<_>>()
        };
        assert_eq!(looks("two wor"), ["two", "wor*"]);
        assert_eq!(looks("東京都 x "), ["東京", "京都", "x"]);
        assert_eq!(looks("京"), ["京*"]);
        assert_eq!(looks("\"a b\""), ["a", "b"]);
        assert!(looks("!!").is_empty());
    }
}
