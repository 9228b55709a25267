//! Where one writes. Enter sends, Shift+Enter begins a new line; what is not sent stays with its channel.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use parley_protocol::names::is_blank;

use super::store::ComposerIntent;
use crate::ids::ChannelId;
use crate::stores::stores;
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
    let send = move || {
        let text = draft.get_untracked().trim().to_owned();
        if !is_blank(&text) {
            drafts.update(|all| {
                all.remove(&channel);
            });
            stores.actions.send(ComposerIntent::SendMessage {
                channel: channel.clone(),
                text,
            });
        }
    };
    let key = {
        let send = send.clone();
        move |event: KeyboardEvent| {
            // Safari has ended the composition by now, and tells by the code alone that its input method has this key.
            let is_composing = event.is_composing() || event.key_code() == INPUT_METHOD;
            if event.key() == "Enter" && !event.shift_key() && !is_composing {
                event.prevent_default();
                send();
            }
        }
    };
    focus::on_with_real_keyboard("#composer");
    view! {
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
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
