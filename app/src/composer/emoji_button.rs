//! The way to the emoji: a button that opens the picker above the composer. What is taken is put where the caret is.

use leptos::prelude::*;

use super::assist::Assist;
use super::store::{ComposerIntent, EmojiChoice};
use crate::shell::store::Dialog;
use crate::stores::{Stores, stores};
use crate::ui::emoji::{EmojiPicker, Picking};
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{reactive, show_when};

/// The way to the community's emoji, for those who may change them.
fn add_emoji(stores: Stores) -> Option<Callback<()>> {
    let may = stores.community.powers.get_untracked().manage_channels;
    may.then(|| Callback::new(move |()| stores.view.dialog.set(Some(Dialog::Emoji))))
}

#[component]
pub fn EmojiButton() -> impl IntoView {
    let stores = stores();
    let assist = expect_context::<Assist>();
    let is_open = RwSignal::new(false);
    let picking = Picking {
        recent: stores.composer.recent_emoji.into(),
        tone: stores.composer.emoji_tone.into(),
        custom: Signal::derive(move || stores.emoji.pictures()),
        on_add: add_emoji(stores),
        on_pick: Callback::new(move |emoji: String| {
            is_open.set(false);
            // A name is set apart from the next word.
            let space = if emoji.starts_with(':') { " " } else { "" };
            assist.put(None, &format!("{emoji}{space}"));
            stores
                .actions
                .send(ComposerIntent::Emoji(EmojiChoice::Pick(emoji)));
        }),
        on_tone: Callback::new(move |tone| {
            stores
                .actions
                .send(ComposerIntent::Emoji(EmojiChoice::Tone(tone)));
        }),
        on_close: Callback::new(move |()| {
            is_open.set(false);
            focus::at_once(stores.composer.field());
        }),
    };
    view! {
        {show_when(move || is_open.get(), move || view! { <EmojiPicker picking=picking/> })}
        <button
            type="button"
            class="icon-button"
            aria-label="Emoji"
            title="Emoji"
            aria-haspopup="dialog"
            aria-expanded=reactive(move || if is_open.get() { "true" } else { "false" })
            on:click=move |_| is_open.update(|open| *open = !*open)
        >
            <Icon name=IconName::Smile/>
        </button>
    }
}
