//! The account page of the settings.

use leptos::prelude::*;

use crate::security::store::SecurityIntent;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::dynamic;

/// Password, a copy of one's data, and the way out.
#[component]
pub fn AccountPage() -> impl IntoView {
    let stores = stores();
    let dialog = stores.view.dialog;
    let has_password = move || {
        stores
            .security
            .entrance
            .get()
            .is_none_or(|it| it.has_password)
    };
    stores.actions.send(SecurityIntent::Look);
    view! {
        <section class="matter">
            <h4>"Password"</h4>
            <p class="hint">{dynamic(move || if has_password() {
                "Changing it signs out your other devices until they sign in with the new one."
            } else {
                "You have none. With one you can sign in without your provider, on any device."
            })}</p>
            <button type="button" class="quiet" on:click=move |_| dialog.set(Some(Dialog::ChangePassword))>
                {dynamic(move || if has_password() { "Change password" } else { "Set a password" })}
            </button>
        </section>
        <section class="matter">
            <h4>"Your data"</h4>
            <p class="hint">"A file with every message that this browser can read, as plain text and as JSON that other programs read."</p>
            <button type="button" class="quiet" on:click=move |_| stores.actions.send(SecurityIntent::Export)>
                <Icon name=IconName::Install/>
                "Save a copy of my data"
            </button>
        </section>
        <section class="matter">
            <h4>"Leave for good"</h4>
            <p class="hint">"Deletes your account and everything that the relay keeps for you. What you wrote to others stays with them."</p>
            <button type="button" class="danger" on:click=move |_| dialog.set(Some(Dialog::DeleteAccount))>"Delete my account"</button>
        </section>
    }
}
