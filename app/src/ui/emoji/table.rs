//! All emoji with their names and words, in the order and groups that Unicode gives them. The table was made from
//! emojibase-data 17 (MIT), which gathers Unicode's emoji up to version 15.1, their words from CLDR, and GitHub's names.
//! A line is an emoji, its names, and behind a semicolon other words; a star before it says that its skin has tones.

use std::sync::Arc;

use super::Custom;

const TABLE: &str = include_str!("table.txt");

/// Fitzpatrick modifiers (Unicode Technical Standard 51, section 2.4); the first is none.
pub const TONES: [&str; 6] = [
    "",
    "\u{1f3fb}",
    "\u{1f3fc}",
    "\u{1f3fd}",
    "\u{1f3fe}",
    "\u{1f3ff}",
];

/// An emoji, and its first name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Found {
    /// Symbols, or the `:name:` of one that the community made.
    pub emoji: String,
    pub name: String,
    /// The picture of one that the community made.
    pub address: Option<Arc<str>>,
}

impl Found {
    fn of_custom((name, address): &Custom) -> Self {
        Self {
            emoji: format!(":{name}:"),
            name: name.to_string(),
            address: Some(Arc::clone(address)),
        }
    }
}

/// Those of the community that are no ordinary emoji's namesakes.
pub(super) fn of_community(custom: &[Custom]) -> Vec<Found> {
    let own = custom.iter().filter(|(name, _)| !is_name(name));
    own.map(Found::of_custom).collect()
}

/// The names of the groups, in their order.
pub(super) fn groups() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter_map(|line| line.strip_prefix("# "))
}

/// All emoji of a group.
pub(super) fn group(name: &str, tone: usize) -> Vec<Found> {
    let lines = TABLE
        .lines()
        .skip_while(|line| line.strip_prefix("# ") != Some(name));
    let lines = lines.skip(1).take_while(|line| !line.starts_with("# "));
    let entries = lines.filter_map(Entry::parse);
    entries.map(|entry| entry.found(tone)).collect()
}

/// What a name begins with first, then a word of it, then other words, then anything.
pub(super) fn search(typed: &str, tone: usize, most: usize, custom: &[Custom]) -> Vec<Found> {
    let typed = typed
        .trim()
        .trim_matches(':')
        .to_lowercase()
        .replace(' ', "_");
    let mut found: [Vec<Found>; 5] = Default::default();
    for own in custom.iter().filter(|(name, _)| name.contains(&*typed)) {
        let rank = usize::from(!own.0.starts_with(&*typed)) * 2 + usize::from(*own.0 != *typed);
        if let Some(found) = found.get_mut(rank)
            && !is_name(&own.0)
        {
            found.push(Found::of_custom(own));
        }
    }
    for entry in TABLE.lines().filter_map(Entry::parse) {
        let rank = entry.rank(&typed);
        if let Some(found) = rank.and_then(|rank| found.get_mut(rank))
            && found.len() < most
        {
            found.push(entry.found(tone));
        }
    }
    found.into_iter().flatten().take(most).collect()
}

/// Whether an ordinary emoji has that name.
pub(super) fn is_name(name: &str) -> bool {
    let mut entries = TABLE.lines().filter_map(Entry::parse);
    entries.any(|entry| entry.names.split(' ').any(|it| it == name))
}

/// The emoji of that name, in a tone of skin.
pub(super) fn of_name(name: &str, tone: usize) -> Option<String> {
    let mut entries = TABLE.lines().filter_map(Entry::parse);
    let entry = entries.find(|entry| entry.names.split(' ').any(|it| it == name))?;
    Some(entry.found(tone).emoji)
}

/// What an emoji is called, for one that is known by its signs alone.
pub(super) fn name_of(emoji: &str) -> &'static str {
    let plain: String = emoji
        .chars()
        .filter(|c| !is_tone(*c) && *c != '\u{fe0f}')
        .collect();
    let mut entries = TABLE.lines().filter_map(Entry::parse);
    let is_it = |entry: &Entry| entry.emoji.replace('\u{fe0f}', "") == plain;
    entries.find(is_it).map_or("emoji", |entry| entry.name())
}

struct Entry {
    emoji: &'static str,
    names: &'static str,
    words: &'static str,
    has_tones: bool,
}

