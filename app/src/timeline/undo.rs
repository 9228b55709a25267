//! A message that is about to be deleted, and the way back. It is gone for everybody a moment later.

use std::time::Duration;

use leptos::prelude::*;

use super::store::TimelineIntent;
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

/// Nothing, unless a message is about to be deleted.
#[component]
pub(super) fn UndoDeletion() -> impl IntoView {
    let deleting = stores().timeline.deleting;
    show_when(
        move || deleting.with(Option::is_some),
        || lazy(undo, || ().into_any()),
    )
}

#[component]
fn Shown() -> impl IntoView {
    let stores = stores();
    let deleting = stores.timeline.deleting;
    let one = move || {
        let (channel, item) = deleting.get()?;
        let now = TimelineIntent::DeleteNow {
            channel: channel.clone(),
            item: item.clone(),
        };
        let timer = set_timeout_with_handle(move || stores.actions.send(now.clone()), MOMENT);
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
        let keep = TimelineIntent::KeepDeleted { channel, item };
        Some(view! {
            <div class="undo" role="status">
                <Icon name=IconName::Remove/>
                <p>"Deleting the message for everybody"</p>
                <button type="button" class="quiet" on:click=move |_| stores.actions.send(keep.clone())>"Undo"</button>
            </div>
        })
    };
    dynamic(one)
}
