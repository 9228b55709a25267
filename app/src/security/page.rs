//! The security page of the settings: what lets somebody in, and what is missing.

use leptos::prelude::*;

use super::store::{Entrance, SecurityIntent};
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::dynamic;

/// Recovery key, second step, passkeys.
#[component]
pub fn SecurityPage(
    /// The passkeys, which are another feature's.
    #[prop(optional)]
    passkeys: Option<fn() -> AnyView>,
    /// The identity providers of the relay, likewise.
    #[prop(optional)]
    providers: Option<fn() -> AnyView>,
) -> impl IntoView {
    let stores = stores();
    stores.actions.send(SecurityIntent::Look);
    let entrance = stores.security.entrance;
    let dialog = stores.view.dialog;
    view! {
        <section class="matter">
            <h4>"Recovery key"</h4>
            <p class="hint">{dynamic(move || if entrance.get().is_none_or(|it| it.has_password) {
                "If you forget your password, this key is the only way back to your messages."
            } else {
                "On a new device, this key opens your messages."
            })}</p>
            {dynamic(move || recovery_state(entrance.get()))}
            <button type="button" class="quiet" on:click=move |_| dialog.set(Some(Dialog::RecoveryKey))>
                <Icon name=IconName::Key/>
                {dynamic(move || if has_key(entrance.get()) { "Make a new recovery key" } else { "Make a recovery key" })}
            </button>
        </section>
        <section class="matter">
            <h4>"Second step"</h4>
            <p class="hint">"With it, signing in asks for a code from an app on your phone, too."</p>
            {dynamic(move || factor_state(entrance.get()))}
            {dynamic(move || match entrance.get() {
                Some(Entrance { codes_left: Some(_), .. }) => view! {
                    <button type="button" class="quiet" on:click=move |_| dialog.set(Some(Dialog::EndSecondFactor))>
                        "Turn the second step off"
                    </button>
                }.into_any(),
                Some(_) | None => view! {
                    <button type="button" class="quiet" on:click=move |_| dialog.set(Some(Dialog::SecondFactor))>
                        "Set up a second step"
                    </button>
                }.into_any(),
            })}
        </section>
        {passkeys.map(|draw| draw())}
        {providers.map(|draw| draw())}
    }
}

fn has_key(entrance: Option<Entrance>) -> bool {
    entrance.is_some_and(|it| it.has_recovery_key)
}

fn recovery_state(entrance: Option<Entrance>) -> AnyView {
    match entrance {
        None => unknown(),
        Some(it) if it.has_recovery_key => good("You have one."),
        Some(_) => wanting("You have none yet."),
    }
}

fn factor_state(entrance: Option<Entrance>) -> AnyView {
    match entrance {
        None => unknown(),
        Some(Entrance {
            codes_left: Some(left),
            ..
        }) => {
            let codes = match left {
                1 => "1 recovery code is left.".to_owned(),
                _ => format!("{left} recovery codes are left."),
            };
            if left < 3 {
                wanting(format!(
                    "It is on. {codes} Turn it off and on again to get new ones."
                ))
            } else {
                good(format!("It is on. {codes}"))
            }
        }
        Some(_) => plain("It is off."),
    }
}

fn unknown() -> AnyView {
    plain("Asking the relay…")
}

fn plain(text: &'static str) -> AnyView {
    view! { <p class="matter-state">{text}</p> }.into_any()
}

fn good(text: impl Into<String>) -> AnyView {
    view! { <p class="matter-state good"><Icon name=IconName::Check/>{text.into()}</p> }.into_any()
}

fn wanting(text: impl Into<String>) -> AnyView {
    view! { <p class="matter-state wanting"><Icon name=IconName::Alert/>{text.into()}</p> }
        .into_any()
}
