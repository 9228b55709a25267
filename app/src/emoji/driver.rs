//! From the engine's emoji to the screen, and from the person to the engine.

use std::sync::Arc;

use leptos::prelude::{Set, WithUntracked};
use parley_client::Engine;
use parley_client::custom_emoji::{CustomEmoji as Known, EmojiFault};
use parley_client::engine::{EmojiError, WaitingEmoji};

use super::store::{CustomEmoji, EmojiIntent, EmojiStore, Waiting};
use super::text;
use crate::driver::convert::millis;
use crate::driver::set_changed::set_changed;

/// Does what a person asks.
pub fn handle_intent(store: EmojiStore, intent: EmojiIntent, engine: &mut Engine, now: u64) {
    let done = match intent {
        EmojiIntent::Add { name, image } => engine.add_emoji(name, &image, now),
        EmojiIntent::Remove { name } => engine.remove_emoji(name, now),
        EmojiIntent::Forget { id } => {
            if let Ok(id) = id.parse() {
                engine.discard(id, now);
            }
            Ok(())
        }
    };
    store.problem.set(done.err().map(said));
}

/// Shows them as they are now.
pub fn show(store: EmojiStore, engine: &Engine) {
    let is_shown = |shown: &CustomEmoji, known: &Known<'_>| {
        *shown.name == *known.name
            && (shown.at - millis(known.at)).abs() < 1.0
            && shown.address.ends_with(known.image)
    };
    let same = store.all.with_untracked(|all| {
        let mut known = engine.custom_emoji();
        let shown = all
            .iter()
            .all(|shown| known.next().is_some_and(|it| is_shown(shown, &it)));
        shown && known.next().is_none()
    });
    if !same {
        let all = engine.custom_emoji().map(|it| custom(&it, engine));
        store.all.set(all.collect());
    }
    let waiting: Vec<Waiting> = engine.waiting_emoji().map(|it| waiting(&it)).collect();
    set_changed(store.waiting, waiting);
}

fn custom(known: &Known<'_>, engine: &Engine) -> CustomEmoji {
    let Known {
        name,
        image,
        by,
        at,
    } = *known;
    // In base64, a PNG begins with these letters; the engine lets only one other kind through.
    let kind = if image.starts_with("iVBOR") {
        "png"
    } else {
        "webp"
    };
    let member = engine.community().members().get(&by);
    CustomEmoji {
        name: Arc::from(name),
        address: Arc::from(format!("data:image/{kind};base64,{image}")),
        by: member.map(|member| member.name.clone()).unwrap_or_default(),
        at: millis(at),
    }
}

fn waiting(waiting: &WaitingEmoji<'_>) -> Waiting {
    Waiting {
        id: waiting.id.to_string(),
        name: waiting.change.name.clone(),
        adds: waiting.change.image.is_some(),
        failed: waiting.failed,
    }
}

fn said(error: EmojiError) -> &'static str {
    match error {
        EmojiError::NotPermitted => text::NOT_PERMITTED,
        EmojiError::Fault(EmojiFault::Name) => text::NAME_RULE,
        EmojiError::Fault(
            EmojiFault::TooLarge { .. } | EmojiFault::NotBase64 | EmojiFault::Image(_),
        ) => text::NO_PICTURE,
        EmojiError::TooMany => text::FULL,
        EmojiError::TooManyChanges => text::TOO_MANY_CHANGES,
        EmojiError::NoBoard => text::NO_BOARD,
        EmojiError::OutboxFull => text::OUTBOX_FULL,
    }
}
