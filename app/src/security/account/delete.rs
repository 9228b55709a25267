//! Leaving for good: what goes and what stays, one's own name typed, and the password. The owner is told why not.

use leptos::prelude::*;

use crate::enrolment::store::Secret;
use crate::security::begin;
use crate::security::store::SecurityIntent;
use crate::security::work_area::WorkArea;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::field::password::PasswordField;
use crate::ui::field::text::TextField;
use crate::ui::modal::Modal;

/// The form, or why there is none.
#[component]
pub fn DeleteAccountDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    begin::afresh();
    let me = stores.community.me.get_untracked();
    let name = me.as_ref().map(|me| me.name.clone()).unwrap_or_default();
    let is_owner = stores.people.members.with_untracked(|all| {
        let mine = me.and_then(|me| all.iter().find(|member| member.id == me.id));
        mine.is_some_and(|mine| mine.owner)
    });
    view! {
        <Modal title="Delete your account?" class="narrow" on_close=on_close>
            {if is_owner {
                view! { <Owner on_close=on_close/> }.into_any()
            } else {
                view! { <Form name=name/> }.into_any()
            }}
        </Modal>
    }
}

#[component]
fn Owner(on_close: Callback<()>) -> impl IntoView {
    view! {
        <p>"This community is yours: without you nobody could look after it. That is why its owner can't leave."</p>
        <p>"If it has served its time, ask whoever runs the relay to switch it off: then all of it is gone."</p>
        <div class="modal-buttons">
            <button type="button" class="primary" on:click=move |_| on_close.run(())>"I see"</button>
        </div>
    }
}

#[component]
fn Form(name: String) -> impl IntoView {
    let actions = stores().actions;
    let (typed, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let wanted = name.clone();
    let ready = Signal::derive(move || {
        let is_named = typed.with(|typed| typed.trim() == wanted);
        is_named && !password.with(String::is_empty)
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if ready.get_untracked() {
            actions.send(SecurityIntent::DeleteAccount {
                password: Secret::new(password.get_untracked()),
            });
        }
    };
    view! {
        <ul class="plain-facts">
            <li>"You leave the community, on all your devices, and can't come back without a new invite."</li>
            <li>"The relay deletes your account, your vault and what waits for you."</li>
            <li>"What you wrote stays with those who could read it. If you want a copy, save one first."</li>
        </ul>
        <form novalidate on:submit=submit>
            <p>"To be sure, type your name: " <strong>{isolated(&name)}</strong></p>
            <TextField id="confirm-name" label="Your name" value=typed problem=None max=96/>
            <PasswordField id="proof" label="Your password" value=password autocomplete="current-password" problem=None/>
            <WorkArea label="Delete my account" danger=true ready=ready/>
        </form>
    }
}
