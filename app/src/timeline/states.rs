//! What stands above or instead of the messages: the channel's beginning, a skeleton while they load, a way on after a failure.

use leptos::prelude::*;

use super::store::TimelineIntent;
use crate::channels::store::{Channel, ChannelKind};
use crate::ids::ChannelId;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, show_when};
use crate::ui::skeleton::Length::{Long, Middle, Short};
use crate::ui::skeleton::Skeleton;

/// The top of a channel that is loaded to its start.
#[component]
pub fn Beginning(
    channel: ChannelId,
    /// Nobody has written in it.
    empty: Memo<bool>,
) -> impl IntoView {
    let stores = stores();
    let of = Memo::new(move |_| stores.community.channel(&channel));
    let is_direct =
        move || of.with(|it| it.as_ref().is_some_and(|it| it.kind == ChannelKind::Direct));
    let readers = move || {
        if is_direct() {
            "What is written here can be read by those in this conversation, and by nobody else: not even by whoever runs the relay."
        } else {
            "What is written here can be read by its members, and by nobody else: not even by whoever runs the relay."
        }
    };
    let title = move || {
        let called = |it: &Channel| format!("{}{}", it.mark(), isolated(&it.name));
        let name = of.with(|it| it.as_ref().map(called).unwrap_or_default());
        if is_direct() {
            format!("This is the beginning of your conversation with {name}")
        } else {
            format!("This is the beginning of {name}")
        }
    };
    let alone = Memo::new(move |_| stores.people.members.with(|all| all.len() < 2));
    view! {
            <div class="beginning">
                <span class="beginning-sign">
                    {dynamic(move || {
                        let icon = if is_direct() { IconName::People } else { IconName::Hash };
                        view! { <Icon name=icon/> }
                    })}
                </span>
                <h2>{dynamic(title)}</h2>
                {show_when(move || empty.get(), move || view! {
                    <p>"Nobody has written here yet. Say hello below."</p>
    })}
                <p>{dynamic(readers)}</p>
                {show_when(move || alone.get() && stores.community.powers.get().invite, move || view! {
                    <button type="button" class="primary" on:click=move |_| stores.view.dialog.set(Some(Dialog::Invite))>
                        <Icon name=IconName::Invite/>
                        "Invite somebody"
                    </button>
    })}
            </div>
        }
}

/// The shape of messages that are on their way.
#[component]
pub fn LoadingLines() -> impl IntoView {
    view! {
        <Skeleton label="Loading messages" lines=&[Short, Middle, Long, Short, Long, Middle]/>
    }
}

/// The messages could not be loaded.
#[component]
pub fn NotLoaded(
    /// Why, in plain words.
    text: String,
    channel: ChannelId,
) -> impl IntoView {
    let actions = stores().actions;
    view! {
        <div class="list-problem" role="alert">
            <p>{text}</p>
            <button type="button" class="quiet" on:click=move |_| actions.send(TimelineIntent::ReloadChannel(channel.clone()))>
                "Try again"
            </button>
        </div>
    }
}
