//! All shortcuts on one sheet.

use leptos::prelude::*;

use super::shortcuts::SHEET;
use crate::ui::modal::Modal;

/// What to press, and what it does.
#[component]
pub fn ShortcutsDialog(on_close: Callback<()>) -> impl IntoView {
    view! {
        <Modal title="Keyboard shortcuts" class="narrow" on_close=on_close>
            <dl class="shortcut-list">
                {SHEET.iter().map(|(keys, does)| view! {
                    <dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dt>
                    <dd>{*does}</dd>
                }).collect_view()}
            </dl>
        </Modal>
    }
}
