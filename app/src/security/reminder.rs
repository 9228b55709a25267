//! Above the conversation, once after set-up: a recovery key is missing. It can be put off; then the settings say it.

use leptos::prelude::*;

use super::store::SecurityIntent;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};

/// What it is for, and a way to it.
#[component]
pub fn RecoveryReminder() -> impl IntoView {
    let stores = stores();
    view! {
        <section class="alert with-buttons" aria-label="Recovery key">
            <Icon name=IconName::Key/>
            <p class="alert-words">
                <strong>"Make your recovery key. "</strong>
                "If you ever forget your password, it is the only way back to your messages."
            </p>
            <div class="button-row">
                <button type="button" class="primary" on:click=move |_| stores.view.dialog.set(Some(Dialog::RecoveryKey))>
                    "Make a recovery key"
                </button>
                <button type="button" class="quiet" on:click=move |_| stores.actions.send(SecurityIntent::RecoveryKeyLater)>
                    "Remind me later"
                </button>
            </div>
        </section>
    }
}
