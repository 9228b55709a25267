//! Something that the page cannot get over by itself: what happened, what to do, detail on request.

use leptos::prelude::*;

use super::store::ShellIntent;
use crate::enrolment::store::WayOn;
use crate::stores::stores;
use crate::ui::form_page::FormPage;

/// What went wrong, and a way on.
#[component]
pub fn Fatal(
    /// What happened and what to do.
    words: String,
    /// Technical detail.
    detail: String,
    /// What leads on.
    way_on: WayOn,
) -> impl IntoView {
    let actions = stores().actions;
    let (title, label, intent) = match way_on {
        WayOn::Reload => ("Parley can't go on", "Start again", ShellIntent::Reload),
        WayOn::Anew => (
            "This browser has to begin anew",
            "Begin anew and sign in",
            ShellIntent::BeginAnew,
        ),
    };
    view! {
        <FormPage title=title.to_owned() lead=words>
            <button type="button" class="primary big" on:click=move |_| actions.send(intent.clone())>{label}</button>
            <details class="fatal-detail">
                <summary>"Technical detail"</summary>
                <code class="break">{detail}</code>
            </details>
        </FormPage>
    }
}
