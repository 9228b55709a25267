//! The relay's identity providers on the security page: which of them sign this member in, and ways to link and to unlink
//! one.

mod link;
mod unlink;

use leptos::prelude::*;

pub use self::link::LinkProviderDialog;
pub use self::unlink::UnlinkProviderDialog;
use super::store::OwnProvider;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::reactive::{dynamic, show_when};

/// All of them; nothing where the relay has none.
#[component]
pub fn ProviderList() -> impl IntoView {
    let providers = stores().security.providers;
    show_when(
        move || providers.with(|all| !all.is_empty()),
        move || {
            view! {
                <section class="matter">
                    <h4>"Sign in by way of others"</h4>
                    <p class="hint">"An account that you have elsewhere signs you in. It never opens your messages: on a new device you need your recovery key or a passkey for that."</p>
                    <ul class="own-devices" aria-label="Accounts elsewhere">
                        {dynamic(move || providers.get().into_iter().map(|provider| view! { <Row provider=provider/> }).collect_view())}
                    </ul>
                </section>
            }
        },
    )
}

#[component]
fn Row(provider: OwnProvider) -> impl IntoView {
    let dialog = stores().view.dialog;
    let OwnProvider {
        id,
        name,
        is_linked,
    } = provider;
    let (state, button) = if is_linked {
        ("It signs you in.", format!("Unlink {}", isolated(&name)))
    } else {
        ("Not linked.", format!("Link {}", isolated(&name)))
    };
    let shown = isolated(&name);
    let open = move |_| {
        let (id, name) = (id.clone(), name.clone());
        dialog.set(Some(if is_linked {
            Dialog::UnlinkProvider { id, name }
        } else {
            Dialog::LinkProvider { id, name }
        }));
    };
    view! {
        <li>
            <div class="device-head"><strong>{shown}</strong></div>
            <p class="hint">{state}</p>
            <div class="button-row">
                <button type="button" class="quiet" on:click=open>{button}</button>
            </div>
        </li>
    }
}
