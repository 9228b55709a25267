//! The line above the conversation: which channel, what it is about, that it is encrypted, and who is here.

use leptos::prelude::*;

use super::store::{Dialog, Drawer, ViewStore};
use crate::channels::store::ChannelKind;
use crate::direct::store::DirectIntent;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive, show_when};

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
    let is_direct = Memo::new(move |_| {
        channel.with(|c| c.as_ref().is_some_and(|c| c.kind == ChannelKind::Direct))
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
                <Icon name=IconName::Menu/>
            </button>
            <h1 class="topbar-name">
                {dynamic(move || {
                    let icon = if is_direct.get() { IconName::People } else { IconName::Hash };
                    view! { <Icon name=icon/> }
                })}
                <bdi>{dynamic(move || channel.get().map(|c| c.name))}</bdi>
            </h1>
            <p class="topbar-topic"><bdi>{dynamic(move || channel.get().map(|c| c.topic))}</bdi></p>
            <button
                type="button"
                class="topbar-lock"
                title="Only members can read this. Show details"
                on:click=move |_| view_store.dialog.set(Some(Dialog::Security))
            >
                <Icon name=IconName::Lock/>
                <span>"Encrypted"</span>
                <span class="unseen">": show security details"</span>
            </button>
            {show_when(move || channel.with(|c| c.as_ref().is_some_and(|c| c.expires_after.is_some())), || view! {
                <span class="topbar-expiry" title="Messages in this channel disappear after a while">
                    <Icon name=IconName::Clock/>
                    <span class="unseen">"Messages in this channel disappear after a while"</span>
                </span>
            })}
            {show_when(move || is_direct.get(), move || view! {
                <button
                    type="button"
                    class="icon-button start-call"
                    aria-label="Start a call"
                    title="Start a call"
                    on:click=move |_| {
                        if let Some(id) = stores.timeline.open.get_untracked() {
                            stores.actions.send(DirectIntent::Call(id));
                        }
                    }
                >
                    <Icon name=IconName::HangUp/>
                </button>
            }.into_any())}
            {show_when(move || is_direct.get(), move || opens(view_store, Dialog::Conversation, IconName::More, "Who is here"))}
            {show_when(move || !is_direct.get() && stores.community.powers.get().manage_channels, move || opens(view_store, Dialog::Channel, IconName::Edit, "Edit channel"))}
            {opens(view_store, Dialog::Threads, IconName::Thread, "Threads")}
            {opens(view_store, Dialog::Pins, IconName::Pin, "Pinned messages")}
            <button
                type="button"
                class="icon-button"
                aria-label="Find messages"
                title="Find messages (Ctrl+F)"
                on:click=move |_| view_store.dialog.set(Some(Dialog::Search))
            >
                <Icon name=IconName::Search/>
            </button>
            <button
                type="button"
                class="icon-button topbar-search"
                aria-label="Go to a channel or a person"
                title="Go to (Ctrl+K)"
                on:click=move |_| view_store.dialog.set(Some(Dialog::Switcher))
            >
                <Icon name=IconName::Forward/>
            </button>
            <button
                type="button"
                class="icon-button only-wide"
                aria-label="People column"
                title="Show or hide people"
                aria-pressed=reactive(move || if view_store.people_shown.get() { "true" } else { "false" })
                on:click=move |_| view_store.people_shown.update(|shown| *shown = !*shown)
            >
                <Icon name=IconName::People/>
            </button>
            <button
                type="button"
                class="icon-button only-narrow topbar-people"
                aria-label="Show people"
                title="Show people"
                on:click=move |_| view_store.drawer.set(Some(Drawer::People))
            >
                <Icon name=IconName::People/>
            </button>
        </header>
    }
}

/// A button that opens a dialog.
fn opens(view_store: ViewStore, dialog: Dialog, icon: IconName, label: &'static str) -> AnyView {
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=label
            title=label
            on:click=move |_| view_store.dialog.set(Some(dialog.clone()))
        >
            <Icon name=icon/>
        </button>
    }
    .into_any()
}
