//! Asks once before what cannot be undone.

use leptos::prelude::*;

use super::modal::Modal;

/// A question with two answers; "Cancel" is the first.
#[component]
pub fn Confirm(
    title: String,
    text: String,
    /// What the button says that does it.
    button: String,
    /// Called when the person wants it.
    on_confirm: Callback<()>,
    on_close: Callback<()>,
) -> impl IntoView {
    let confirm = move |_| {
        on_confirm.run(());
        on_close.run(());
    };
    view! {
        <Modal title=title class="narrow" on_close=on_close>
            <p>{text}</p>
            <div class="modal-buttons">
                <button type="button" class="quiet" on:click=move |_| on_close.run(())>"Cancel"</button>
                <button type="button" class="danger" on:click=confirm>{button}</button>
            </div>
        </Modal>
    }
}
