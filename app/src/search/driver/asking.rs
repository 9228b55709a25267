//! From what was typed to what the index is asked: whose names those are, and when those days begin.

use parley_client::Engine;
use parley_client::search::{Date, Filter, Has, Problem, Query, Wanted};
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, UserId};
use parley_protocol::names::fold;

use crate::driver::readable::is_shown;
use crate::platform::local_time;
use crate::search::text;

/// A question on its way.
pub(super) struct Asked {
    pub(super) typed: String,
    pub(super) wanted: Wanted,
    /// What of it says nothing.
    pub(super) problems: Vec<String>,
    pub(super) is_asked: bool,
}

pub(super) fn ask(typed: &str, limit: usize, engine: &Engine) -> Asked {
    let (year, month, day) = local_time::today();
    let today = Date::new(year, month, day).unwrap_or(Date {
        year: 1970,
        month: 1,
        day: 1,
    });
    let query = Query::parse(typed, today);
    let mut problems: Vec<String> = query.problems.iter().map(said).collect();
    let is_asked = !query.filters.is_empty() || !query.words.trim().is_empty();
    let mut wanted = Wanted {
        words: query.words,
        from: None,
        places: Vec::new(),
        has: Has::default(),
        since: 0,
        until: Millis::MAX,
        limit,
    };
    let mut places: Option<Vec<ChannelId>> = None;
    for filter in query.filters {
        match filter {
            Filter::From(name) => {
                let found = people_called(&name, engine);
                if found.is_empty() {
                    problems.push(text::nobody(&name));
                }
                wanted.from.get_or_insert_default().extend(found);
            }
            Filter::In(name) => {
                let found = places_called(&name, engine);
                if found.is_empty() {
                    problems.push(text::no_channel(&name));
                }
                places.get_or_insert_default().extend(found);
            }
            Filter::Has(has) => wanted.has = wanted.has.with(has),
            Filter::Before(day) => wanted.until = wanted.until.min(begins(day)),
            Filter::Since(day) => wanted.since = wanted.since.max(begins(day)),
        }
    }
    wanted.places = places.unwrap_or_else(|| readable(engine).map(|(id, _)| id).collect());
    Asked {
        typed: typed.to_owned(),
        wanted,
        problems,
        is_asked,
    }
}

fn said(problem: &Problem) -> String {
    match problem {
        Problem::Has(value) => text::no_kind(value),
        Problem::Date(value) => text::no_day(value),
    }
}

fn begins(Date { year, month, day }: Date) -> Millis {
    local_time::start_of(year, month, day)
}

/// By the name that is shown or the one they sign in with, also of those who left.
fn people_called(name: &str, engine: &Engine) -> Vec<UserId> {
    let wanted = fold(name.trim_start_matches('@'));
    if wanted == "me" {
        return vec![engine.me().0];
    }
    let members = engine.community().members().iter();
    let is_called = |name: &str| fold(name) == wanted;
    members
        .filter(|(_, member)| is_called(member.display_name()) || is_called(&member.name))
        .map(|(user, _)| *user)
        .collect()
}

fn places_called(name: &str, engine: &Engine) -> Vec<ChannelId> {
    let wanted = fold(name.trim_start_matches('#'));
    let named = readable(engine).filter(|(_, name)| fold(name) == wanted);
    named.map(|(id, _)| id).collect()
}

/// The channels that may be searched, with their names.
fn readable(engine: &Engine) -> impl Iterator<Item = (ChannelId, &str)> {
    let channels = engine.community().channels().iter();
    channels
        .filter(|(id, _)| is_shown(engine, id))
        .map(|(id, channel)| (*id, channel.details.name.as_str()))
}
