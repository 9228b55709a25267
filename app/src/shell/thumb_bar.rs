//! The lowest line on a phone, where a thumb reaches: channels, people, finding, settings. Hidden on wider screens.

use leptos::prelude::*;

use super::store::{Dialog, Drawer};
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::reactive;

/// Five buttons across the bottom.
#[component]
pub fn ThumbBar() -> impl IntoView {
    let stores = stores();
    let view_store = stores.view;
    let unread = Memo::new(move |_| {
        stores
            .community
            .channels
            .with(|all| all.iter().any(|c| c.unread > 0))
    });
    let toggle = move |drawer| {
        view_store.drawer.update(|open| {
            *open = if *open == Some(drawer) {
                None
            } else {
                Some(drawer)
            }
        });
    };
    let is_open = move |drawer| {
        move || {
            if view_store.drawer.get() == Some(drawer) {
                "true"
            } else {
                "false"
            }
        }
    };
    view! {
        <nav class="thumb-bar" aria-label="Go to">
            <button
                type="button"
                class:dot=reactive(move || unread.get())
                aria-expanded=is_open(Drawer::Channels)
                on:click=move |_| toggle(Drawer::Channels)
            >
                <Icon name=IconName::Menu/>
                "Channels"
            </button>
            <button type="button" aria-expanded=is_open(Drawer::People) on:click=move |_| toggle(Drawer::People)>
                <Icon name=IconName::People/>
                "People"
            </button>
            <button type="button" on:click=move |_| view_store.dialog.set(Some(Dialog::Switcher))>
                <Icon name=IconName::Forward/>
                "Go to"
            </button>
            <button type="button" on:click=move |_| view_store.dialog.set(Some(Dialog::Search))>
                <Icon name=IconName::Search/>
                "Find"
            </button>
            <button type="button" on:click=move |_| view_store.dialog.set(Some(Dialog::Settings))>
                <Icon name=IconName::Settings/>
                "Settings"
            </button>
        </nav>
    }
}
