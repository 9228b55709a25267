//! From what was typed to what the index is asked: whose names those are, and when those days begin.

use leptos::prelude::WithUntracked;
use parley_client::Engine;
use parley_client::search::{Date, Filter, Has, Problem, Query, Wanted};
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, UserId};
use parley_protocol::names::fold;

use crate::channels::store::{Channel, ChannelKind};
use crate::direct::store::Standing;
use crate::driver::convert::channel_id;
use crate::platform::local_time;
use crate::search::text;
use crate::stores::Stores;

/// A question on its way.
pub(super) struct Asked {
    pub(super) typed: String,
    pub(super) wanted: Wanted,
    /// What of it says nothing.
    pub(super) problems: Vec<String>,
    pub(super) has_words: bool,
}

pub(super) fn ask(typed: &str, limit: usize, stores: Stores, engine: &Engine) -> Asked {
    let (year, month, day) = local_time::today();
    let today = Date::new(year, month, day).unwrap_or(Date {
        year: 1970,
        month: 1,
        day: 1,
    });
    let query = Query::parse(typed, today);
    let mut problems: Vec<String> = query.problems.iter().map(said).collect();
    let has_words = !query.filters.is_empty() || !query.words.trim().is_empty();
    let mut wanted = Wanted {
        words: query.words,
        from: None,
        places: Vec::new(),
        has: Has::default(),
        only: None,
        since: 0,
        until: Millis::MAX,
        limit,
    };
    let mut places: Option<Vec<ChannelId>> = None;
    let mut is_pinned = false;
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
                let found = places_called(&name, stores);
                if found.is_empty() {
                    problems.push(text::no_channel(&name));
                }
                places.get_or_insert_default().extend(found);
            }
            Filter::Pinned => is_pinned = true,
            Filter::Has(has) => wanted.has = wanted.has.with(has),
            Filter::Before(day) => wanted.until = wanted.until.min(begins(day)),
            Filter::Since(day) => wanted.since = wanted.since.max(begins(day)),
        }
    }
    wanted.places = places.unwrap_or_else(|| self::places(stores, |_| true));
    if is_pinned {
        let pins = wanted.places.iter().flat_map(|place| engine.pins(place));
        wanted.only = Some(pins.collect());
    }
    Asked {
        typed: typed.to_owned(),
        wanted,
        problems,
        has_words,
    }
}

fn said(problem: &Problem) -> String {
    match problem {
        Problem::Has(value) => text::no_kind(value),
        Problem::Is(value) => text::no_state(value),
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

fn places_called(name: &str, stores: Stores) -> Vec<ChannelId> {
    let wanted = fold(name.trim_start_matches('#'));
    places(stores, |channel| fold(&channel.name) == wanted)
}

/// The channels and conversations that may be searched: those that are on the screen, and that the person wants.
fn places(stores: Stores, which: impl Fn(&Channel) -> bool) -> Vec<ChannelId> {
    let is_wanted = |channel: &Channel| match channel.kind {
        ChannelKind::Text => true,
        ChannelKind::Voice => false,
        ChannelKind::Direct => {
            let found = stores.direct.conversation(&channel.id);
            found.is_some_and(|it| it.standing == Standing::Accepted)
        }
    };
    stores.community.channels.with_untracked(|all| {
        let found = all.iter().filter(|it| is_wanted(it) && which(it));
        found.filter_map(|it| channel_id(&it.id)).collect()
    })
}
