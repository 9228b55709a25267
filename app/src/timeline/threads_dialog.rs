//! The threads of the open channel, the one with the newest message first.

use leptos::prelude::*;

use super::store::{ThreadLine, TimelineIntent};
use super::text;
use crate::ids::ChannelId;
use crate::stores::stores;
use crate::ui::hooks::local_time;
use crate::ui::modal::Modal;
use crate::ui::reactive::dynamic;

/// A list of what threads are about.
#[component]
pub fn ThreadsDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let timeline = stores.timeline;
    let channel = timeline.open.get_untracked();
    if let Some(channel) = channel {
        stores.actions.send(TimelineIntent::ShowThreads(channel));
    }
    on_cleanup(move || timeline.threads.set(None));
    view! {
        <Modal title="Threads" class="narrow" on_close=on_close>
            {dynamic(move || {
                let (channel, threads) = timeline.threads.get()?;
                if threads.is_empty() {
                    return Some(view! {
                        <p class="list-empty">"No threads yet. A thread keeps talk about one message together: open its menu and choose Start a thread."</p>
                    }.into_any());
                }
                let rows = threads.into_iter().map(|thread| view! { <Line channel=channel.clone() thread=thread/> });
                Some(view! { <ul class="threads">{rows.collect_view()}</ul> }.into_any())
            })}
        </Modal>
    }
}

#[component]
fn Line(channel: ChannelId, thread: ThreadLine) -> impl IntoView {
    let stores = stores();
    let ThreadLine {
        item,
        author_name,
        text: root,
        count,
        unread,
        last_name,
        last_at,
    } = thread;
    view! {
        <li>
            <button type="button" class="thread-row" class:unread=unread on:click=move |_| stores.open_thread(&channel, &item)>
                <span class="thread-row-root">
                    <strong><bdi>{author_name}</bdi></strong>
                    " "
                    <span dir="auto">{root}</span>
                </span>
                " "
                <span class="thread-row-state">
                    {text::in_thread(count)}
                    {unread.then(|| view! { <span class="unseen">", something new"</span> })}
                    <span>"Last by " <bdi>{last_name}</bdi> ", " <time datetime=local_time::machine(last_at) title=local_time::full(last_at)>{local_time::ago(last_at)}</time></span>
                </span>
            </button>
        </li>
    }
}
