//! One text channel in the list: its name, bold while something in it is unread, and how much.

use leptos::prelude::*;

use super::store::Channel;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::reactive;

/// A row that opens the channel.
#[component]
pub fn TextChannel(channel: Channel) -> impl IntoView {
    let stores = stores();
    let Channel {
        id,
        name,
        unread,
        mentions_me,
        ..
    } = channel;
    let here = Memo::new({
        let id = id.clone();
        move |_| stores.timeline.open.with(|open| open.as_ref() == Some(&id))
    });
    view! {
        <li>
            <button
                type="button"
                class="channel"
                class:here=reactive(move || here.get())
                class:unread=reactive(move || { unread > 0 && !here.get() })
                aria-current=reactive(move || here.get().then_some("page"))
                on:click=move |_| stores.open_channel(&id)
            >
                <Icon name=IconName::Hash/>
                <span class="channel-name"><bdi>{name}</bdi></span>
                {(unread > 0).then(|| view! {
                    <span class="badge" class:loud=mentions_me>
                        {if unread > 99 { "99+".to_owned() } else { unread.to_string() }}
                        <span class="unseen">" unread"</span>
                    </span>
                })}
            </button>
        </li>
    }
}
