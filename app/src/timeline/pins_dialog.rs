//! The pinned messages of the open channel, newest first, and the way to each.

use leptos::prelude::*;

use super::rich_text::RichText;
use super::store::{Item, ItemKind, TimelineIntent};
use crate::ids::ChannelId;
use crate::stores::{Stores, stores};
use crate::ui::hooks::local_time;
use crate::ui::modal::Modal;
use crate::ui::reactive::dynamic;

/// A list of messages.
#[component]
pub fn PinsDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let timeline = stores.timeline;
    let channel = timeline.open.get_untracked();
    timeline.pins.set(Vec::new());
    if let Some(channel) = channel.clone() {
        stores.actions.send(TimelineIntent::ShowPins(channel));
    }
    view! {
        <Modal title="Pinned messages" class="narrow" on_close=on_close>
            {dynamic(move || {
                let pins = timeline.pins.get();
                let more = timeline.more_pins.get().then(|| {
                    view! { <p class="list-empty" role="status">"Looking for older ones…"</p> }
                });
                if pins.is_empty() && more.is_none() {
                    return view! {
                        <p class="list-empty">"Nothing is pinned here. What is pinned stays easy to find: open a message's menu and choose Pin."</p>
                    }.into_any();
                }
                let rows = pins.into_iter().map(|item| pin(item, channel.clone(), stores, on_close));
                view! { <ul class="pins">{rows.collect_view()}</ul> {more} }.into_any()
            })}
        </Modal>
    }
}

fn pin(item: Item, channel: Option<ChannelId>, stores: Stores, on_close: Callback<()>) -> AnyView {
    let ItemKind::Message(message) = item.kind else {
        return ().into_any();
    };
    let text = message.said().unwrap_or_default();
    let go = move |_| {
        on_close.run(());
        if let Some(channel) = &channel {
            stores.show_message(channel, item.id.clone());
        }
    };
    view! {
        <li>
            <p class="message-head"><strong><bdi>{message.author_name}</bdi></strong> <time class="message-time" datetime=local_time::machine(item.at) title=local_time::full(item.at)>{local_time::ago(item.at)}</time></p>
            <RichText text=text/>
            <button type="button" class="quiet" on:click=go>"Go to message"</button>
        </li>
    }
    .into_any()
}
