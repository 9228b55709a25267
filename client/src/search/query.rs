//! What somebody types: words, and filters such as `from:name`. What a name means is for whoever knows the names.

use super::date::{Date, DateSpan};
use super::document::Has;

/// Filters of one query; more are left out.
const MOST_FILTERS: usize = 20;

/// What was typed, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// What is no filter.
    pub words: String,
    /// In the order in which they were typed.
    pub filters: Vec<Filter>,
    /// Filters that say nothing.
    pub problems: Vec<Problem>,
}

/// What a message must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Of the person of that name. Of several, any.
    From(String),
    /// In the channel of that name. Of several, any.
    In(String),
    /// With that. Of several, all.
    Has(Has),
    /// Pinned.
    Pinned,
    /// Before that day, month or year begins.
    Before(Date),
    /// From the beginning of that day, month or year on.
    Since(Date),
}

/// A filter that says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Nothing that a message can have.
    Has(String),
    /// Nothing that a message can be.
    Is(String),
    /// No day.
    Date(String),
}

const KEYS: [&str; 7] = ["from", "in", "has", "is", "before", "after", "during"];

/// What a message can have, by the words for it.
const KINDS: [(&str, Has); 13] = [
    ("link", Has::LINK),
    ("picture", Has::PICTURE),
    ("image", Has::PICTURE),
    ("photo", Has::PICTURE),
    ("file", Has::FILE),
    ("attachment", Has::FILE),
    ("video", Has::VIDEO),
    ("audio", Has::AUDIO),
    ("sound", Has::AUDIO),
    ("music", Has::AUDIO),
    ("voice", Has::VOICE),
    ("poll", Has::POLL),
    ("question", Has::POLL),
];

impl Query {
    /// Takes apart what was typed.
    pub fn parse(typed: &str, today: Date) -> Self {
        let mut query = Self::default();
        let mut filters = 0;
        for part in parts(typed) {
            match filter(part) {
                // It is still being typed.
                Some((_, "")) => {}
                Some((key, value)) if filters < MOST_FILTERS => {
                    filters += 1;
                    query.take(key, value, today);
                }
                Some(_) => {}
                None => query.words.push_str(part),
            }
        }
        query
    }

    fn take(&mut self, key: &'static str, value: &str, today: Date) {
        match key {
            "from" => self.filters.push(Filter::From(value.to_owned())),
            "in" => self.filters.push(Filter::In(value.to_owned())),
            "has" => match kind(value) {
                Some(has) => self.filters.push(Filter::Has(has)),
                None => self.problems.push(Problem::Has(value.to_owned())),
            },
            "is" if value.eq_ignore_ascii_case("pinned") => self.filters.push(Filter::Pinned),
            "is" => self.problems.push(Problem::Is(value.to_owned())),
            _ => {
                let Some(span) = DateSpan::parse(value, today) else {
                    return self.problems.push(Problem::Date(value.to_owned()));
                };
                if key != "before" {
                    self.filters.push(Filter::Since(span.first));
                }
                if key == "before" {
                    self.filters.push(Filter::Before(span.first));
                } else if key == "during" {
                    self.filters.push(Filter::Before(span.end));
                }
            }
        }
    }
}

/// Words, filters and the blanks between them: together they are what was typed. Blanks within quotation marks part
/// nothing.
fn parts(typed: &str) -> impl Iterator<Item = &str> {
    let mut rest = typed;
    std::iter::from_fn(move || {
        let (part, after) = split(rest)?;
        rest = after;
        Some(part)
    })
}

/// The first part of a text, which is blanks or none, and what follows it.
fn split(text: &str) -> Option<(&str, &str)> {
    let is_blank = text.chars().next()?.is_whitespace();
    let mut is_quoted = false;
    let end = text.char_indices().find(|(_, c)| {
        let ends = !is_quoted && c.is_whitespace() != is_blank;
        is_quoted ^= matches!(c, '"' | '“' | '”' | '„');
        ends
    });
    Some(text.split_at(end.map_or(text.len(), |(end, _)| end)))
}

/// A filter's name and what follows it.
fn filter(part: &str) -> Option<(&'static str, &str)> {
    let (name, value) = part.split_once(':')?;
    let key = KEYS.into_iter().find(|key| name.eq_ignore_ascii_case(key));
    let key = key.or_else(|| name.eq_ignore_ascii_case("on").then_some("during"))?;
    Some((key, value.trim_matches(['"', '“', '”', '„']).trim()))
}

fn kind(value: &str) -> Option<Has> {
    let value = value.to_lowercase();
    let singular = value.strip_suffix('s').unwrap_or(&value);
    let found = KINDS
        .iter()
        .find(|(name, _)| *name == value || *name == singular);
    found.map(|(_, has)| *has)
}

#[cfg(test)]
mod tests {
    use super::{Date, Filter, Has, Problem, Query};

    fn parse(typed: &str) -> Query {
        Query::parse(typed, Date::new(2026, 3, 15).unwrap())
    }

    fn date(year: i32, month: u32, day: u32) -> Date {
        Date::new(year, month, day).unwrap()
    }

    #[test]
    fn filters_are_taken_out_of_the_words() {
        let query = parse("from:alice blue  in:#general sky");
        assert_eq!(
            query.words.split_whitespace().collect::<Vec<_>>(),
            ["blue", "sky"]
        );
        let filters = [Filter::From("alice".into()), Filter::In("#general".into())];
        assert_eq!(query.filters, filters);
        assert_eq!(
            parse("FROM:\"Gen Urobuchi\" x").filters,
            [Filter::From("Gen Urobuchi".into())]
        );
    }

    #[test]
    fn words_stay_as_they_were_typed() {
        assert_eq!(parse("hello wor").words, "hello wor");
        assert_eq!(parse("hello ").words, "hello ");
        assert_eq!(
            parse("\"two words\" 12:30 https://x.y").words,
            "\"two words\" 12:30 https://x.y"
        );
        assert_eq!(parse("\"quoted from:alice\"").filters, []);
    }

    #[test]
    fn days_bound_the_time() {
        assert_eq!(
            parse("before:2026-03").filters,
            [Filter::Before(date(2026, 3, 1))]
        );
        assert_eq!(
            parse("after:2026-03").filters,
            [Filter::Since(date(2026, 3, 1))]
        );
        let during = [
            Filter::Since(date(2026, 3, 14)),
            Filter::Before(date(2026, 3, 15)),
        ];
        assert_eq!(parse("during:yesterday").filters, during);
        assert_eq!(parse("on:2026-03-14").filters, during);
        assert_eq!(
            parse("before:soon").problems,
            [Problem::Date("soon".into())]
        );
    }

    #[test]
    fn kinds_have_several_names() {
        for name in ["picture", "Pictures", "image", "photos"] {
            assert_eq!(
                parse(&format!("has:{name}")).filters,
                [Filter::Has(Has::PICTURE)]
            );
        }
        assert_eq!(parse("has:soul").problems, [Problem::Has("soul".into())]);
        assert_eq!(parse("is:Pinned x").filters, [Filter::Pinned]);
        assert_eq!(parse("is:odd").problems, [Problem::Is("odd".into())]);
        assert_eq!(parse("has:"), Query::default(), "still being typed");
    }

    #[test]
    fn many_filters_are_cut() {
        assert!(parse(&"from:a ".repeat(10_000)).filters.len() <= super::MOST_FILTERS);
    }
}
