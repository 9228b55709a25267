//! `src/names/unicode.bin` is made of the tables of the crates that carry Unicode, at the versions that
//! `Cargo.toml` pins. `PARLEY_GOLDEN=write` writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_script::{Script, UnicodeScript};
use unicode_security::{GeneralSecurityProfile, skeleton};

use crate::golden::is_writing;

/// The scripts of UAX 31, table 5. The order is that of the bits.
const SCRIPTS: [Script; 29] = [
    Script::Latin,
    Script::Greek,
    Script::Cyrillic,
    Script::Armenian,
    Script::Hebrew,
    Script::Arabic,
    Script::Thaana,
    Script::Devanagari,
    Script::Bengali,
    Script::Gurmukhi,
    Script::Gujarati,
    Script::Oriya,
    Script::Tamil,
    Script::Telugu,
    Script::Kannada,
    Script::Malayalam,
    Script::Sinhala,
    Script::Thai,
    Script::Lao,
    Script::Tibetan,
    Script::Myanmar,
    Script::Georgian,
    Script::Ethiopic,
    Script::Khmer,
    Script::Hangul,
    Script::Hiragana,
    Script::Katakana,
    Script::Bopomofo,
    Script::Han,
];
const JAPANESE: u32 = 1 << 29;
const CHINESE: u32 = 1 << 30;
const KOREAN: u32 = 1 << 31;

/// All that Unicode has assigned: the planes between have none.
pub(super) fn characters() -> impl Iterator<Item = char> {
    (0..0x4_0000)
        .chain(0xe_0000..0xe_1000)
        .filter_map(char::from_u32)
}

fn script_set(c: char) -> Option<u32> {
    // All ideographs of the two large blocks: rare ones are in the names of people.
    let ideograph = matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}');
    if !c.identifier_allowed() && !ideograph {
        return None;
    }
    let extension = c.script_extension();
    if extension.is_common() || extension.is_inherited() {
        return Some(u32::MAX);
    }
    let mut set = 0;
    for (bit, script) in SCRIPTS.iter().enumerate() {
        if extension.contains_script(*script) {
            set |= 1 << bit;
            set |= match script {
                Script::Han => JAPANESE | CHINESE | KOREAN,
                Script::Hiragana | Script::Katakana => JAPANESE,
                Script::Bopomofo => CHINESE,
                Script::Hangul => KOREAN,
                _ => 0,
            };
        }
    }
    (set != 0).then_some(set)
}

/// Ideographs that are there a second time, for texts from older character sets. Names have none.
pub(super) fn is_second_ideograph(c: char) -> bool {
    matches!(c, '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}')
}

fn is_syllable(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}')
}

fn decomposed(c: char) -> String {
    if is_syllable(c) {
        return c.to_string();
    }
    std::iter::once(c).nfd().collect()
}

