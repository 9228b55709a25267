//! Removing a passkey.

use leptos::prelude::*;

use crate::security::begin;
use crate::security::proof_form::ProofForm;
use crate::security::store::SecurityIntent;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::modal::Modal;

/// Asks for a proof.
#[component]
pub fn RemovePasskeyDialog(id: String, name: String, on_close: Callback<()>) -> impl IntoView {
    begin::afresh();
    let actions = stores().actions;
    let remove = Callback::new(move |proof| {
        let id = id.clone();
        actions.send(SecurityIntent::RemovePasskey { id, proof });
    });
    view! {
        <Modal title="Remove this passkey?" class="narrow" on_close=on_close>
            <p>{format!("{} signs nobody in from then on. Devices that are signed in stay so.", isolated(&name))}</p>
            <ProofForm label="Remove it" danger=true on_proof=remove/>
        </Modal>
    }
}
