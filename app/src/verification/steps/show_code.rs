//! The code that the other person scans.

use leptos::prelude::*;

use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::qr_code::QrCode;
use crate::verification::store::VerificationIntent;
use crate::verification::whom::Whom;

#[component]
pub fn ShowCode(code: String) -> impl IntoView {
    let Whom { name, .. } = expect_context();
    let actions = stores().actions;
    let who = isolated(&name);
    view! {
        <p>{format!("{who} opens \"Verify\" for you and scans this. It is made for {who} alone.")}</p>
        <QrCode text=code label="Code to scan"/>
        <div class="modal-buttons">
            <button type="button" class="quiet" on:click=move |_| actions.send(VerificationIntent::Close)>"Back"</button>
        </div>
    }
}
