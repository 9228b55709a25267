//! What one says of oneself: an emoji, a few words, and when they end.

use leptos::prelude::*;

use crate::composer::store::{ComposerIntent, EmojiChoice};
use crate::people::store::{Ends, PeopleIntent};
use crate::stores::stores;
use crate::ui::emoji::{EmojiPicker, Picking};
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive, show_when};

const MOST: u32 = 100;

/// The form. It goes with the dialog when it is saved.
#[component]
pub fn StatusForm(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let now = stores.people.own.with_untracked(|own| own.status.clone());
    let is_set = now.is_some();
    let now = now.unwrap_or_default();
    let (emoji, text) = (RwSignal::new(now.emoji), RwSignal::new(now.text));
    let as_before = now.ends;
    let ends = RwSignal::new(if as_before.is_some() {
        Ends::AsBefore
    } else {
        Ends::Never
    });
    let say = move |emoji: String, text: String, ends: Ends| {
        stores
            .actions
            .send(PeopleIntent::SetStatus { emoji, text, ends });
        on_close.run(());
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = text.get_untracked().trim().to_owned();
        say(emoji.get_untracked(), text, ends.get_untracked());
    };
    let choices = as_before
        .map(|at| (Ends::AsBefore, at))
        .into_iter()
        .chain(Ends::ALL.map(|ends| (ends, ends.text().to_owned())));
    let choices: Vec<(Ends, String)> = choices.collect();
    let chosen = choices.clone();
    view! {
        <form class="status-form" novalidate on:submit=submit>
            <label class="field-label" for="status-text">"What you are up to"</label>
            <div class="status-line">
                <EmojiChoice emoji=emoji/>
                <input
                    id="status-text"
                    type="text"
                    dir="auto"
                    autocomplete="off"
                    maxlength=MOST
                    placeholder="For example: back at three"
                    aria-describedby="status-hint"
                    prop:value=reactive(move || text.get())
                    on:input=move |event| text.set(event_target_value(&event))
                />
            </div>
            <label class="field-label" for="status-ends">"Goes away"</label>
            <select
                id="status-ends"
                on:change=move |event| {
                    let at = event_target_value(&event).parse::<usize>().unwrap_or(0);
                    if let Some((choice, _)) = chosen.get(at) {
                        ends.set(*choice);
                    }
                }
            >
                {choices.into_iter().enumerate().map(|(at, (choice, words))| view! {
                    <option value=at.to_string() selected=reactive(move || ends.get() == choice)>{words}</option>
                }).collect_view()}
            </select>
            <p id="status-hint" class="hint">"Everybody in this community reads it. The relay can't."</p>
            <div class="modal-buttons">
                {is_set.then(|| view! {
                    <button
                        type="button"
                        class="quiet"
                        on:click=move |_| say(String::new(), String::new(), Ends::Never)
                    >
                        "Clear it"
                    </button>
                })}
                <button type="submit" class="primary">"Save"</button>
            </div>
        </form>
    }
}

/// The emoji before the words: a button that opens the picker.
#[component]
fn EmojiChoice(emoji: RwSignal<String>) -> impl IntoView {
    let stores = stores();
    let is_open = RwSignal::new(false);
    let picking = Picking {
        recent: stores.composer.recent_emoji.into(),
        tone: stores.composer.emoji_tone.into(),
        // A status is read where the community's pictures are not.
        custom: Signal::stored(Vec::new()),
        on_add: None,
        on_pick: Callback::new(move |picked: String| {
            is_open.set(false);
            emoji.set(picked.clone());
            stores
                .actions
                .send(ComposerIntent::Emoji(EmojiChoice::Pick(picked)));
            focus::on("#status-text");
        }),
        on_tone: Callback::new(move |tone| {
            stores
                .actions
                .send(ComposerIntent::Emoji(EmojiChoice::Tone(tone)));
        }),
        on_close: Callback::new(move |()| is_open.set(false)),
    };
    view! {
        <button
            type="button"
            class="icon-button status-emoji"
            aria-label=reactive(move || {
                if emoji.with(String::is_empty) {
                    "Choose an emoji".to_owned()
                } else {
                    format!("Another emoji than {}", emoji.get())
                }
            })
            aria-haspopup="dialog"
            aria-expanded=reactive(move || if is_open.get() { "true" } else { "false" })
            on:click=move |_| is_open.update(|open| *open = !*open)
        >
            {dynamic(move || if emoji.with(String::is_empty) {
                view! { <Icon name=IconName::Smile/> }.into_any()
            } else {
                view! { <span class="status-sign">{emoji.get()}</span> }.into_any()
            })}
        </button>
        {show_when(move || is_open.get(), move || view! { <EmojiPicker picking=picking/> })}
    }
}
