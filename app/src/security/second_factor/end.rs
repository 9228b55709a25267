//! Turning the second step off.

use leptos::prelude::*;

use crate::enrolment::store::Secret;
use crate::security::begin;
use crate::security::store::SecurityIntent;
use crate::security::work_area::WorkArea;
use crate::stores::stores;
use crate::ui::field::password::PasswordField;
use crate::ui::modal::Modal;

/// Asks for the password.
#[component]
pub fn EndSecondFactorDialog(on_close: Callback<()>) -> impl IntoView {
    begin::afresh();
    let actions = stores().actions;
    let password = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        actions.send(SecurityIntent::DisableFactor {
            password: Secret::new(password.get_untracked()),
        });
    };
    view! {
        <Modal title="Turn the second step off?" class="narrow" on_close=on_close>
            <p>"From then on your password alone lets somebody in. The codes that you kept stop working."</p>
            <form on:submit=submit>
                <PasswordField id="proof" label="Your password" value=password autocomplete="current-password" problem=None/>
                <WorkArea label="Turn it off" danger=true ready=Signal::derive(move || !password.with(String::is_empty))/>
            </form>
        </Modal>
    }
}
