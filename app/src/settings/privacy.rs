//! What others may learn: those in a call, and other sites.

use leptos::prelude::*;

use crate::stores::stores;
use crate::ui::reactive::reactive;

/// One switch, and what is never told.
#[component]
pub fn Privacy() -> impl IntoView {
    let hide = stores().prefs.hide_address;
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=reactive(move || hide.get()) on:change=move |event| hide.set(event_target_checked(&event))/>
            <span>"Hide my address from members"</span>
        </label>
        <p class="hint">"In calls your sound goes through the relay only, which can't hear it. It may take a little longer to arrive."</p>
        <p class="hint">"Links to other sites have no preview: fetching one would tell that site, or whoever fetches it, what is written here."</p>
    }
}
