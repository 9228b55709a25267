//! What a message said before it was edited, newest first.

use leptos::prelude::*;

use super::rich_text::RichText;
use crate::stores::stores;
use crate::ui::hooks::local_time;
use crate::ui::modal::Modal;
use crate::ui::reactive::dynamic;

/// A list of texts.
#[component]
pub fn EditsDialog(on_close: Callback<()>) -> impl IntoView {
    let edits = stores().timeline.edits;
    view! {
        <Modal title="Earlier texts" class="narrow" on_close=on_close>
            {dynamic(move || {
                let rows = edits.get().into_iter().map(|(at, text)| view! {
                    <li>
                        <p class="message-head"><time class="message-time">{local_time::full(at)}</time></p>
                        <RichText text=text/>
                    </li>
                });
                view! { <ol class="pins" reversed="">{rows.collect_view()}</ol> }
            })}
        </Modal>
    }
}
