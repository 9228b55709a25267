//! Below the text of a message: the messages it links to, whether it was edited, pinned or saved, its poll, its reactions.

use leptos::prelude::*;

use super::about;
use super::link_card::LinkCard;
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
        {extras.links.into_iter().map(|linked| view! { <LinkCard linked=linked/> }).collect_view()}
        {(extras.edited || extras.pinned || extras.saved).then(|| view! {
            <p class="message-marks">
                {extras.pinned.then(|| view! { <span><Icon name=IconName::Pin/>"Pinned"</span> })}
                {extras.saved.then(|| view! { <span title="Only you can see that"><Icon name=IconName::Bookmark/>"Saved"</span> })}
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
            on:click=move |_| stores.open_thread(&about.channel, &about.item)
        >
            <Icon name=IconName::Thread/>
            {text::in_thread(thread.count)}
            {thread.unread.then(|| view! { <span class="unseen">", something new"</span> })}
        </button>
    }
}
