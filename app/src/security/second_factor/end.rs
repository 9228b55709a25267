//! Turning the second step off.

use leptos::prelude::*;

use crate::security::begin;
use crate::security::proof_form::ProofForm;
use crate::security::store::SecurityIntent;
use crate::stores::stores;
use crate::ui::modal::Modal;

/// Asks for a proof.
#[component]
pub fn EndSecondFactorDialog(on_close: Callback<()>) -> impl IntoView {
    begin::afresh();
    let actions = stores().actions;
    let end = Callback::new(move |proof| actions.send(SecurityIntent::DisableFactor { proof }));
    view! {
        <Modal title="Turn the second step off?" class="narrow" on_close=on_close>
            <p>"From then on nobody is asked for a code. The codes that you kept stop working."</p>
            <ProofForm label="Turn it off" danger=true on_proof=end/>
        </Modal>
    }
}
