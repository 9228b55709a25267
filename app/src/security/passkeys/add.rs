//! Making a passkey: the proof first, then the browser asks.

use leptos::prelude::*;

use crate::security::begin;
use crate::security::proof_form::ProofForm;
use crate::security::store::SecurityIntent;
use crate::stores::stores;
use crate::ui::modal::Modal;

/// Asks for what opens the vault, so that the passkey can open it, too.
#[component]
pub fn AddPasskeyDialog(on_close: Callback<()>) -> impl IntoView {
    begin::afresh();
    let actions = stores().actions;
    let add = Callback::new(move |proof| actions.send(SecurityIntent::AddPasskey { proof }));
    view! {
        <Modal title="Add a passkey" class="narrow" on_close=on_close>
            <p>"Your browser keeps it on this device, or in your password manager. It signs you in, and where it can it opens your messages, too."</p>
            <ProofForm label="Go on" opens=true on_proof=add/>
        </Modal>
    }
}