impl Entry {
    fn parse(line: &'static str) -> Option<Self> {
        let (emoji, rest) = line.split_once(' ')?;
        if emoji == "#" {
            return None;
        }
        let (names, words) = rest.split_once(" ; ").unwrap_or((rest, ""));
        let toned = emoji.strip_prefix('*');
        Some(Self {
            emoji: toned.unwrap_or(emoji),
            names,
            words,
            has_tones: toned.is_some(),
        })
    }

    fn name(&self) -> &'static str {
        self.names.split(' ').next().unwrap_or(self.names)
    }

    fn found(&self, tone: usize) -> Found {
        let tone = TONES.get(tone).filter(|_| self.has_tones);
        Found {
            emoji: toned(self.emoji, tone.copied().unwrap_or_default()),
            name: self.name().to_owned(),
            address: None,
        }
    }

    fn rank(&self, typed: &str) -> Option<usize> {
        let mut names = self.names.split(' ');
        if names.clone().any(|name| name == typed) {
            return Some(0);
        }
        if names.clone().any(|name| name.starts_with(typed)) {
            return Some(1);
        }
        let begins = |word: &str| word.starts_with(typed);
        if names.clone().flat_map(|name| name.split('_')).any(begins) {
            return Some(2);
        }
        if self.words.split(' ').any(begins) {
            return Some(3);
        }
        names.any(|name| name.contains(typed)).then_some(4)
    }
}

/// The modifier stands behind the first sign, in the place of what asks for colours.
fn toned(emoji: &str, tone: &str) -> String {
    let mut signs = emoji.chars();
    let Some(first) = signs.next().filter(|_| !tone.is_empty()) else {
        return emoji.to_owned();
    };
    let rest = signs.as_str();
    let rest = rest.strip_prefix('\u{fe0f}').unwrap_or(rest);
    format!("{first}{tone}{rest}")
}

fn is_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str, custom: &[Custom]) -> Vec<String> {
        let found = search(typed, 0, 5, custom).into_iter();
        found.map(|it| it.name).collect()
    }

    fn names(typed: &str) -> Vec<String> {
        found(typed, &[])
    }

    #[test]
    fn the_communitys_own_are_found_by_name_and_never_in_place_of_ordinary_ones() {
        let own = |name: &str| (Arc::from(name), Arc::from("data:"));
        let custom = ["big_smiley_blob", "parrot", "smile", "smilie"].map(own);
        let smiles = found("smil", &custom);
        assert_eq!(smiles.first().map(String::as_str), Some("smilie"));
        assert_eq!(smiles.iter().filter(|it| *it == "smile").count(), 1);
        assert_eq!(
            found("smile", &custom).first().map(String::as_str),
            Some("smile")
        );
        assert!(
            search("smile", 0, 5, &custom)
                .iter()
                .all(|it| it.address.is_none() || it.name != "smile")
        );
        assert!(found("blob", &custom).contains(&"big_smiley_blob".to_owned()));
        assert_eq!(of_community(&custom).len(), 2, "two are built in");
        assert!(is_name("thumbsup") && is_name("+1") && !is_name("smilie"));
    }

    #[test]
    fn a_whole_name_is_first_then_what_begins_so() {
        assert_eq!(names("smile").first().map(String::as_str), Some("smile"));
        assert_eq!(names("thumbsup").first().map(String::as_str), Some("+1"));
        assert_eq!(names("+1").first().map(String::as_str), Some("+1"));
        assert!(names("happy").contains(&"grinning".to_owned()));
        assert!(names("zzz_nothing").is_empty());
        assert_eq!(
            names("red heart").first().map(String::as_str),
            Some("heart")
        );
    }

    #[test]
    fn the_tone_stands_behind_the_first_sign() {
        let wave = search("wave", 3, 1, &[]);
        assert_eq!(wave.first().map(|it| it.emoji.as_str()), Some("👋🏽"));
        let smile = search("smile", 3, 1, &[]);
        assert_eq!(smile.first().map(|it| it.emoji.as_str()), Some("😄"));
        assert_eq!(name_of("👋🏽"), "wave");
        assert_eq!(toned("✌️", TONES[1]), "✌🏻");
    }

    #[test]
    fn every_emoji_is_in_a_group_and_fits_a_reaction() {
        let all: Vec<Found> = groups().flat_map(|name| group(name, 5)).collect();
        assert!(all.len() > 1_800, "{}", all.len());
        assert!(all.iter().all(|it| !it.name.is_empty()));
        let longest = all.iter().map(|it| it.emoji.len()).max();
        assert!(longest <= Some(40), "{longest:?}");
        assert_eq!(groups().count(), 9);
    }
}
