//! A dialog over the page: a title, a way to close it, and what it is about.
//! Escape, the cross and a click beside it close it; the focus goes back to where it was.

use leptos::html;
use leptos::prelude::*;

use super::hooks::dialog;
use super::icon::{Icon, IconName};

/// A dialog. Shown as long as it is on the page.
#[component]
pub fn Modal(
    /// Its title, which is also its name for screen readers.
    #[prop(into)]
    title: String,
    /// Extra class for its width: `wide`, `narrow`, `top`.
    #[prop(optional)]
    class: &'static str,
    /// Called when it should go.
    on_close: Callback<()>,
    /// What it is about.
    children: Children,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    let heading = title.clone();
    dialog::open_with_component(element);
    // A browser tells a moment later that a dialog closed. By then another one may have its place, even its element, and
    // is to stay.
    let closed = move || {
        if dialog::is_shut(element) {
            on_close.run(());
        }
    };
    view! {
        <dialog
            node_ref=element
            class=format!("modal {class}")
            aria-label=title
            on:cancel=move |event| {
                if dialog::shut_at_once(&event, element) {
                    on_close.run(());
                }
            }
            on:close=move |_| closed()
            on:click=move |event| {
                if dialog::is_backdrop(&event) {
                    on_close.run(());
                }
            }
        >
            <div class="modal-inside">
                <header class="modal-head">
                    <h2>{heading}</h2>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label="Close"
                        title="Close (Esc)"
                        on:click=move |_| on_close.run(())
                    >
                        <Icon name=IconName::Close/>
                    </button>
                </header>
                {children()}
            </div>
        </dialog>
    }
}
