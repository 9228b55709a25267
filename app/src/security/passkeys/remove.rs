//! Removing a passkey.

use leptos::prelude::*;

use crate::enrolment::store::Secret;
use crate::security::begin;
use crate::security::store::SecurityIntent;
use crate::security::work_area::WorkArea;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::field::password::PasswordField;
use crate::ui::modal::Modal;

/// Asks for the password, or for the recovery key of somebody who has none.
#[component]
pub fn RemovePasskeyDialog(id: String, name: String, on_close: Callback<()>) -> impl IntoView {
    begin::afresh();
    let actions = stores().actions;
    let proof = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        actions.send(SecurityIntent::RemovePasskey {
            id: id.clone(),
            proof: Secret::new(proof.get_untracked()),
        });
    };
    view! {
        <Modal title="Remove this passkey?" class="narrow" on_close=on_close>
            <p>{format!("{} signs nobody in from then on. Devices that are signed in stay so.", isolated(&name))}</p>
            <form on:submit=submit>
                <PasswordField
                    id="proof"
                    label="Your password or recovery key"
                    value=proof
                    autocomplete="current-password"
                    problem=None
                />
                <WorkArea label="Remove it" danger=true ready=Signal::derive(move || !proof.with(String::is_empty))/>
            </form>
        </Modal>
    }
}