/// Numbers in LEB128.
#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.0
                .push(u8::try_from(number & 0x7f).expect("seven bits") | 0x80);
            number >>= 7;
        }
        self.0.push(u8::try_from(number).expect("seven bits"));
    }

    fn count(&mut self, count: usize) {
        self.number(u32::try_from(count).expect("not so many"));
    }

    fn ranges(&mut self, value: impl Fn(char) -> Option<u32>) {
        let mut ranges: Vec<(u32, u32, u32)> = Vec::new();
        for c in characters() {
            let Some(value) = value(c) else { continue };
            match ranges.last_mut() {
                Some(last) if last.1 + 1 == u32::from(c) && last.2 == value => last.1 += 1,
                _ => ranges.push((c.into(), c.into(), value)),
            }
        }
        self.count(ranges.len());
        let mut end = 0;
        for range in &ranges {
            self.number(range.0 - end);
            end = range.1;
        }
        for range in &ranges {
            self.number(range.1 - range.0);
        }
        for range in &ranges {
            self.number(range.2);
        }
    }

    fn ascending<'a>(&mut self, characters: impl Iterator<Item = &'a char>) {
        let mut last = 0;
        for c in characters {
            self.number(u32::from(*c) - last);
            last = u32::from(*c);
        }
    }

    fn scripts(&mut self) {
        let sets: BTreeSet<u32> = characters().filter_map(script_set).collect();
        self.count(sets.len());
        for set in &sets {
            self.number(*set);
        }
        self.ranges(|c| {
            let place = sets.iter().position(|set| Some(*set) == script_set(c))?;
            u32::try_from(place).ok()
        });
    }

    fn marks(&mut self) {
        self.ranges(|c| is_combining_mark(c).then(|| u32::from(canonical_combining_class(c))));
    }

    fn decompositions(&mut self) {
        let mut whole_by_parts: BTreeMap<String, char> = BTreeMap::new();
        for c in characters() {
            let parts = decomposed(c);
            if parts.nfc().eq([c]) || parts == c.to_string() {
                whole_by_parts.insert(parts, c);
            } else {
                whole_by_parts.entry(parts).or_insert(c);
            }
        }
        let mut found = BTreeMap::new();
        for c in characters() {
            let parts = decomposed(c);
            if parts == c.to_string() || is_second_ideograph(c) {
                continue;
            }
            let composes = parts.nfc().eq([c]);
            let mut before = parts.clone();
            let second = before.pop().filter(|_| parts.chars().count() > 1);
            let first = if second.is_some() { &before } else { &parts };
            let first = whole_by_parts.get(first).copied().expect("a first part");
            found.insert(c, (first, second, composes));
        }
        self.count(found.len());
        self.ascending(found.keys());
        for (first, _, composes) in found.values() {
            self.number(u32::from(*first) * 2 + u32::from(*composes));
        }
        for (_, second, _) in found.values() {
            self.number(second.map_or(0, u32::from));
        }
    }

    /// Of characters that are in decomposed names of members: nothing else is compared.
    fn confusables(&mut self) {
        let named: BTreeSet<char> = characters()
            .filter(|c| script_set(*c).is_some())
            .flat_map(|c| decomposed(c).chars().collect::<Vec<_>>())
            .filter(|c| !is_syllable(*c))
            .collect();
        let found: BTreeMap<char, String> = named
            .into_iter()
            .map(|c| (c, skeleton(&c.to_string()).collect::<String>()))
            .filter(|(c, prototype)| *prototype != c.to_string())
            .collect();
        self.count(found.len());
        self.ascending(found.keys());
        for prototype in found.values() {
            self.count(prototype.chars().count());
        }
        for c in found.values().flat_map(|prototype| prototype.chars()) {
            self.number(c.into());
        }
    }

    /// Even: how far the folded letter is, with the direction in the lowest bit. Odd: several letters, by place.
    fn cases(&mut self) {
        let several: BTreeSet<String> = characters()
            .map(folded)
            .filter(|text| text.chars().count() > 1)
            .collect();
        self.count(several.len());
        for text in &several {
            self.count(text.chars().count());
        }
        for c in several.iter().flat_map(|text| text.chars()) {
            self.number(c.into());
        }
        self.ranges(|c| {
            let text = folded(c);
            if let Some(place) = several.iter().position(|it| *it == text) {
                return Some(u32::try_from(place).expect("not so many") * 2 + 1);
            }
            let (from, to) = (u32::from(c), text.chars().next().map_or(0, u32::from));
            let far = from.abs_diff(to) * 2 + u32::from(to < from);
            (far > 0).then_some(far * 2)
        });
    }
}

/// A letter in the form in which names are compared, by the compiler's tables of case.
pub(super) fn folded(c: char) -> String {
    c.to_lowercase()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect()
}

#[test]
fn the_tables_are_those_of_unicode() {
    assert_eq!(unicode_security::UNICODE_VERSION, (18, 0, 0));
    let mut tables = Writer::default();
    tables.scripts();
    tables.marks();
    tables.decompositions();
    tables.confusables();
    tables.cases();
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/names/unicode.bin");
    if is_writing() {
        std::fs::write(&file, &tables.0).expect("a file");
    }
    assert!(std::fs::read(&file).expect("the tables") == tables.0);
}
