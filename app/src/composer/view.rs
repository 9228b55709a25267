//! Where one writes. Enter sends, Shift+Enter begins a new line; what is not sent stays with its channel.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use parley_protocol::names::is_blank;

use super::mode_strip::ModeStrip;
use super::store::{ComposerIntent, Mode};
use crate::ids::ChannelId;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::timeline::store::TimelineIntent;
use crate::ui::direction::isolated;
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::reactive;

/// The key code of every key that an input method takes (UI Events, section 7.3.1).
const INPUT_METHOD: u32 = 229;

/// The composer of one channel. Made anew when another channel is opened.
#[component]
pub fn Composer(channel: ChannelId) -> impl IntoView {
    let stores = stores();
    let drafts = stores.composer.drafts;
    let draft = Memo::new({
        let channel = channel.clone();
        move |_| drafts.with(|all| all.get(&channel).cloned().unwrap_or_default())
    });
    let label = Memo::new({
        let channel = channel.clone();
        move |_| {
            stores
                .community
                .channel(&channel)
                .map(|c| format!("Message #{}", isolated(&c.name)))
        }
    });
    let empty = Memo::new(move |_| draft.with(|text| is_blank(text)));

    let write = {
        let channel = channel.clone();
        move |text: String| {
            let typed = !text.is_empty();
            drafts.update(|all| {
                all.insert(channel.clone(), text);
            });
            if typed {
                stores.actions.send(ComposerIntent::Typing(channel.clone()));
            }
        }
    };
    let edited = channel.clone();
    let send = move || {
        let text = draft.get_untracked().trim().to_owned();
        if is_blank(&text) {
            return;
        }
        drafts.update(|all| {
            all.remove(&channel);
        });
        let channel = channel.clone();
        match stores.composer.end() {
            Some(Mode::Edit { channel, item, .. }) => {
                stores.actions.send(TimelineIntent::Edit {
                    channel,
                    item,
                    text,
                });
            }
            mode => stores.actions.send(ComposerIntent::SendMessage {
                channel,
                text,
                reply_to: mode.map(Mode::into_item),
            }),
        }
    };
    let key = {
        let (send, edited) = (send.clone(), edited);
        move |event: KeyboardEvent| {
            // Safari has ended the composition by now, and tells by the code alone that its input method has this key.
            let is_composing = event.is_composing() || event.key_code() == INPUT_METHOD;
            if event.key() == "Escape" && stores.composer.end().is_some() {
                event.stop_propagation();
            }
            let is_empty = draft.with_untracked(String::is_empty);
            if event.key() == "ArrowUp"
                && is_empty
                && let Some((item, text)) = stores.timeline.newest_editable(&edited)
            {
                event.prevent_default();
                let mode = Mode::edit(&edited, &item, Some(&text));
                stores.composer.begin(mode);
            }
            if event.key() == "Enter" && !event.shift_key() && !is_composing {
                event.prevent_default();
                send();
            }
        }
    };
    focus::on_with_real_keyboard("#composer");
    on_cleanup(move || {
        stores.composer.end();
    });
    view! {
        <ModeStrip/>
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <button
                type="button"
                class="icon-button composer-poll"
                aria-label="New poll"
                title="New poll"
                on:click=move |_| stores.view.dialog.set(Some(Dialog::NewPoll))
            >
                <Icon name=IconName::Poll/>
            </button>
            // The box grows with a hidden copy of the text behind it.
            <div class="composer-box" data-text=reactive(move || draft.get())>
                <textarea
                    id="composer"
                    rows="1"
                    dir="auto"
                    aria-label=reactive(move || label.get())
                    placeholder=reactive(move || label.get())
                    prop:value=reactive(move || draft.get())
                    autocomplete="off"
                    enterkeyhint="send"
                    on:input=move |event| write(event_target_value(&event))
                    on:keydown=key
                ></textarea>
            </div>
            <button type="submit" class="composer-send" aria-label="Send" title="Send (Enter)" disabled=reactive(move || empty.get())>
                <Icon name=IconName::Send/>
            </button>
        </form>
    }
}
