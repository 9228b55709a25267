//! Where people talk: channels on the left, the conversation in the middle, people on the right, the call at the bottom.
//! On a narrow screen the outer two are drawers; on a phone everything one needs is at the bottom.

use leptos::prelude::*;

use crate::behaviour::shortcuts::{self, Shortcut};
use crate::behaviour::{focus, keyboard, scroll};
use crate::components::alerts::Alerts;
use crate::components::banner::ConnectionBanner;
use crate::components::composer::Composer;
use crate::components::dialogs::Dialogs;
use crate::components::dock::Dock;
use crate::components::live::{live, part, when};
use crate::components::people::People;
use crate::components::sidebar::Sidebar;
use crate::components::thumb_bar::ThumbBar;
use crate::components::timeline::Timeline;
use crate::components::topbar::Topbar;
use crate::components::typing_line::TypingLine;
use crate::stores::community::ChannelKind;
use crate::stores::view::{Dialog, Drawer};
use crate::stores::{Intent, Stores, stores};

/// The whole screen of a member.
#[component]
pub fn Conversation() -> impl IntoView {
    let stores = stores();
    shortcuts::listen(move |shortcut| act(stores, shortcut));
    keyboard::follow();
    open_first_channel(stores);
    let drawer = stores.view.drawer;
    move_focus_with(drawer);
    let open = Memo::new(move |_| stores.timeline.open.get());
    view! {
            <div class="parley" class:wide=live(move || !stores.view.people_shown.get())>
                <Sidebar/>
                <main class="conversation" data-region="conversation" tabindex="-1">
                    <Topbar/>
                    <ConnectionBanner/>
                    <Alerts/>
                    {part(move || match open.get() {
                        Some(channel) => view! {
                            <Timeline channel=channel.clone()/>
                            <TypingLine/>
                            <Composer channel=channel/>
                        }.into_any(),
                        None => view! { <div class="timeline"></div> }.into_any(),
                    })}
                </main>
                <People/>
                <Dock/>
                <ThumbBar/>
                {when(move || drawer.get().is_some(), move || view! {
                    <div class="scrim" on:click=move |_| drawer.set(None)></div>
    })}
            </div>
            <Dialogs/>
        }
}

/// Into a drawer as it opens, and back to where it was as it closes.
fn move_focus_with(drawer: RwSignal<Option<Drawer>>) {
    Effect::new(move |before: Option<Option<focus::Held>>| {
        let held = before.flatten();
        let selector = match drawer.get() {
            Some(Drawer::Channels) => ".sidebar",
            Some(Drawer::People) => ".people",
            None => {
                if let Some(held) = held {
                    held.give_back();
                }
                return None;
            }
        };
        let held = held.unwrap_or_else(focus::Held::now);
        focus::on(selector);
        Some(held)
    });
}

/// A member who has never been here sees the first text channel.
fn open_first_channel(stores: Stores) {
    Effect::new(move || {
        if stores.timeline.open.with(Option::is_none)
            && let Some(first) = stores
                .community
                .of_kind(ChannelKind::Text)
                .into_iter()
                .next()
        {
            stores.open_channel(&first.id);
        }
    });
}

fn act(stores: Stores, shortcut: Shortcut) {
    let view = stores.view;
    let call = stores.call;
    match shortcut {
        Shortcut::PreviousChannel => step(stores, true),
        Shortcut::NextChannel => step(stores, false),
        Shortcut::Switcher => view.dialog.set(Some(Dialog::Switcher)),
        Shortcut::Settings => view.dialog.set(Some(Dialog::Settings)),
        Shortcut::Shortcuts => view.dialog.set(Some(Dialog::Shortcuts)),
        Shortcut::ToggleMute => {
            let off = untrack(|| call.is_silent());
            stores.actions.send(Intent::SetMuted(!off));
        }
        Shortcut::ToggleDeafen => stores
            .actions
            .send(Intent::SetDeafened(!call.deafened.get_untracked())),
        Shortcut::NextRegion => focus::next_region(false),
        Shortcut::PreviousRegion => focus::next_region(true),
        Shortcut::Close => view.drawer.set(None),
        Shortcut::PageUp => scroll::by_page(".timeline-scroll", true),
        Shortcut::PageDown => scroll::by_page(".timeline-scroll", false),
        Shortcut::Type => focus::at_once("#composer"),
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
