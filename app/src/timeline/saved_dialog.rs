//! What the person saved for themselves, newest first, and the way to each.

use leptos::prelude::*;

use super::rich_text::RichText;
use super::store::{Found, Item, ItemKind, Saved, TimelineIntent};
use crate::stores::stores;
use crate::ui::hooks::local_time;
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::dynamic;

/// A list of messages of all channels.
#[component]
pub fn SavedDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let saved = stores.timeline.saved;
    stores.actions.send(TimelineIntent::ShowSaved);
    on_cleanup(move || saved.set(None));
    view! {
        <Modal title="Saved messages" class="narrow" on_close=on_close>
            {dynamic(move || {
                let all = saved.get()?;
                if all.is_empty() {
                    return Some(view! {
                        <p class="list-empty">"Nothing is saved yet. Open a message's menu and choose Save for yourself: you find it here on all your devices, and nobody else knows."</p>
                    }.into_any());
                }
                let rows = all.into_iter().map(|saved| view! { <Line saved=saved on_close=on_close/> });
                Some(view! { <ul class="pins">{rows.collect_view()}</ul> }.into_any())
            })}
        </Modal>
    }
}

#[component]
fn Line(saved: Saved, on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let Saved {
        channel,
        item,
        channel_name,
        found,
    } = saved;
    let can_go = channel_name.is_some();
    let place = channel_name.map(|name| {
        view! { <span class="link-card-place"><Icon name=IconName::Hash/><bdi>{name}</bdi></span> }
    });
    let go = {
        let (channel, item) = (channel.clone(), item.clone());
        move |_| {
            on_close.run(());
            stores.show_message(&channel, item.clone());
        }
    };
    let remove = move |_| {
        stores.actions.send(TimelineIntent::Save {
            channel: channel.clone(),
            item: item.clone(),
            on: false,
        });
    };
    let inside = match found {
        Found::Here(item) => message(*item, place.into_any()),
        Found::Deleted => missing("It was deleted.", place.into_any()),
        Found::NotHere => missing(
            "It is not in this browser: it may be too far up to be loaded, or gone.",
            place.into_any(),
        ),
        Found::NotReadable => missing(
            "It is in a channel that you can't read any more.",
            place.into_any(),
        ),
    };
    view! {
        <li>
            {inside}
            <div class="pins-buttons">
                {can_go.then(|| view! { <button type="button" class="quiet" on:click=go>"Go to message"</button> })}
                <button type="button" class="quiet" on:click=remove>"Remove"</button>
            </div>
        </li>
    }
}

fn message(item: Item, place: AnyView) -> AnyView {
    let ItemKind::Message(message) = item.kind else {
        return place;
    };
    let text = message.said().unwrap_or_default();
    view! {
        <p class="message-head">
            <strong><bdi>{message.author_name}</bdi></strong>
            " "
            {place}
            " "
            <time class="message-time" datetime=local_time::machine(item.at) title=local_time::full(item.at)>{local_time::ago(item.at)}</time>
        </p>
        <RichText text=text/>
    }
    .into_any()
}

fn missing(why: &'static str, place: AnyView) -> AnyView {
    view! {
        <p class="message-head">{place}</p>
        <p class="message-locked">{why}</p>
    }
    .into_any()
}
