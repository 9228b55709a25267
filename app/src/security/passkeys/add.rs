//! Making a passkey: the password first, then the browser asks.

use leptos::prelude::*;

use crate::enrolment::store::Secret;
use crate::security::begin;
use crate::security::store::SecurityIntent;
use crate::security::work_area::WorkArea;
use crate::stores::stores;
use crate::ui::field::password::PasswordField;
use crate::ui::modal::Modal;

/// Asks for the password, or for the recovery key of somebody who has none.
#[component]
pub fn AddPasskeyDialog(on_close: Callback<()>) -> impl IntoView {
    begin::afresh();
    let actions = stores().actions;
    let proof = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        actions.send(SecurityIntent::AddPasskey {
            proof: Secret::new(proof.get_untracked()),
        });
    };
    view! {
        <Modal title="Add a passkey" class="narrow" on_close=on_close>
            <p>"Your browser keeps it on this device, or in your password manager. It signs you in, and where it can it opens your messages, too."</p>
            <form on:submit=submit>
                <PasswordField
                    id="proof"
                    label="Your password or recovery key"
                    value=proof
                    autocomplete="current-password"
                    problem=None
                />
                <WorkArea label="Go on" ready=Signal::derive(move || !proof.with(String::is_empty))/>
            </form>
        </Modal>
    }
}
