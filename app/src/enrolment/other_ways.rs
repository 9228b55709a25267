//! Below the sign-in form: a passkey, and the identity providers of the relay, where there are any.

use leptos::prelude::*;

use super::store::SessionIntent;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{keyed, reactive, show_when};

/// A button for each way.
#[component]
pub fn OtherWays() -> impl IntoView {
    let stores = stores();
    let ways = stores.session.ways;
    let working = Memo::new(move |_| stores.session.step.with(Option::is_some));
    let submit = move |intent| {
        if !working.get_untracked() {
            stores.submit(intent);
        }
    };
    view! {
        {show_when(move || ways.with(|ways| ways.passkey || !ways.providers.is_empty()), move || view! {
            <div class="other-ways" role="group" aria-label="Other ways to sign in">
                <p class="or" aria-hidden="true"><span>"or"</span></p>
                {show_when(move || ways.with(|ways| ways.passkey), move || view! {
                    <button
                        type="button"
                        class="quiet big"
                        disabled=reactive(move || working.get())
                        on:click=move |_| submit(SessionIntent::SignInWithPasskey)
                    >
                        <Icon name=IconName::Key/>
                        "Sign in with a passkey"
                    </button>
                })}
                {keyed(move || ways.with(|ways| ways.providers.clone()), |provider| provider.id.clone(), move |provider| {
                    let id = provider.id;
                    view! {
                        <button
                            type="button"
                            class="quiet big"
                            disabled=reactive(move || working.get())
                            on:click=move |_| submit(SessionIntent::SignInAt(id.clone()))
                        >
                            {format!("Sign in with {}", isolated(&provider.name))}
                        </button>
                    }
                })}
            </div>
        })}
    }
}
