//! Unlinking an account at an identity provider.

use leptos::prelude::*;

use crate::security::begin;
use crate::security::proof_form::ProofForm;
use crate::security::store::SecurityIntent;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::modal::Modal;

/// Asks for a proof.
#[component]
pub fn UnlinkProviderDialog(id: String, name: String, on_close: Callback<()>) -> impl IntoView {
    begin::afresh();
    let actions = stores().actions;
    let go_on = Callback::new(move |proof| {
        let id = id.clone();
        actions.send(SecurityIntent::UnlinkProvider { id, proof });
    });
    let title = format!("Unlink {}?", isolated(&name));
    let words = format!(
        "{} signs you in no longer. Devices that are signed in stay so.",
        isolated(&name)
    );
    view! {
        <Modal title=title class="narrow" on_close=on_close>
            <p>{words}</p>
            <ProofForm label="Unlink it" danger=true on_proof=go_on/>
        </Modal>
    }
}
