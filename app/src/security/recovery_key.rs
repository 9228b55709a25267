//! The recovery key: the proof first, then the key, shown this once, and two of its groups typed back. It counts only
//! from then on; until then everything is as it was.

mod confirm;
mod sheet;

use leptos::prelude::*;

use self::confirm::Confirm;
use self::sheet::Sheet;
use super::begin;
use super::proof_form::ProofForm;
use super::store::SecurityIntent;
use crate::stores::stores;
use crate::ui::modal::Modal;
use crate::ui::reactive::dynamic;

/// The way to a recovery key.
#[component]
pub fn RecoveryKeyDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    begin::afresh();
    let key = stores.security.recovery_key;
    let is_kept = RwSignal::new(false);
    view! {
        <Modal title="Your recovery key" class="narrow" on_close=on_close>
            {dynamic(move || match (key.get(), is_kept.get()) {
                (None, _) => view! { <Prove/> }.into_any(),
                (Some(key), false) => view! { <Sheet recovery_key=key on_kept=Callback::new(move |()| is_kept.set(true))/> }.into_any(),
                (Some(key), true) => view! { <Confirm recovery_key=key on_back=Callback::new(move |()| is_kept.set(false))/> }.into_any(),
            })}
        </Modal>
    }
}

#[component]
fn Prove() -> impl IntoView {
    let stores = stores();
    let has_one = move || {
        stores
            .security
            .entrance
            .get()
            .is_some_and(|it| it.has_recovery_key)
    };
    let has_password = move || {
        stores
            .security
            .entrance
            .get()
            .is_none_or(|it| it.has_password)
    };
    let make = Callback::new(move |proof| {
        stores
            .actions
            .send(SecurityIntent::MakeRecoveryKey { proof });
    });
    view! {
        <p>
            {dynamic(move || if has_password() {
                "If you ever forget your password, this key is the only way back to your messages."
            } else {
                "On a new device, this key opens your messages."
            })}
            " You see it once, and keep it where you keep things that matter."
        </p>
        {dynamic(move || has_one().then(|| view! {
            <p class="matter-state wanting">"The key that you have now stops working once you have kept the new one."</p>
        }))}
        <ProofForm label="Show my recovery key" opens=true on_proof=make/>
        <button type="button" class="text-button" on:click=move |_| stores.actions.send(SecurityIntent::RecoveryKeyLater)>
            "Remind me later"
        </button>
    }
}
