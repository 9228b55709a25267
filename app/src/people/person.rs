//! One person in the right column: whether they are here, their role, and the voice channel they are in.

use leptos::prelude::*;

use super::status::StatusLine;
use super::store::Member;
use super::text::{look, presence};
use crate::direct::store::DirectIntent;
use crate::ids::UserId;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::dynamic;
use crate::ui::trust_mark::TrustMark;
use crate::verification::store::Mark;

/// A row in the list of people.
#[component]
pub fn Person(member: Member) -> impl IntoView {
    let stores = stores();
    let Member {
        id,
        name,
        roles,
        owner,
        presence: here,
        status,
        removable,
        readmittable,
    } = member;
    let me = stores
        .community
        .me
        .with_untracked(|me| me.as_ref().is_some_and(|me| me.id == id));
    let role = if owner {
        Some("Owner".to_owned())
    } else {
        roles.into_iter().next()
    };
    let voice = Memo::new({
        let id = id.clone();
        move |_| {
            let channel = stores.call.channel_of(&id)?;
            stores.community.channel(&channel).map(|c| c.name)
        }
    });
    let look = look(here);
    let place = format!("person-{id}");
    view! {
        <li class="person" id=place tabindex="-1" data-presence=look>
            <span class="person-sign">
                <Avatar user=id.clone() name=name.clone()/>
                <span class="presence" title=presence(here)></span>
            </span>
            <span class="person-words">
                <span class="person-name">
                    <span class="person-called"><bdi>{name.clone()}</bdi></span>
                    {dynamic({
                        let id = id.clone();
                        move || stores.verification.mark_of(&id).map(|mark| view! { <TrustMark changed=mark == Mark::Changed/> })
                    })}
                    {me.then(|| view! { <span class="hint">"you"</span> })}
                    {role.map(|role| view! { <span class="role"><bdi>{role}</bdi></span> })}
                </span>
                <span class="unseen">", " {presence(here)}</span>
                {status.map(|status| view! { <StatusLine status=status/> })}
                {dynamic(move || voice.get().map(|channel| view! {
                    <span class="person-voice"><Icon name=IconName::Voice/> <span class="unseen">"in "</span> <bdi>{channel}</bdi></span>
                }))}
            </span>
            {me.then(|| view! {
                <span class="person-acts">
                    <Act label="Change how you are here".to_owned() icon=IconName::Edit opens=Dialog::OwnStatus/>
                </span>
            })}
            {(!me).then(|| {
                let verify = Dialog::Verify { id: id.clone(), name: name.clone() };
                let let_back_in = Dialog::LetBackIn { id: id.clone(), name: name.clone() };
                let who = isolated(&name);
                view! {
                    <span class="person-acts">
                        <MessageButton to=id.clone() label=format!("Message {who}")/>
                        <Act label=format!("Verify {who}") icon=IconName::Shield opens=verify/>
                        {readmittable.then(|| view! {
                            <Act
                                label=format!("Lost all devices? Let {who} back in")
                                icon=IconName::Key
                                opens=let_back_in
                            />
                        })}
                        {removable.then(|| view! {
                            <Act
                                label=format!("Remove {who}")
                                icon=IconName::Remove
                                opens=Dialog::RemoveMember { id, name }
                            />
                        })}
                    </span>
                }
            })}
        </li>
    }
}

/// Opens the conversation with a person.
#[component]
fn MessageButton(to: UserId, label: String) -> impl IntoView {
    let stores = stores();
    view! {
        <button
            type="button"
            class="icon-button small"
            aria-label=label.clone()
            title=label
            on:click=move |_| {
                stores.view.drawer.set(None);
                stores.actions.send(DirectIntent::Open(to.clone()));
            }
        >
            <Icon name=IconName::Send/>
        </button>
    }
}

/// What can be done about a person: a button that opens a dialog.
#[component]
fn Act(label: String, icon: IconName, opens: Dialog) -> impl IntoView {
    let dialog = stores().view.dialog;
    view! {
        <button
            type="button"
            class="icon-button small"
            aria-label=label.clone()
            title=label
            on:click=move |_| dialog.set(Some(opens.clone()))
        >
            <Icon name=icon/>
        </button>
    }
}
