//! From what was found to the lines of the list.

use leptos::prelude::WithUntracked;
use parley_client::Engine;
use parley_client::search::{Found, Has, Hit};

use super::asking::Asked;
use crate::channels::store::ChannelKind;
use crate::driver::convert::{item_id, millis};
use crate::ids;
use crate::search::store::{Line, Results};
use crate::search::text;
use crate::stores::Stores;

/// What is said of a message, beside its words.
const SAID: [(Has, &str); 7] = [
    (Has::POLL, "poll"),
    (Has::LINK, "link"),
    (Has::PICTURE, "picture"),
    (Has::VIDEO, "video"),
    (Has::VOICE, "voice message"),
    (Has::AUDIO, "audio"),
    (Has::FILE, "file"),
];

pub(super) fn results(asked: Asked, found: &Found, stores: Stores, engine: &Engine) -> Results {
    let lines = found.hits.iter().map(|hit| line(hit, stores, engine));
    Results {
        typed: asked.typed,
        lines: lines.collect(),
        all: found.all,
        problems: asked.problems,
        is_asked: asked.has_words,
    }
}

fn line(hit: &Hit, stores: Stores, engine: &Engine) -> Line {
    let author = engine.community().members().get(&hit.author);
    let id = ids::ChannelId::from(hit.place.to_string());
    let channel = stores.community.channels.with_untracked(|all| {
        let found = all.iter().find(|it| it.id == id);
        found.map(|it| (it.name.clone(), it.kind == ChannelKind::Direct))
    });
    let (channel_name, is_direct) = channel.unwrap_or_default();
    let said = SAID.iter().filter(|(has, _)| hit.has.contains(*has));
    let mut has: Vec<&str> = said.map(|(_, word)| *word).collect();
    // What kind of file it is says more.
    if has.len() > 1 {
        has.retain(|word| *word != "file");
    }
    let pieces = hit.text.iter();
    let pieces = if engine.is_blocked(&hit.author) {
        vec![(text::BLOCKED.to_owned(), false)]
    } else {
        pieces.map(|it| (it.text.clone(), it.is_mark)).collect()
    };
    Line {
        channel: id,
        item: item_id(hit.message.device, hit.message.id),
        channel_name,
        is_direct,
        author_name: author
            .map(|it| it.display_name().to_owned())
            .unwrap_or_default(),
        at: millis(hit.at),
        has,
        pieces,
    }
}
