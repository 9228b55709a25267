//! What the shortcuts of the conversation do. This comes with what draws the messages; what was pressed before is heeded
//! then.

use leptos::prelude::*;

use super::shortcuts;
use super::shortcuts::Shortcut;
use super::store::Dialog;
use crate::call::store::CallIntent;
use crate::channels::store::ChannelKind;
use crate::stores::{Stores, stores};
use crate::timeline::store::TimelineIntent;
use crate::ui::hooks::{focus, scroll};

/// Heeds the shortcuts as long as it is on the page.
#[component]
pub fn Keys() -> impl IntoView {
    let stores = stores();
    shortcuts::listen(move |shortcut| act(stores, shortcut));
}

fn act(stores: Stores, shortcut: Shortcut) {
    let view = stores.view;
    let call = stores.call;
    match shortcut {
        Shortcut::PreviousChannel => step(stores, true),
        Shortcut::NextChannel => step(stores, false),
        Shortcut::Switcher => view.dialog.set(Some(Dialog::Switcher)),
        Shortcut::Search => view.dialog.set(Some(Dialog::Search)),
        Shortcut::Settings => view.dialog.set(Some(Dialog::Settings)),
        Shortcut::Shortcuts => view.dialog.set(Some(Dialog::Shortcuts)),
        Shortcut::ToggleMute => {
            let off = untrack(|| call.is_silent());
            stores.actions.send(CallIntent::SetMuted(!off));
        }
        Shortcut::ToggleDeafen => stores
            .actions
            .send(CallIntent::SetDeafened(!call.deafened.get_untracked())),
        Shortcut::NextRegion => focus::next_region(false),
        Shortcut::PreviousRegion => focus::next_region(true),
        Shortcut::Close => close(stores),
        Shortcut::MarkAllRead => stores.actions.send(TimelineIntent::MarkRead(None)),
        Shortcut::PageUp => scroll::by_page(".timeline-scroll", true),
        Shortcut::PageDown => scroll::by_page(".timeline-scroll", false),
        Shortcut::Type => focus::at_once("#composer"),
    }
}

/// Whatever is open first, then what is unread.
fn close(stores: Stores) {
    let panel = stores.timeline.panel;
    if stores.view.drawer.with_untracked(Option::is_some) {
        stores.view.drawer.set(None);
    } else if panel.with_untracked(Option::is_none) {
        let open = stores.timeline.open.get_untracked();
        if let Some(open) = open {
            stores.actions.send(TimelineIntent::MarkRead(Some(open)));
        }
    }
}

fn step(stores: Stores, up: bool) {
    let channels = stores.community.channels.with_untracked(|all| {
        all.iter()
            .filter(|c| c.kind == ChannelKind::Text)
            .map(|c| c.id.clone())
            .collect::<Vec<_>>()
    });
    let here = stores
        .timeline
        .open
        .with_untracked(|open| channels.iter().position(|id| Some(id) == open.as_ref()));
    let next = match (here, up) {
        (None, _) => Some(0),
        (Some(i), true) => i.checked_sub(1),
        (Some(i), false) => Some(i + 1),
    };
    if let Some(id) = next.and_then(|i| channels.get(i)) {
        stores.open_channel(id);
    }
}
