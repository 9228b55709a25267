//! What can stand at the end of what was typed: filters, and the names and days that they take. Pure.

use parley_protocol::names::fold;

use crate::channels::store::{Channel, ChannelKind};
use crate::people::store::Member;

/// More would not be looked at.
const SHOWN: usize = 8;

/// The filters: what is typed, and what they do.
const FILTERS: [(&str, &str); 7] = [
    ("from:", "a person, or me"),
    ("in:", "a channel or conversation"),
    ("has:", "link, picture, video, audio, voice, file or poll"),
    ("is:", "pinned"),
    ("before:", "a day, month or year"),
    ("after:", "from that day on"),
    ("during:", "that day, month or year"),
];

const KINDS: [&str; 7] = ["link", "picture", "video", "audio", "voice", "file", "poll"];

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hint {
    pub(super) name: String,
    pub(super) says: String,
    /// What stands in the field if it is chosen.
    pub(super) typed: String,
}

/// What fits. Nothing, while words are typed.
pub(super) fn hints(
    typed: &str,
    today: (i32, u32, u32),
    channels: &[Channel],
    members: &[Member],
) -> Vec<Hint> {
    let start = last_part(typed);
    let (before, last) = typed.split_at(start);
    let hint = |name: &str, says: &str, value: String| Hint {
        name: name.to_owned(),
        says: says.to_owned(),
        typed: format!("{before}{value}"),
    };
    let Some((key, value)) = last.split_once(':') else {
        let lower = last.to_lowercase();
        let fits = |name: &&(&str, &str)| {
            typed.trim().is_empty() || (lower.len() > 1 && name.0.starts_with(&lower))
        };
        let filters = FILTERS.iter().filter(fits);
        return filters
            .map(|(name, says)| hint(name, says, (*name).to_owned()))
            .collect();
    };
    let key = key.to_lowercase();
    let value = fold(value.trim_matches('"').trim_start_matches(['@', '#']));
    let is_done = last.ends_with('"') && last.matches('"').count() == 2;
    if is_done {
        return Vec::new();
    }
    let quoted = |name: &str| {
        if name.contains(char::is_whitespace) {
            format!("{key}:\"{name}\" ")
        } else {
            format!("{key}:{name} ")
        }
    };
    let named = |name: &str| hint(name, "", quoted(name));
    let mut hints: Vec<Hint> = match key.as_str() {
        "from" => {
            let me = "me"
                .starts_with(&value)
                .then(|| hint("me", "what I wrote", quoted("me")));
            let members = fitting(members.iter().map(|it| it.name.as_str()), &value);
            me.into_iter()
                .chain(members.into_iter().map(named))
                .collect()
        }
        "in" => {
            let texts = channels.iter().filter(|it| it.kind != ChannelKind::Voice);
            let found = fitting(texts.map(|it| it.name.as_str()), &value);
            found.into_iter().map(named).collect()
        }
        "has" => {
            let kinds = KINDS.iter().filter(|kind| kind.starts_with(&value));
            kinds.map(|kind| named(kind)).collect()
        }
        "is" if "pinned".starts_with(&value) => vec![named("pinned")],
        "before" | "after" | "during" | "on" => {
            let days = days(today);
            let fits = |it: &&(String, &str)| it.0.starts_with(&value);
            days.iter()
                .filter(fits)
                .map(|(day, says)| hint(day, says, quoted(day)))
                .collect()
        }
        _ => Vec::new(),
    };
    // It stands there already.
    hints.retain(|it| fold(&it.name) != value);
    hints.truncate(SHOWN);
    hints
}

/// Where the last word or filter begins. Blanks in quotation marks part nothing.
fn last_part(typed: &str) -> usize {
    let (mut start, mut is_quoted) = (0, false);
    for (at, c) in typed.char_indices() {
        is_quoted ^= c == '"';
        if c.is_whitespace() && !is_quoted {
            start = at + c.len_utf8();
        }
    }
    start
}

/// Those that begin so, then those in which a word does.
fn fitting<'a>(names: impl Iterator<Item = &'a str>, value: &str) -> Vec<&'a str> {
    let rank = |name: &str| {
        let name = fold(name);
        if name.starts_with(value) {
            return Some(0);
        }
        let mut words = name.split(|c: char| !c.is_alphanumeric());
        words.any(|word| word.starts_with(value)).then_some(1)
    };
    let mut ranked: Vec<(usize, &str)> =
        names.filter_map(|name| Some((rank(name)?, name))).collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, name)| name).collect()
}

/// Days that people may mean.
fn days((year, month, _): (i32, u32, u32)) -> Vec<(String, &'static str)> {
    let (last_year, last_month) = if month == 1 {
        (year - 1, 12)
    } else {
        (year, month - 1)
    };
    vec![
        ("today".to_owned(), ""),
        ("yesterday".to_owned(), ""),
        (format!("{year}-{month:02}"), "this month"),
        (format!("{last_year}-{last_month:02}"), "last month"),
        (format!("{year}"), "this year"),
        (format!("{}", year - 1), "last year"),
    ]
}

#[cfg(test)]
mod tests {
    use super::hints;
    use crate::channels::store::{Channel, ChannelKind};
    use crate::people::store::Member;

    fn channel(name: &str, kind: ChannelKind) -> Channel {
        Channel::named(name, kind)
    }

    fn member(name: &str) -> Member {
        Member::named(name)
    }

    fn typed(text: &str) -> Vec<String> {
        let channels = [
            channel("general", ChannelKind::Text),
            channel("gallery", ChannelKind::Text),
            channel("games", ChannelKind::Voice),
        ];
        let members = [member("Gen Urobuchi"), member("Álvaro"), member("Big Gem")];
        let hints = hints(text, (2026, 1, 9), &channels, &members);
        hints.into_iter().map(|hint| hint.typed).collect()
    }

    #[test]
    fn an_empty_field_shows_all_filters() {
        assert_eq!(typed("").len(), 7);
        assert_eq!(typed("blue fr"), ["blue from:"]);
        assert!(typed("blue sky").is_empty());
    }

    #[test]
    fn names_are_completed_and_quoted_where_they_must() {
        assert_eq!(
            typed("x from:ge"),
            ["x from:\"Gen Urobuchi\" ", "x from:\"Big Gem\" "]
        );
        assert_eq!(typed("in:ga"), ["in:gallery "]);
        assert_eq!(typed("in:#ge"), ["in:general "]);
        assert!(typed("in:general").is_empty(), "it stands there");
        assert!(typed("from:\"Gen Urobuchi\"").is_empty());
        assert_eq!(typed("from:m"), ["from:me "]);
    }

    #[test]
    fn kinds_and_days_are_offered() {
        assert_eq!(typed("has:v"), ["has:video ", "has:voice "]);
        assert_eq!(typed("is:p"), ["is:pinned "]);
        assert!(typed("is:pinned").is_empty());
        assert_eq!(typed("before:2025"), ["before:2025-12 "]);
        assert_eq!(typed("after:y"), ["after:yesterday "]);
    }
}
