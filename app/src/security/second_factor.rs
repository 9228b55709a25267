//! A second step at sign-in: the password, a QR code for the app on the phone, a code typed back, and the codes for the
//! day when the phone is gone.

mod codes;
mod end;
mod scan;

use leptos::prelude::*;

use self::codes::Codes;
pub use self::end::EndSecondFactorDialog;
use self::scan::Scan;
use super::begin;
use super::store::{FactorStep, SecurityIntent};
use super::work_area::WorkArea;
use crate::enrolment::store::Secret;
use crate::stores::stores;
use crate::ui::field::password::PasswordField;
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
    let password = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        actions.send(SecurityIntent::SetUpFactor {
            password: Secret::new(password.get_untracked()),
        });
    };
    view! {
        <p>"You need an authenticator app on your phone. From then on, signing in asks for a code that it shows. Devices that are signed in stay so."</p>
        <form on:submit=submit>
            <PasswordField id="proof" label="Your password" value=password autocomplete="current-password" problem=None/>
            <WorkArea label="Go on" ready=Signal::derive(move || !password.with(String::is_empty))/>
        </form>
    }
}
