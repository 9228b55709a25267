//! A file that is neither seen nor heard here: what it is called, how large it is, and the way to keep it.

use leptos::prelude::*;

use super::asks::Handle;
use super::figures;
use super::progress::Progress;
use super::sign::{FILE, SAVE, sign};

#[component]
pub fn OtherFile(handle: Handle) -> impl IntoView {
    let name = handle.file.name.to_string();
    let label = name.clone();
    view! {
        <div class="file-row" role="group" aria-label=label>
            <span class="file-sign">{sign(FILE)}</span>
            <div class="file-main">
                <p class="file-name" dir="auto">{name}</p>
                <p class="file-size">{figures::size(handle.file.size)}</p>
                <Progress handle=handle.clone()/>
            </div>
            <SaveButton handle=handle/>
        </div>
    }
}

/// Keeps a file where the browser keeps downloads.
#[component]
pub fn SaveButton(handle: Handle) -> impl IntoView {
    let label = format!("Save {}", handle.file.name);
    let is_lost = handle.file.is_broken;
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=label
            title="Save"
            disabled=is_lost
            on:click=move |_| handle.save()
        >
            {sign(SAVE)}
        </button>
    }
}
