//! What others in a call may learn.

use leptos::prelude::*;

use crate::stores::stores;
use crate::ui::reactive::reactive;

/// One switch.
#[component]
pub fn Privacy() -> impl IntoView {
    let hide = stores().prefs.hide_address;
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=reactive(move || hide.get()) on:change=move |event| hide.set(event_target_checked(&event))/>
            <span>"Hide my address from members"</span>
        </label>
        <p class="hint">"In calls your sound goes through the relay only, which can't hear it. It may take a little longer to arrive."</p>
    }
}
