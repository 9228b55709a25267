//! Something that the other person, or the two devices, have to do first.

use leptos::prelude::*;

use crate::verification::whom::Whom;

#[component]
pub fn Wait(text: String) -> impl IntoView {
    let Whom { on_close, .. } = expect_context();
    view! {
        <p class="waiting" role="status">{text}</p>
        <div class="modal-buttons">
            <button type="button" class="quiet" on:click=move |_| on_close.run(())>"Cancel"</button>
        </div>
    }
}
