//! The button that chooses files.

use leptos::html;
use leptos::prelude::*;

use super::sign::{ATTACH, sign};
use crate::ui::hooks::blob::{self, Blob};

#[component]
pub fn AttachButton(on_files: Callback<Vec<Blob>>) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let choose = move |_| {
        if let Some(field) = field.get_untracked() {
            field.click();
        }
    };
    let chosen = move |event: leptos::ev::Event| {
        let files = blob::brought(&event);
        if !files.is_empty() {
            on_files.run(files);
        }
        blob::forget(&event);
    };
    view! {
        <input
            node_ref=field
            type="file"
            multiple
            class="unseen"
            tabindex="-1"
            aria-hidden="true"
            on:change=chosen
        />
        <button type="button" class="icon-button" aria-label="Attach files" title="Attach files" on:click=choose>
            {sign(ATTACH)}
        </button>
    }
}
