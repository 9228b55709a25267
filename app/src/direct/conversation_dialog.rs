//! Who is in the open conversation: others are brought in, one leaves, or blocks somebody.

use leptos::prelude::*;

use super::people_choice::PeopleChoice;
use super::store::{Conversation, DirectIntent, Person};
use crate::ids::{ChannelId, UserId};
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::direction::isolated;
use crate::ui::field::text::TextField;
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, reactive};

/// The dialog of the conversation that is on the screen.
#[component]
pub fn ConversationDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let open = Memo::new(move |_| {
        let id = stores.timeline.open.get()?;
        stores.direct.conversation(&id)
    });
    view! {
        <Modal title="Conversation" class="narrow" on_close=on_close>
            {dynamic(move || open.get().map(|conversation| view! {
                <Inside conversation=conversation on_close=on_close/>
            }))}
        </Modal>
    }
}

#[component]
fn Inside(conversation: Conversation, on_close: Callback<()>) -> impl IntoView {
    let actions = stores().actions;
    let Conversation {
        id,
        name,
        own_name,
        others,
        is_group,
        has_left,
        ..
    } = conversation;
    let there: Vec<UserId> = others.iter().map(|it| it.id.clone()).collect();
    let leave = DirectIntent::Leave(id.clone());
    view! {
        <h3><bdi>{name}</bdi></h3>
        <ul class="conversation-people">
            {others.into_iter().map(|person| view! { <Other person=person/> }).collect_view()}
        </ul>
        {(is_group && !has_left).then(|| view! {
            <Naming conversation=id.clone() name=own_name/>
            <Adding conversation=id there=there/>
            <div class="modal-buttons">
                <button
                    type="button"
                    class="danger"
                    on:click=move |_| {
                        actions.send(leave.clone());
                        on_close.run(());
                    }
                >"Leave this group"</button>
            </div>
        })}
    }
}

#[component]
fn Other(person: Person) -> impl IntoView {
    let stores = stores();
    let Person { id, name } = person;
    let who = isolated(&name);
    let is_blocked = Memo::new({
        let id = id.clone();
        move |_| stores.direct.is_blocked(&id)
    });
    let said = move || {
        let verb = if is_blocked.get() { "Unblock" } else { "Block" };
        format!("{verb} {who}")
    };
    view! {
        <li class="conversation-person">
            <Avatar user=id.clone() name=name.clone() size="small"/>
            <span><bdi>{name}</bdi></span>
            <button
                type="button"
                class="text-button"
                on:click=move |_| stores.actions.send(DirectIntent::Block {
                    user: id.clone(),
                    on: !is_blocked.get_untracked(),
                })
            >{dynamic(said)}</button>
        </li>
    }
}

/// Gives the group another name.
#[component]
fn Naming(conversation: ChannelId, name: String) -> impl IntoView {
    let actions = stores().actions;
    let typed = RwSignal::new(name.clone());
    let is_same = Memo::new(move |_| typed.with(|typed| typed.trim() == name));
    let none = Signal::derive(|| None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !is_same.get_untracked() {
            actions.send(DirectIntent::Rename {
                conversation: conversation.clone(),
                name: typed.get_untracked().trim().to_owned(),
            });
        }
    };
    view! {
        <form class="naming" novalidate on:submit=submit>
            <TextField id="group-new-name" label="Group name" value=typed max=48 problem=none hint="May stay empty."/>
            <button type="submit" class="primary" disabled=reactive(move || is_same.get())>"Rename"</button>
        </form>
    }
}

/// Brings others in.
#[component]
fn Adding(conversation: ChannelId, there: Vec<UserId>) -> impl IntoView {
    let actions = stores().actions;
    let chosen = RwSignal::new(Vec::new());
    let is_empty = Memo::new(move |_| chosen.with(Vec::is_empty));
    view! {
        <details class="adding">
            <summary>"Add people"</summary>
            <PeopleChoice chosen=chosen without=there/>
            <p class="hint">"They read what is written from then on."</p>
            <button
                type="button"
                class="primary"
                disabled=reactive(move || is_empty.get())
                on:click=move |_| actions.send(DirectIntent::Add {
                    conversation: conversation.clone(),
                    users: chosen.get_untracked(),
                })
            >"Add to the group"</button>
        </details>
    }
}
