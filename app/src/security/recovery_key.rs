//! The recovery key: the password first, then the key, shown this once, and two of its groups typed back. It counts only
//! from then on; until then everything is as it was.

mod confirm;
mod sheet;

use leptos::prelude::*;

use self::confirm::Confirm;
use self::sheet::Sheet;
use super::begin;
use super::store::{SecurityIntent, Work};
use super::work_area::WorkArea;
use crate::enrolment::store::Secret;
use crate::stores::stores;
use crate::ui::field::password::PasswordField;
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
    let password = RwSignal::new(String::new());
    let has_one = move || {
        stores
            .security
            .entrance
            .get()
            .is_some_and(|it| it.has_recovery_key)
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let busy = stores
            .security
            .work
            .with_untracked(|work| matches!(work, Work::Busy(_)));
        if !busy {
            stores.actions.send(SecurityIntent::MakeRecoveryKey {
                password: Secret::new(password.get_untracked()),
            });
        }
    };
    view! {
        <p>"If you ever forget your password, this key is the only way back to your messages. You see it once, and keep it where you keep things that matter."</p>
        {dynamic(move || has_one().then(|| view! {
            <p class="matter-state wanting">"The key that you have now stops working once you have kept the new one."</p>
        }))}
        <form on:submit=submit>
            <PasswordField
                id="proof"
                label="Your password"
                value=password
                autocomplete="current-password"
                problem=None
                hint="It opens your vault, so that the key can open it too.".to_owned()
            />
            <WorkArea label="Show my recovery key" ready=Signal::derive(move || !password.with(String::is_empty))/>
        </form>
        <button type="button" class="text-button" on:click=move |_| stores.actions.send(SecurityIntent::RecoveryKeyLater)>
            "Remind me later"
        </button>
    }
}
