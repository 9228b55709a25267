//! Character tables for names, frozen at one version of Unicode: `unicode.bin`, written and compared by
//! `protocol/tests/names/tables.rs`. See docs/decisions/0015-names.md before changing it.

use std::sync::OnceLock;

/// The tables, decoded once.
pub(super) fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| Tables::decode(include_bytes!("unicode.bin")))
}

/// Every table is sorted by code point.
#[derive(Default)]
pub(super) struct Tables {
    /// Sets of scripts, one bit each.
    script_sets: Vec<u32>,
    /// Characters allowed in names, by index into `script_sets`.
    allowed: Vec<Range>,
    /// Combining marks, by canonical combining class.
    marks: Vec<Range>,
    decompositions: Vec<Decomposition>,
    /// Characters that look like others, with the range of their prototype in `prototypes`.
    confusables: Vec<(u32, usize, usize)>,
    prototypes: Vec<char>,
    /// Letters that have another case: how the letter that they are compared as is found.
    cases: Vec<Range>,
    /// Several letters that one is compared as.
    several: Vec<String>,
}

struct Range {
    first: u32,
    last: u32,
    value: u32,
}

/// A character that is canonically equivalent to one or two others.
#[derive(Clone, Copy)]
pub(super) struct Decomposition {
    pub(super) whole: char,
    pub(super) first: char,
    pub(super) second: Option<char>,
    /// Whether normalization form C keeps the whole character rather than its parts.
    pub(super) composes: bool,
}

impl Tables {
    /// The scripts in which a character of members' names is used. `None` if it is not allowed there.
    pub(super) fn scripts(&self, c: char) -> Option<u32> {
        let set = value_in(&self.allowed, c)?;
        self.script_sets.get(usize::try_from(set).ok()?).copied()
    }

    /// The canonical combining class of a mark, 0 for those that do not reorder. `None` for other characters.
    pub(super) fn mark(&self, c: char) -> Option<u32> {
        value_in(&self.marks, c)
    }

    pub(super) fn decomposition(&self, c: char) -> Option<Decomposition> {
        let at = self.decompositions.binary_search_by_key(&c, |it| it.whole);
        self.decompositions.get(at.ok()?).copied()
    }

    /// The character that normalization form C composes from two.
    pub(super) fn composition(&self, first: char, second: char) -> Option<char> {
        self.decompositions
            .iter()
            .find(|it| it.composes && it.first == first && it.second == Some(second))
            .map(|it| it.whole)
    }

    /// The prototype that a character looks like, decomposed.
    pub(super) fn prototype(&self, c: char) -> Option<&[char]> {
        let at = self
            .confusables
            .binary_search_by_key(&u32::from(c), |it| it.0);
        let (_, from, to) = self.confusables.get(at.ok()?)?;
        self.prototypes.get(*from..*to)
    }

    /// Adds the form in which a letter is compared.
    pub(super) fn push_folded(&self, c: char, to: &mut String) {
        let way = value_in(&self.cases, c).unwrap_or_default();
        if way % 2 == 1 {
            let several = self.several.get((way / 2) as usize);
            return to.push_str(several.map_or("", String::as_str));
        }
        to.push(character(u32::from(c).wrapping_add(distance(way))));
    }

    /// The first letter that is compared as this one is, if it is another.
    pub(super) fn capital(&self, c: char) -> Option<char> {
        let mut form = String::new();
        self.push_folded(c, &mut form);
        let small = u32::from(form.chars().next()?);
        let is_one = form.chars().nth(1).is_none();
        let mut found = self
            .cases
            .iter()
            .filter(|range| is_one && range.value % 2 == 0);
        found.find_map(|range| {
            let capital = small.wrapping_sub(distance(range.value));
            let is_in = (range.first..=range.last).contains(&capital);
            char::from_u32(capital).filter(|_| is_in)
        })
    }

    fn decode(bytes: &[u8]) -> Self {
        let mut reader = Reader { rest: bytes.iter() };
        let sets = reader.next();
        let mut tables = Self {
            script_sets: reader.numbers(sets),
            allowed: reader.ranges(),
            marks: reader.ranges(),
            ..Self::default()
        };
        let count = reader.next();
        let (wholes, firsts) = (reader.ascending(count), reader.numbers(count));
        let seconds = reader.numbers(count);
        for ((whole, first), second) in wholes.into_iter().zip(firsts).zip(seconds) {
            tables.decompositions.push(Decomposition {
                whole: character(whole),
                first: character(first / 2),
                second: (second != 0).then(|| character(second)),
                composes: first % 2 == 1,
            });
        }
        let count = reader.next();
        let (sources, lengths) = (reader.ascending(count), reader.numbers(count));
        for (source, length) in sources.into_iter().zip(lengths) {
            let from = tables.prototypes.len();
            for _ in 0..length {
                tables.prototypes.push(character(reader.next()));
            }
            tables
                .confusables
                .push((source, from, tables.prototypes.len()));
        }
        let count = reader.next();
        for length in reader.numbers(count) {
            let letters = reader.numbers(length).into_iter().map(character);
            tables.several.push(letters.collect());
        }
        tables.cases = reader.ranges();
        tables
    }
}

/// From a letter to the one that it is compared as.
fn distance(way: u32) -> u32 {
    let far = way / 4;
    if way.is_multiple_of(4) {
        far
    } else {
        far.wrapping_neg()
    }
}

fn value_in(ranges: &[Range], c: char) -> Option<u32> {
    let c = u32::from(c);
    let at = ranges.partition_point(|range| range.last < c);
    ranges
        .get(at)
        .filter(|range| range.first <= c)
        .map(|range| range.value)
}

fn character(number: u32) -> char {
    char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Numbers in LEB128, column by column, which packs best.
struct Reader<'a> {
    rest: std::slice::Iter<'a, u8>,
}

impl Reader<'_> {
    fn next(&mut self) -> u32 {
        let mut number = 0;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.rest.next().copied().unwrap_or_default();
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        number
    }

    fn numbers(&mut self, count: u32) -> Vec<u32> {
        let mut numbers = Vec::new();
        for _ in 0..count {
            numbers.push(self.next());
        }
        numbers
    }

    /// Ascending numbers, each encoded as the difference to the previous one.
    fn ascending(&mut self, count: u32) -> Vec<u32> {
        let mut numbers = self.numbers(count);
        let mut last = 0;
        for number in &mut numbers {
            *number += last;
            last = *number;
        }
        numbers
    }

    fn ranges(&mut self) -> Vec<Range> {
        let count = self.next();
        let (gaps, lengths, values) = (
            self.numbers(count),
            self.numbers(count),
            self.numbers(count),
        );
        let mut ranges = Vec::new();
        let mut end = 0;
        for ((gap, length), value) in gaps.into_iter().zip(lengths).zip(values) {
            let first = end + gap;
            end = first + length;
            ranges.push(Range {
                first,
                last: end,
                value,
            });
        }
        ranges
    }
}
