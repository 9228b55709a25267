//! The passkeys on the security page: which there are, and ways to make and to remove one.

mod add;
mod remove;

use leptos::prelude::*;

pub use self::add::AddPasskeyDialog;
pub use self::remove::RemovePasskeyDialog;
use super::store::{Passkey, Passkeys};
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::hooks::local_time;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, keyed};

/// All of one's own.
#[component]
pub fn PasskeyList() -> impl IntoView {
    let passkeys = stores().security.passkeys;
    view! {
        <section class="matter">
            <h4>"Passkeys"</h4>
            <p class="hint">"Sign in with your fingerprint, your face or the PIN of your device, without a password."</p>
            {dynamic(move || match passkeys.get() {
                None => view! { <p class="matter-state">"Asking the relay…"</p> }.into_any(),
                Some(passkeys) => view! { <Known passkeys=passkeys/> }.into_any(),
            })}
        </section>
    }
}

#[component]
fn Known(passkeys: Passkeys) -> impl IntoView {
    let dialog = stores().view.dialog;
    let Passkeys { possible, all } = passkeys;
    let state = match (all.is_empty(), possible) {
        (true, true) => Some("You have none yet."),
        (true, false) => Some("You have none, and this browser can't make one at this address."),
        (false, _) => None,
    };
    let has_some = !all.is_empty();
    view! {
        {state.map(|state| view! { <p class="matter-state">{state}</p> })}
        {has_some.then(|| view! {
            <ul class="own-devices" aria-label="Your passkeys">
                {keyed(move || all.clone(), |passkey| passkey.id.clone(), |passkey| view! { <Row passkey=passkey/> })}
            </ul>
        })}
        {possible.then(|| view! {
            <button type="button" class="quiet" on:click=move |_| dialog.set(Some(Dialog::AddPasskey))>
                <Icon name=IconName::Key/>
                "Add a passkey"
            </button>
        })}
    }
}

#[component]
fn Row(passkey: Passkey) -> impl IntoView {
    let dialog = stores().view.dialog;
    let Passkey {
        id,
        name,
        created_at,
        last_used_at,
        opens_messages,
    } = passkey;
    let used = match last_used_at {
        Some(at) => format!("Last used: {}.", local_time::full(at)),
        None => "Not used yet.".to_owned(),
    };
    let remove = {
        let name = name.clone();
        move |_| {
            let (id, name) = (id.clone(), name.clone());
            dialog.set(Some(Dialog::RemovePasskey { id, name }));
        }
    };
    view! {
        <li>
            <div class="device-head"><strong>{name.clone()}</strong></div>
            <p class="hint">{format!("Made: {}. {used}", local_time::full(created_at))}</p>
            {(!opens_messages).then(|| view! {
                <p class="hint">"It signs you in, but can't open your messages on a new device: keep your password or recovery key for that."</p>
            })}
            <div class="button-row">
                <button type="button" class="quiet" aria-label=format!("Remove passkey {name}") on:click=remove>"Remove"</button>
            </div>
        </li>
    }
}
