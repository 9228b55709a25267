//! Leaving for good: what goes and what stays, a proof, and one's own name typed. The owner is told why not.

use leptos::prelude::*;

use crate::security::begin;
use crate::security::proof_form::ProofForm;
use crate::security::store::SecurityIntent;
use crate::stores::stores;
use crate::ui::direction::isolated;
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
    let typed = RwSignal::new(String::new());
    let wanted = name.clone();
    let ready = Signal::derive(move || typed.with(|typed| typed.trim() == wanted));
    let delete = Callback::new(move |proof| {
        if ready.get_untracked() {
            actions.send(SecurityIntent::DeleteAccount { proof });
        }
    });
    view! {
        <ul class="plain-facts">
            <li>"You leave the community, on all your devices, and can't come back without a new invite."</li>
            <li>"The relay deletes your account, your vault and what waits for you."</li>
            <li>"What you wrote stays with those who could read it. If you want a copy, save one first."</li>
        </ul>
        <ProofForm label="Delete my account" danger=true ready=ready on_proof=delete>
            <p>"To be sure, type your name: " <strong>{isolated(&name)}</strong></p>
            <TextField id="confirm-name" label="Your name" value=typed problem=None max=96/>
        </ProofForm>
    }
}
