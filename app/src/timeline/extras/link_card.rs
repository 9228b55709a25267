//! A message to which another one links, in short. Nothing was asked of anybody for it: it is in this browser.

use leptos::prelude::*;

use crate::stores::stores;
use crate::timeline::store::Linked;
use crate::ui::hooks::local_time;
use crate::ui::icon::{Icon, IconName};

/// Where it stands, whose it is, when, and how it begins. Leads there.
#[component]
pub(super) fn LinkCard(linked: Linked) -> impl IntoView {
    let stores = stores();
    let Linked {
        channel,
        item,
        channel_name,
        author_name,
        at,
        text,
    } = linked;
    let go = move |_| {
        stores.view.dialog.set(None);
        stores.show_message(&channel, item.clone());
    };
    view! {
        <button type="button" class="link-card" title="Go to this message" on:click=go>
            <span class="link-card-head">
                <strong><bdi>{author_name}</bdi></strong>
                " "
                <span class="link-card-place"><Icon name=IconName::Hash/><bdi>{channel_name}</bdi></span>
                " "
                <time class="message-time" datetime=local_time::machine(at) title=local_time::full(at)>{local_time::ago(at)}</time>
            </span>
            " "
            <span class="link-card-text" dir="auto">{text}</span>
        </button>
    }
}
