//! The frame of every page before the conversation: the mark, a headline, a few words, and what there is to do.

use leptos::prelude::*;

use super::mark::Mark;

/// A card in the middle of the page.
#[component]
pub fn FormPage(
    #[prop(into)] title: Signal<String>,
    /// A few words below it.
    #[prop(optional, into)]
    lead: Signal<String>,
    /// What there is to do.
    children: Children,
) -> impl IntoView {
    view! {
        <main class="form-page">
            <div class="form-card">
                <p class="form-brand"><Mark/> "Parley"</p>
                <h1>{title}</h1>
                <p class="form-lead">{lead}</p>
                {children()}
            </div>
            <p class="form-foot">"What people say here is encrypted in their browsers. Whoever runs this relay can't read it."</p>
        </main>
    }
}
