//! Linking an account at an identity provider: a proof, then the page goes there and comes back.

use leptos::prelude::*;

use crate::security::begin;
use crate::security::proof_form::ProofForm;
use crate::security::store::SecurityIntent;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::modal::Modal;

/// Asks for a proof.
#[component]
pub fn LinkProviderDialog(id: String, name: String, on_close: Callback<()>) -> impl IntoView {
    begin::afresh();
    let actions = stores().actions;
    let go_on = Callback::new(move |proof| {
        let id = id.clone();
        actions.send(SecurityIntent::LinkProvider { id, proof });
    });
    let title = format!("Link {}", isolated(&name));
    let words = format!(
        "You go to {} and sign in there, then come back here. From then on that account signs you in.",
        isolated(&name)
    );
    view! {
        <Modal title=title class="narrow" on_close=on_close>
            <p>{words}</p>
            <ProofForm label="Go there" on_proof=go_on/>
        </Modal>
    }
}
