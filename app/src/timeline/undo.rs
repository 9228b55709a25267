//! What is about to be done, and the way back: a deletion is there for everybody a moment later, and what was read is
//! never unread again.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;

use super::store::{Pending, TimelineIntent};
use crate::chunk::chunk;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::{dynamic, show_when};

/// How long somebody has to think again.
const MOMENT: Duration = Duration::from_secs(6);

chunk!(conversation_rest: fn undo() -> Draw = undo_view);

fn undo_view() -> Draw {
    || view! { <Shown/> }.into_any()
}

/// Nothing, unless something is about to be done.
#[component]
pub(super) fn Undo() -> impl IntoView {
    let pending = stores().timeline.pending;
    show_when(
        move || pending.with(Option::is_some),
        || lazy(undo, || ().into_any()),
    )
}

#[component]
fn Shown() -> impl IntoView {
    let stores = stores();
    let pending = stores.timeline.pending;
    let now = move || {
        if let Some(pending) = pending.get_untracked() {
            stores.actions.send(TimelineIntent::DoNow(pending));
        }
    };
    // A page that goes away waits for nobody.
    let gone = window_event_listener(ev::pagehide, move |_| now());
    let hidden = window_event_listener(ev::visibilitychange, move |_| {
        if document().hidden() {
            now();
        }
    });
    on_cleanup(move || {
        gone.remove();
        hidden.remove();
    });
    let one = move || {
        let pending = pending.get()?;
        let timer = set_timeout_with_handle(now, MOMENT);
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
        let (icon, said) = match &pending {
            Pending::Deletion { .. } => (IconName::Remove, "Deleting the message for everybody"),
            Pending::Read { everything, .. } if *everything => {
                (IconName::Check, "Everything is marked as read")
            }
            Pending::Read { .. } => (IconName::Check, "This channel is marked as read"),
        };
        let back = move |_| stores.actions.send(TimelineIntent::Undo(pending.clone()));
        Some(view! {
            <div class="undo" role="status">
                <Icon name=icon/>
                <p>{said}</p>
                <button type="button" class="quiet" on:click=back>"Undo"</button>
            </div>
        })
    };
    dynamic(one)
}
