//! Signed in, but by a way that does not open the vault: a passkey or the recovery key does. A device that is back has its
//! keys, and may leave it.

use leptos::prelude::*;

use super::credentials::{Credentials, Place};
use super::store::{Field, Secret, SessionIntent};
use super::submit_area::SubmitArea;
use crate::stores::stores;
use crate::ui::field::password::PasswordField;
use crate::ui::form_page::FormPage;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::reactive;

/// What there is to open it with.
#[component]
pub fn OpenVault(
    passkey: bool,
    recovery: bool,
    /// This device has its keys already.
    is_back: bool,
) -> impl IntoView {
    let stores = stores();
    let credentials = Credentials::new(String::new());
    let working = Memo::new(move |_| stores.session.step.with(Option::is_some));
    let lead = lead(passkey, recovery, is_back);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let key = credentials.password.get_untracked();
        if key.trim().is_empty() {
            let missing = "Please type your recovery key.".to_owned();
            credentials
                .found
                .set(Some((Place::Field(Field::RecoveryKey), missing)));
        } else {
            stores.submit(SessionIntent::OpenWithRecoveryKey {
                key: Secret::new(key),
            });
        }
    };
    view! {
        <FormPage title="Open your messages".to_owned() lead=lead>
            {passkey.then(|| view! {
                <button
                    type="button"
                    class="primary big"
                    disabled=reactive(move || working.get())
                    on:click=move |_| stores.submit(SessionIntent::OpenWithPasskey)
                >
                    <Icon name=IconName::Key/>
                    "Use a passkey"
                </button>
            })}
            {recovery.then(|| view! {
                <form novalidate on:submit=submit>
                    <PasswordField
                        id="recovery-key"
                        label="Recovery key"
                        value=credentials.password
                        autocomplete="off"
                        problem=credentials.problem(Place::Field(Field::RecoveryKey))
                    />
                    <SubmitArea label="Open with the recovery key"/>
                </form>
            })}
            {is_back.then(|| view! {
                <button
                    type="button"
                    class="text-button"
                    disabled=reactive(move || working.get())
                    on:click=move |_| stores.submit(SessionIntent::OpenLater)
                >
                    "Not now"
                </button>
            })}
        </FormPage>
    }
}

fn lead(passkey: bool, recovery: bool, is_back: bool) -> String {
    let with = match (passkey, recovery) {
        (true, true) => "with a passkey or your recovery key",
        (true, false) => "with a passkey",
        (false, true) => "with your recovery key",
        (false, false) => {
            return "You are signed in, but nothing opens your keys from here. Sign in with your password, or link this browser from one of your other devices."
                .to_owned();
        }
    };
    let before = if is_back {
        "You are signed in again, and everything on this device is here. What others wrote while you were away may need keys from your vault: open it"
    } else {
        "You are signed in. Your messages are locked with keys of your own: open them"
    };
    format!("{before} {with}.")
}
