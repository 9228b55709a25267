//! Asks once before what cannot be undone.

use leptos::prelude::*;

use crate::components::modal::Modal;
use crate::stores::ids::UserId;
use crate::stores::{Intent, stores};
use crate::words::direction::isolated;

/// Before somebody is removed.
#[component]
pub fn RemoveMemberDialog(
    /// Who.
    id: UserId,
    /// Their name.
    name: String,
    /// Called when the dialog should go.
    on_close: Callback<()>,
) -> impl IntoView {
    view! {
        <Confirm
            title=format!("Remove {}?", isolated(&name))
            words=format!("{} can't read or hear anything new from then on. What they have read already stays with them.", isolated(&name))
            button=format!("Remove {}", isolated(&name))
            intent=Intent::RemoveMember(id)
            on_close=on_close
        />
    }
}

/// Before signing out.
#[component]
pub fn SignOutDialog(
    /// Called when the dialog should go.
    on_close: Callback<()>,
) -> impl IntoView {
    view! {
        <Confirm
            title="Sign out?".to_owned()
            words="This browser forgets your keys and messages. Your name and password let you in again, and the other members' browsers hand you the messages.".to_owned()
            button="Sign out".to_owned()
            intent=Intent::SignOut
            on_close=on_close
        />
    }
}

#[component]
fn Confirm(
    title: String,
    words: String,
    button: String,
    intent: Intent,
    on_close: Callback<()>,
) -> impl IntoView {
    let actions = stores().actions;
    let confirm = move |_| {
        actions.send(intent.clone());
        on_close.run(());
    };
    view! {
        <Modal title=title class="narrow" on_close=on_close>
            <p>{words}</p>
            <div class="modal-buttons">
                <button type="button" class="quiet" on:click=move |_| on_close.run(())>"Cancel"</button>
                <button type="button" class="danger" on:click=confirm>{button}</button>
            </div>
        </Modal>
    }
}
