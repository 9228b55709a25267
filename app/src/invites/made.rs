//! A link that was made: its QR code, the link, and a button that copies it.

use leptos::prelude::*;

use crate::shell::store::ShellIntent;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::qr_code::QrCode;

/// The link, as code and as text.
#[component]
pub(super) fn Made(
    link: String,
    /// What it is called.
    label: &'static str,
    /// What to know about it.
    hint: String,
) -> impl IntoView {
    let actions = stores().actions;
    let copy = {
        let link = link.clone();
        move |_| {
            actions.send(ShellIntent::Copy {
                text: link.clone(),
                said: "Invite link copied",
            });
        }
    };
    view! {
        <div class="invite-made">
            <QrCode text=link.clone() label="QR code of the invite link"/>
            <div class="invite-link">
                <label class="field-label" for="invite-link">{label}</label>
                <input id="invite-link" type="text" readonly prop:value=link/>
                <button type="button" class="primary" on:click=copy>
                    <Icon name=IconName::Copy/>
                    "Copy invite link"
                </button>
                <p class="hint">{hint}</p>
            </div>
        </div>
    }
}
