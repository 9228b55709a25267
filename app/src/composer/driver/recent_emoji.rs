//! The emoji that a person takes most lately, and the tone of skin that they chose: the same on all their devices.

use leptos::prelude::{GetUntracked, Set, Update};
use parley_client::Engine;

use crate::composer::store::EmojiChoice;
use crate::stores::Stores;

/// The tone, then the emoji, with blanks between.
const NAME: &str = "settings/emoji";
/// More would not be looked at: three rows.
const MOST: usize = 24;
/// Bytes of an emoji: the longest that are shown have fewer.
const LONGEST: usize = 64;

pub fn handle_intent(intent: EmojiChoice, stores: Stores, engine: &mut Engine, now: u64) {
    match intent {
        EmojiChoice::Pick(emoji) => pick(emoji, stores, engine, now),
        EmojiChoice::Tone(tone) => set_tone(tone, stores, engine, now),
    }
}

fn pick(emoji: String, stores: Stores, engine: &mut Engine, now: u64) {
    if emoji.len() > LONGEST || emoji.contains(' ') {
        return;
    }
    stores.composer.recent_emoji.update(|recent| {
        recent.retain(|it| *it != emoji);
        recent.insert(0, emoji);
        recent.truncate(MOST);
    });
    tell(stores, engine, now);
}

fn set_tone(tone: usize, stores: Stores, engine: &mut Engine, now: u64) {
    stores.composer.emoji_tone.set(tone);
    tell(stores, engine, now);
}

fn tell(stores: Stores, engine: &mut Engine, now: u64) {
    let store = stores.composer;
    let recent = store.recent_emoji.get_untracked().join(" ");
    let value = format!("{} {recent}", store.emoji_tone.get_untracked());
    // Without room for it, it stays with this page.
    engine.set_account_data(NAME, value, now).ok();
}

/// Takes what was chosen on any device.
pub fn show(engine: &Engine, stores: Stores) {
    let Some(heard) = engine.account_data(NAME) else {
        return;
    };
    let mut words = heard.split(' ').filter(|it| !it.is_empty());
    let tone = words.next().and_then(|tone| tone.parse().ok()).unwrap_or(0);
    let recent = words.filter(|it| it.len() <= LONGEST).take(MOST);
    let recent: Vec<String> = recent.map(str::to_owned).collect();
    let store = stores.composer;
    if (
        store.emoji_tone.get_untracked(),
        store.recent_emoji.get_untracked(),
    ) != (tone, recent.clone())
    {
        store.emoji_tone.set(tone);
        store.recent_emoji.set(recent);
    }
}
