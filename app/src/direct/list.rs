//! The conversations in the left column: who it is with, whether they are here, and what is unread. Above them, how many
//! people wrote for the first time.

use leptos::prelude::*;

use super::store::{Conversation, Standing};
use crate::people::store::Presence;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, keyed, reactive, show_when};

/// The list.
#[component]
pub fn ConversationList() -> impl IntoView {
    let stores = stores();
    let direct = stores.direct;
    let wanted = Memo::new(move |_| direct.of_standing(Standing::Accepted));
    let requests = Memo::new(move |_| direct.of_standing(Standing::Request).len());
    view! {
        {dynamic(move || (requests.get() > 0).then(|| view! {
            <button
                type="button"
                class="channel requests"
                on:click=move |_| stores.view.dialog.set(Some(Dialog::Requests))
            >
                <Icon name=IconName::Invite/>
                <span class="channel-name">"Requests"</span>
                <span class="badge">{requests.get()}</span>
            </button>
        }))}
        <ul class="channel-list">
            {keyed(move || wanted.get(), Clone::clone, move |conversation| view! {
                <Row conversation=conversation/>
            })}
        </ul>
        {show_when(move || wanted.with(Vec::is_empty), || view! {
            <p class="list-empty">"Write to somebody from the list of people."</p>
        })}
    }
}

#[component]
fn Row(conversation: Conversation) -> impl IntoView {
    let stores = stores();
    let Conversation {
        id,
        name,
        others,
        is_group,
        unread,
        ..
    } = conversation;
    let here = Memo::new({
        let id = id.clone();
        move |_| stores.timeline.open.with(|open| open.as_ref() == Some(&id))
    });
    let sign = match others.into_iter().next() {
        Some(other) if !is_group => {
            let user = other.id.clone();
            let presence = Memo::new(move |_| {
                let members = stores.people.members;
                members.with(|all| {
                    let found = all.iter().find(|it| it.id == user);
                    found.map_or(Presence::Unknown, |it| it.presence)
                })
            });
            view! {
                <span class="person-sign" data-presence=reactive(move || look(presence.get()))>
                    <Avatar user=other.id name=other.name size="small"/>
                    <span class="presence"></span>
                </span>
            }
            .into_any()
        }
        Some(_) | None => view! { <Icon name=IconName::People/> }.into_any(),
    };
    view! {
        <li>
            <button
                type="button"
                class="channel direct"
                class:here=reactive(move || here.get())
                class:unread=reactive(move || unread > 0 && !here.get())
                aria-current=reactive(move || here.get().then_some("page"))
                on:click=move |_| stores.open_channel(&id)
            >
                {sign}
                <span class="channel-name"><bdi>{name}</bdi></span>
                {(unread > 0).then(|| view! {
                    <span class="badge loud">
                        {if unread > 99 { "99+".to_owned() } else { unread.to_string() }}
                        <span class="unseen">" unread"</span>
                    </span>
                })}
            </button>
        </li>
    }
}

fn look(presence: Presence) -> &'static str {
    match presence {
        Presence::Online => "online",
        Presence::Away => "away",
        Presence::DoNotDisturb => "busy",
        Presence::Hidden | Presence::Offline => "offline",
        Presence::Unknown => "unknown",
    }
}
