//! Something that the page cannot get over by itself: what happened, what to do, detail on request.

use leptos::prelude::*;

use crate::components::form_page::FormPage;
use crate::stores::{Intent, stores};

/// What went wrong, and a way on.
#[component]
pub fn Fatal(
    /// What happened and what to do.
    words: String,
    /// Technical detail.
    detail: String,
) -> impl IntoView {
    let actions = stores().actions;
    view! {
        <FormPage title="Parley can't go on".to_owned() lead=words>
            <button type="button" class="primary big" on:click=move |_| actions.send(Intent::Reload)>"Start again"</button>
            <details class="fatal-detail">
                <summary>"Technical detail"</summary>
                <code class="break">{detail}</code>
            </details>
        </FormPage>
    }
}
