//! Asks once before what cannot be undone.

use leptos::prelude::*;

use super::modal::Modal;

/// A question with two answers; "Cancel" is the first.
#[component]
pub fn Confirm(
    /// What is asked.
    title: String,
    /// What it means.
    words: String,
    /// What the button says that does it.
    button: String,
    /// Called when the person wants it.
    on_confirm: Callback<()>,
    /// Called when the dialog should go.
    on_close: Callback<()>,
) -> impl IntoView {
    let confirm = move |_| {
        on_confirm.run(());
        on_close.run(());
    };
    view! {
        <Modal title=title class="narrow" on_close=on_close>
            <p>{words}</p>
            <div class="modal-buttons">
                <button type="button" class="quiet" on:click=move |_| on_close.run(())>"Cancel"</button>
                <button type="button" class="danger" on:click=confirm>{button}</button>
            </div>
        </Modal>
    }
}
