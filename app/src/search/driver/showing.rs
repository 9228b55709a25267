//! From what was found to the lines of the list.

use parley_client::Engine;
use parley_client::search::{Found, Has, Hit};

use super::asking::Asked;
use crate::driver::convert::{item_id, millis};
use crate::ids;
use crate::search::store::{Line, Results};

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

pub(super) fn results(asked: Asked, found: &Found, engine: &Engine) -> Results {
    Results {
        typed: asked.typed,
        lines: found.hits.iter().map(|hit| line(hit, engine)).collect(),
        all: found.all,
        problems: asked.problems,
        is_asked: asked.is_asked,
    }
}

fn line(hit: &Hit, engine: &Engine) -> Line {
    let community = engine.community();
    let author = community.members().get(&hit.author);
    let channel = community.channels().get(&hit.place);
    let said = SAID.iter().filter(|(has, _)| hit.has.contains(*has));
    let mut has: Vec<&str> = said.map(|(_, word)| *word).collect();
    // What kind of file it is says more.
    if has.len() > 1 {
        has.retain(|word| *word != "file");
    }
    let pieces = hit.text.iter();
    Line {
        channel: ids::ChannelId::from(hit.place.to_string()),
        item: item_id(hit.message.device, hit.message.id),
        channel_name: channel
            .map(|it| it.details.name.clone())
            .unwrap_or_default(),
        author_name: author
            .map(|it| it.display_name().to_owned())
            .unwrap_or_default(),
        at: millis(hit.at),
        has,
        pieces: pieces.map(|it| (it.text.clone(), it.is_mark)).collect(),
    }
}
