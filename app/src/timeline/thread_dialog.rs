//! A message with what hangs off it, beside the channel, and the way to write there. What is written in it stands nowhere
//! else, so a long talk about one thing leaves the channel readable.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use parley_protocol::names::is_blank;

use super::line::{line, unfinished};
use super::pointing::Pointing;
use super::rows::{Row, rows};
use super::store::{OpenThread, TimelineIntent};
use crate::composer::store::ComposerIntent;
use crate::ids::ChannelId;
use crate::stores::stores;
use crate::ui::hooks::{focus, local_time};
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, keyed, reactive};

/// The open thread.
#[component]
pub fn ThreadDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let thread = stores.timeline.thread;
    on_cleanup(move || stores.actions.send(TimelineIntent::CloseThread));
    let channel =
        Memo::new(move |_| thread.with(|open| open.as_ref().map(|open| open.channel.clone())));
    view! {
        <Modal title="Thread" class="thread" on_close=on_close>
            {dynamic(move || channel.get().map(|channel| view! { <Lines channel=channel/> <Write/> }))}
        </Modal>
    }
}

#[component]
fn Lines(channel: ChannelId) -> impl IntoView {
    let thread = stores().timeline.thread;
    let of = move |part: fn(&OpenThread) -> Vec<Row>| {
        thread.with(|open| open.as_ref().map(part).unwrap_or_default())
    };
    let rows = Memo::new(move |_| of(|open| rows(&open.items, None, local_time::day_number)));
    let deliveries = Memo::new(move |_| {
        thread.with(|open| {
            open.as_ref()
                .map(|open| unfinished(&open.items))
                .unwrap_or_default()
        })
    });
    let pointing = Pointing::new();
    view! {
        <div
            class="thread-lines"
            role="log"
            aria-label="Messages in this thread"
            tabindex="0"
            on:pointerover=move |event| pointing.over(&event)
            on:focusin=move |event| pointing.focused(&event)
            on:pointerdown=move |event| pointing.down(&event)
            on:pointerup=move |_| { pointing.lift(); }
            on:pointercancel=move |_| { pointing.lift(); }
        >
            <div>
                {dynamic(move || rows.with(Vec::is_empty).then(|| view! {
                    <p class="list-empty">"The message was deleted, or is not in this browser."</p>
                }))}
                {keyed(move || rows.get(), Row::key, move |row: Row| line(&channel, row, deliveries))}
            </div>
        </div>
    }
}

/// Where one writes into the thread.
#[component]
fn Write() -> impl IntoView {
    let stores = stores();
    let thread = stores.timeline.thread;
    let typed = RwSignal::new(String::new());
    let send = move || {
        let text = typed.get_untracked().trim().to_owned();
        let open = thread.with_untracked(|open| {
            open.as_ref()
                .map(|open| (open.channel.clone(), open.root.clone()))
        });
        if let Some((channel, root)) = open.filter(|_| !is_blank(&text)) {
            typed.set(String::new());
            stores.actions.send(ComposerIntent::SendMessage {
                channel,
                text,
                reply_to: None,
                thread: Some(root),
            });
        }
    };
    let key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    focus::on_with_real_keyboard("#thread-composer");
    view! {
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <div class="composer-box" data-text=reactive(move || typed.get())>
                <textarea
                    id="thread-composer"
                    rows="1"
                    dir="auto"
                    aria-label="Message in this thread"
                    placeholder="Message in this thread"
                    prop:value=reactive(move || typed.get())
                    autocomplete="off"
                    enterkeyhint="send"
                    on:input=move |event| typed.set(event_target_value(&event))
                    on:keydown=key
                ></textarea>
            </div>
            <button type="submit" class="composer-send" aria-label="Send" title="Send (Enter)" disabled=reactive(move || typed.with(|it| is_blank(it)))>
                <Icon name=IconName::Send/>
            </button>
        </form>
    }
}
