//! A second step at sign-in: the proof, a QR code for the app on the phone, a code typed back, and the codes for the
//! day when the phone is gone.

mod codes;
mod end;
mod scan;

use leptos::prelude::*;

use self::codes::Codes;
pub use self::end::EndSecondFactorDialog;
use self::scan::Scan;
use super::begin;
use super::proof_form::ProofForm;
use super::store::{FactorStep, SecurityIntent};
use crate::stores::stores;
use crate::ui::modal::Modal;
use crate::ui::reactive::dynamic;

/// The way to a second step.
#[component]
pub fn SecondFactorDialog(on_close: Callback<()>) -> impl IntoView {
    begin::afresh();
    let step = stores().security.factor;
    view! {
        <Modal title="Second step" class="narrow" on_close=on_close>
            {dynamic(move || match step.get() {
                FactorStep::Proof => view! { <Prove/> }.into_any(),
                FactorStep::Scan { secret, uri } => view! { <Scan secret=secret uri=uri/> }.into_any(),
                FactorStep::Codes(codes) => view! { <Codes codes=codes on_close=on_close/> }.into_any(),
            })}
        </Modal>
    }
}

#[component]
fn Prove() -> impl IntoView {
    let actions = stores().actions;
    let begin = Callback::new(move |proof| actions.send(SecurityIntent::SetUpFactor { proof }));
    view! {
        <p>"You need an authenticator app on your phone. From then on, signing in asks for a code that it shows. Devices that are signed in stay so."</p>
        <ProofForm label="Go on" on_proof=begin/>
    }
}
