//! Ten codes for the day when the phone is gone, shown once.

use leptos::prelude::*;

use crate::security::store::{SavedText, SecurityIntent};
use crate::shell::store::ShellIntent;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::reactive;

/// The codes, ways to keep them, and the promise to have done so.
#[component]
pub(super) fn Codes(codes: Vec<String>, on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let actions = stores.actions;
    let community = stores.community.name.get_untracked();
    let text = codes.join("\n");
    let kept = RwSignal::new(false);
    let copy = {
        let text = text.clone();
        move |_| {
            actions.send(ShellIntent::Copy {
                text: text.clone(),
                said: "Recovery codes copied",
            });
        }
    };
    let save = {
        let text = format!(
            "Codes for signing in to {community} without the phone. Each works once.\n\n{text}\n"
        );
        move |_| {
            actions.send(SecurityIntent::Save(SavedText {
                file: "parley-recovery-codes.txt",
                text: text.clone(),
            }));
        }
    };
    view! {
        <p><strong>"The second step is on. "</strong> "If your phone is gone, one of these codes takes its place. Each works once, and they are shown this once."</p>
        <div class="printed">
            <p class="printed-only">"Codes for signing in to " {community} " without the phone. Each works once."</p>
            <ul class="recovery-codes" aria-label="Recovery codes">
                {codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}
            </ul>
        </div>
        <div class="button-row">
            <button type="button" class="quiet" on:click=copy><Icon name=IconName::Copy/>"Copy"</button>
            <button type="button" class="quiet" on:click=move |_| actions.send(SecurityIntent::Print)>"Print"</button>
            <button type="button" class="quiet" on:click=save><Icon name=IconName::Install/>"Save as a file"</button>
        </div>
        <label class="check">
            <input type="checkbox" prop:checked=reactive(move || kept.get()) on:change=move |event| kept.set(event_target_checked(&event))/>
            <span>"I put them somewhere safe"</span>
        </label>
        <div class="modal-buttons">
            <button type="button" class="primary" disabled=reactive(move || !kept.get()) on:click=move |_| on_close.run(())>"Done"</button>
        </div>
    }
}
