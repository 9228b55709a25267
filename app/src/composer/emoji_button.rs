//! The way to the emoji: a button that opens the picker above the composer. What is taken is put where the caret is.

use leptos::prelude::*;

use super::assist::Assist;
use super::store::ComposerIntent;
use crate::stores::stores;
use crate::ui::emoji::{EmojiPicker, Picking};
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{reactive, show_when};

#[component]
pub fn EmojiButton() -> impl IntoView {
    let stores = stores();
    let assist = expect_context::<Assist>();
    let is_open = RwSignal::new(false);
    let picking = Picking {
        recent: stores.composer.recent_emoji.into(),
        tone: stores.composer.emoji_tone.into(),
        on_pick: Callback::new(move |emoji: String| {
            is_open.set(false);
            assist.put(None, &emoji);
            stores.actions.send(ComposerIntent::PickEmoji(emoji));
        }),
        on_tone: Callback::new(move |tone| stores.actions.send(ComposerIntent::SetEmojiTone(tone))),
        on_close: Callback::new(move |()| {
            is_open.set(false);
            focus::at_once("#composer");
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
