//! A message with what hangs off it, beside the channel, and the way to write there. What is written in it stands nowhere
//! else, so a long talk about one thing leaves the channel readable.

use leptos::prelude::*;

use super::line::{line, unfinished};
use super::pointing::Pointing;
use super::rows::{Row, rows};
use super::store::{OpenThread, TimelineIntent};
use crate::composer::store::Desk;
use crate::files::store::{Part, part};
use crate::ids::ChannelId;
use crate::stores::stores;
use crate::ui::hooks::local_time;
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, keyed};

/// The open thread.
#[component]
pub fn ThreadDialog(
    /// Where one writes.
    write: fn(Desk) -> AnyView,
    on_close: Callback<()>,
) -> impl IntoView {
    let stores = stores();
    let thread = stores.timeline.thread;
    on_cleanup(move || stores.actions.send(TimelineIntent::CloseThread));
    let desk = Memo::new(move |_| {
        thread.with(|open| {
            open.as_ref().map(|open| Desk {
                channel: open.channel.clone(),
                thread: Some(open.root.clone()),
            })
        })
    });
    view! {
        <Modal title="Thread" class="thread" on_close=on_close>
            {dynamic(move || desk.get().map(|desk| view! {
                <Lines channel=desk.channel.clone()/>
                {part(Part::Drop(desk.key()))}
                {write(desk)}
            }))}
        </Modal>
    }
}

#[component]
fn Lines(channel: ChannelId) -> impl IntoView {
    let thread = stores().timeline.thread;
    let of = move |part: fn(&OpenThread) -> Vec<Row>| {
        thread.with(|open| open.as_ref().map(part).unwrap_or_default())
    };
    let rows = Memo::new(move |_| of(|open| rows(&open.items, None, local_time::day_number)));
    let deliveries = Memo::new(move |_| {
        thread.with(|open| {
            open.as_ref()
                .map(|open| unfinished(&open.items))
                .unwrap_or_default()
        })
    });
    let pointing = Pointing::new();
    view! {
        <div
            class="thread-lines"
            role="log"
            aria-label="Messages in this thread"
            tabindex="0"
            on:pointerover=move |event| pointing.over(&event)
            on:focusin=move |event| pointing.focused(&event)
            on:pointerdown=move |event| pointing.down(&event)
            on:pointerup=move |_| { pointing.lift(); }
            on:pointercancel=move |_| { pointing.lift(); }
        >
            <div>
                {dynamic(move || rows.with(Vec::is_empty).then(|| view! {
                    <p class="list-empty">"The message was deleted, or is not in this browser."</p>
                }))}
                {keyed(move || rows.get(), Row::key, move |row: Row| line(&channel, row, deliveries))}
            </div>
        </div>
    }
}
