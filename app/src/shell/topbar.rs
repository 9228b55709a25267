//! The line above the conversation: which channel, what it is about, that it is encrypted, and who is here.

use leptos::prelude::*;

use super::store::{Dialog, Drawer};
use crate::stores::stores;
use crate::ui::icon::{Icon, Sign};
use crate::ui::live::{live, part};

/// The head of the middle column.
#[component]
pub fn Topbar() -> impl IntoView {
    let stores = stores();
    let view_store = stores.view;
    let channel = Memo::new(move |_| {
        stores
            .timeline
            .open
            .get()
            .and_then(|id| stores.community.channel(&id))
    });
    view! {
        <header class="topbar">
            <button
                type="button"
                class="icon-button only-narrow"
                aria-label="Show channels"
                title="Show channels"
                on:click=move |_| view_store.drawer.set(Some(Drawer::Channels))
            >
                <Icon sign=Sign::Menu/>
            </button>
            <h1 class="topbar-name">
                <Icon sign=Sign::Hash/>
                <bdi>{part(move || channel.get().map(|c| c.name))}</bdi>
            </h1>
            <p class="topbar-topic"><bdi>{part(move || channel.get().map(|c| c.topic))}</bdi></p>
            <button
                type="button"
                class="topbar-lock"
                title="Only members can read this. Show details"
                on:click=move |_| view_store.dialog.set(Some(Dialog::Security))
            >
                <Icon sign=Sign::Lock/>
                <span>"Encrypted"</span>
                <span class="unseen">": show security details"</span>
            </button>
            <button
                type="button"
                class="icon-button"
                aria-label="Go to a channel or a person"
                title="Go to (Ctrl+K)"
                on:click=move |_| view_store.dialog.set(Some(Dialog::Switcher))
            >
                <Icon sign=Sign::Search/>
            </button>
            <button
                type="button"
                class="icon-button only-wide"
                aria-label="People column"
                title="Show or hide people"
                aria-pressed=live(move || if view_store.people_shown.get() { "true" } else { "false" })
                on:click=move |_| view_store.people_shown.update(|shown| *shown = !*shown)
            >
                <Icon sign=Sign::People/>
            </button>
            <button
                type="button"
                class="icon-button only-narrow topbar-people"
                aria-label="Show people"
                title="Show people"
                on:click=move |_| view_store.drawer.set(Some(Drawer::People))
            >
                <Icon sign=Sign::People/>
            </button>
        </header>
    }
}
