//! The recovery key, shown once. It stays until the person says that they kept it.

use leptos::html;
use leptos::prelude::*;

use super::store::SecurityIntent;
use crate::shell::store::ShellIntent;
use crate::stores::stores;
use crate::ui::hooks::dialog;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::reactive;

/// The key, a way to copy it, and the promise to keep it.
#[component]
pub fn RecoveryKeyDialog(
    /// The key, in groups.
    recovery_key: String,
) -> impl IntoView {
    let actions = stores().actions;
    let element = NodeRef::<html::Dialog>::new();
    dialog::open_with_component(element);
    let kept = RwSignal::new(false);
    let copy = {
        let text = recovery_key.clone();
        move |_| {
            actions.send(ShellIntent::Copy {
                text: text.clone(),
                said: "Recovery key copied",
            });
        }
    };
    view! {
        <dialog
            node_ref=element
            class="modal narrow"
            aria-label="Your recovery key"
            on:cancel=move |event: leptos::ev::Event| event.prevent_default()
        >
            <div class="modal-inside">
                <header class="modal-head"><h2>"Your recovery key"</h2></header>
                <p>"If you ever forget your password, this key is the only way back to your messages. It is shown this once. Write it down or save it in a password manager."</p>
                <code class="recovery-key break">{recovery_key}</code>
                <button type="button" class="quiet" on:click=copy>
                    <Icon name=IconName::Copy/>
                    "Copy recovery key"
                </button>
                <label class="check">
                    <input type="checkbox" prop:checked=reactive(move || kept.get()) on:change=move |event| kept.set(event_target_checked(&event))/>
                    <span>"I put it somewhere safe"</span>
                </label>
                <div class="modal-buttons">
                    <button
                        type="button"
                        class="primary"
                        disabled=reactive(move || !kept.get())
                        on:click=move |_| actions.send(SecurityIntent::RecoveryKeyKept)
                    >
                        "Go on"
                    </button>
                </div>
            </div>
        </dialog>
    }
}
