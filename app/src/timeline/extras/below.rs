//! Below the text of a message: whether it was edited or pinned, its poll, its reactions.

use leptos::prelude::*;

use super::about;
use super::menu::open_thread;
use super::poll::PollView;
use super::reactions::Reactions;
use crate::shell::store::Dialog;
use crate::timeline::store::{Thread, TimelineIntent};
use crate::timeline::text;
use crate::ui::icon::{Icon, IconName};

/// What people did with a message.
#[component]
pub(super) fn Below() -> impl IntoView {
    let (about, stores) = about();
    let show_edits = {
        let (channel, item) = (about.channel.clone(), about.item.clone());
        move |_| {
            stores.actions.send(TimelineIntent::ShowEdits {
                channel: channel.clone(),
                item: item.clone(),
            });
            stores.view.dialog.set(Some(Dialog::Edits));
        }
    };
    let extras = about.extras.clone();
    view! {
        {extras.poll.map(|poll| view! { <PollView poll=poll/> })}
        {(extras.edited || extras.pinned).then(|| view! {
            <p class="message-marks">
                {extras.pinned.then(|| view! { <span><Icon name=IconName::Pin/>"Pinned"</span> })}
                {extras.edited.then(|| view! {
                    <button type="button" class="link" title="What it said before" on:click=show_edits>"Edited"</button>
                })}
            </p>
        })}
        {extras.thread.map(|thread| view! { <ThreadLink thread=thread/> })}
        {(!extras.reactions.is_empty()).then(|| view! { <Reactions reactions=extras.reactions/> })}
    }
}

/// How much hangs off the message, and the way there.
#[component]
fn ThreadLink(thread: Thread) -> impl IntoView {
    let (about, stores) = about();
    view! {
        <button
            type="button"
            class="thread-link"
            class:unread=thread.unread
            on:click=move |_| open_thread(&about.channel, &about.item, stores)
        >
            <Icon name=IconName::Thread/>
            {text::in_thread(thread.count)}
            {thread.unread.then(|| view! { <span class="unseen">", something new"</span> })}
        </button>
    }
}
