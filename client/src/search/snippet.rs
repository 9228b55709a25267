//! What is shown of a message that was found: a piece of its text around the first word that fits, on one line, with
//! what fits marked. Hidden text stays hidden.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::document::NAMES;
use super::phrase::Phrase;
use super::words::{Atom, Atoms};

/// Bytes shown before the first mark.
const BEFORE: usize = 60;
/// Bytes shown.
const LENGTH: usize = 240;
/// What stands for hidden text.
const HIDDEN: &str = "▒▒▒";

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// As it is shown.
    pub text: String,
    /// Whether it is what was looked for.
    pub is_mark: bool,
}

/// The pieces of a text, one after the other.
pub(super) fn pieces(text: &str, phrases: &[Phrase]) -> Vec<Piece> {
    let atoms: Vec<Atom> = Atoms::of(text).collect();
    let marks = marks(&atoms, phrases);
    let hidden = hidden(text);
    let first = marks.first().map_or(0, |range| range.start);
    let start = start(text, &atoms, first);
    let end = end(text, start);
    let mut pieces = Pieces::default();
    if start > 0 {
        pieces.push("…", false);
    }
    let mut at = start;
    while at < end {
        if let Some(range) = hidden.iter().find(|range| range.contains(&at)) {
            pieces.push(HIDDEN, false);
            at = range.end;
            continue;
        }
        let mark = marks.iter().find(|range| range.contains(&at));
        let ends = [
            mark.map(|range| range.end),
            marks
                .iter()
                .map(|range| range.start)
                .find(|start| *start > at),
            hidden
                .iter()
                .map(|range| range.start)
                .find(|start| *start > at),
        ];
        let next = ends.into_iter().flatten().fold(end, usize::min);
        pieces.push(text.get(at..next).unwrap_or_default(), mark.is_some());
        at = next;
    }
    if end < text.len() {
        pieces.push("…", false);
    }
    pieces.0
}

#[derive(Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    /// Adds text on one line.
    fn push(&mut self, text: &str, is_mark: bool) {
        if self.0.last().is_none_or(|last| last.is_mark != is_mark) {
            let text = String::new();
            self.0.push(Piece { text, is_mark });
        }
        let Some(last) = self.0.last_mut() else {
            return;
        };
        for c in text.chars() {
            if c == NAMES && !last.text.is_empty() {
                last.text.push_str(" · ");
            }
            if c.is_control() && !c.is_whitespace() {
                continue;
            }
            let c = if c.is_whitespace() { ' ' } else { c };
            if c != ' ' || !last.text.ends_with(' ') {
                last.text.push(c);
            }
        }
    }
}

/// What fits, in order and apart.
fn marks(atoms: &[Atom], phrases: &[Phrase]) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = phrases.iter().flat_map(|it| it.ranges(atoms)).collect();
    all.sort_unstable_by_key(|range| (range.start, range.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in all {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// Where a piece begins that has the first mark in it: at a word.
fn start(text: &str, atoms: &[Atom], first: usize) -> usize {
    let earliest = first.saturating_sub(BEFORE);
    if earliest == 0 || text.len() <= LENGTH {
        return 0;
    }
    let mut begins = atoms.iter().map(|atom| atom.range.start);
    begins
        .find(|start| *start >= earliest)
        .unwrap_or(first)
        .min(first)
}

fn end(text: &str, start: usize) -> usize {
    let mut end = start.saturating_add(LENGTH).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// What stands between pairs of `||`, with these.
fn hidden(text: &str) -> Vec<Range<usize>> {
    let mut signs = text.match_indices("||").map(|(at, _)| at);
    let mut hidden = Vec::new();
    while let (Some(start), Some(end)) = (signs.next(), signs.next()) {
        hidden.push(start..end.saturating_add(2));
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::{HIDDEN, Phrase, pieces};

    /// With what is marked in brackets.
    fn shown(text: &str, words: &str) -> String {
        let pieces = pieces(text, &Phrase::read(words));
        let shown = pieces.into_iter().map(|piece| {
            if piece.is_mark {
                format!("[{}]", piece.text)
            } else {
                piece.text
            }
        });
        shown.collect()
    }

    #[test]
    fn what_fits_is_marked_as_it_was_written() {
        assert_eq!(
            shown("The Éclair, an éclair.", "eclair"),
            "The [Éclair], an [éclair]."
        );
        assert_eq!(shown("two\n\n  lines", "lin"), "two [lines]");
        assert_eq!(shown("東京都に行く", "京都"), "東[京都]に行く");
        assert_eq!(shown("nothing here", ""), "nothing here");
    }

    #[test]
    fn of_a_long_text_the_part_around_the_first_mark_is_shown() {
        let text = format!("{} needle {}", "hay ".repeat(300), "straw ".repeat(300));
        let shown = shown(&text, "needle");
        assert!(shown.starts_with("…hay"), "{shown}");
        assert!(shown.contains("[needle]") && shown.ends_with('…'));
        assert!(shown.len() < 300, "{}", shown.len());
    }

    #[test]
    fn names_of_files_stand_apart() {
        assert_eq!(
            shown("plans\u{1f}house.pdf\u{1f}garden.png", "gard"),
            "plans · house.pdf · [garden].png"
        );
        assert_eq!(shown("\u{1f}house.pdf", "pdf"), "house.[pdf]");
    }

    #[test]
    fn hidden_text_stays_hidden() {
        let shown = shown("the end: ||she dies|| sad", "dies");
        assert_eq!(shown, format!("the end: {HIDDEN} sad"));
    }

    #[test]
    fn letters_of_several_bytes_are_never_cut() {
        for count in 0..400 {
            let text = format!("{}é{}", "é".repeat(count), "ß ü".repeat(200));
            shown(&text, "ü");
        }
    }
}
