//! Files that are dropped on the conversation, or pasted: wherever in the page that happens.

use leptos::prelude::*;

use crate::ui::hooks::blob::{self, Blob};
use crate::ui::reactive::show_when;

/// How long nothing has to be heard of a drag before it counts as gone, in milliseconds: a browser tells of it every
/// 350 at least (HTML, section 6.11.5).
const GONE: u64 = 700;

/// Says where to drop while something is dragged over the page.
#[component]
pub fn DropPlace(
    /// A thread lies over the conversation; what is dropped or pasted is meant for it.
    in_thread: bool,
    on_files: Callback<Vec<Blob>>,
) -> impl IntoView {
    let is_over = RwSignal::new(false);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(Some(timer)) = timer.try_update_value(Option::take) {
            timer.clear();
        }
    };
    let over = move |event: leptos::ev::DragEvent| {
        if !blob::carries_files(&event) {
            return;
        }
        event.prevent_default();
        if !is_meant(in_thread) {
            return;
        }
        is_over.set(true);
        stop();
        let gone = set_timeout_with_handle(
            move || is_over.set(false),
            std::time::Duration::from_millis(GONE),
        );
        timer.set_value(gone.ok());
    };
    let dropped = move |event: leptos::ev::DragEvent| {
        if event.default_prevented() || !blob::carries_files(&event) {
            return;
        }
        // Else the browser would leave the page for the file.
        event.prevent_default();
        if is_over.get_untracked() {
            stop();
            is_over.set(false);
            take(&event, on_files);
        }
    };
    let pasted = move |event: leptos::ev::ClipboardEvent| {
        let is_taken = event.default_prevented() || blob::has_text(&event);
        if !is_taken && is_meant(in_thread) {
            take(&event, on_files);
        }
    };
    let listeners = [
        window_event_listener(leptos::ev::dragenter, over),
        window_event_listener(leptos::ev::dragover, over),
        window_event_listener(leptos::ev::drop, dropped),
        window_event_listener(leptos::ev::paste, pasted),
    ];
    on_cleanup(move || {
        stop();
        for listener in listeners {
            listener.remove();
        }
    });
    show_when(
        move || is_over.get(),
        || view! { <div class="drop-place" role="status"><p>"Drop to attach"</p></div> },
    )
}

/// Whether nothing lies over where one writes. Dialogs are open one at a time.
fn is_meant(in_thread: bool) -> bool {
    let is_open = |selector| document().query_selector(selector).ok().flatten().is_some();
    if in_thread {
        is_open("dialog.thread[open]")
    } else {
        !is_open("dialog[open]")
    }
}

fn take(event: &leptos::ev::Event, on_files: Callback<Vec<Blob>>) {
    let files = blob::brought(event);
    if !files.is_empty() {
        event.prevent_default();
        on_files.run(files);
    }
}
