//! Something that the page cannot get over by itself: what happened, what to do, detail on request.

use leptos::prelude::*;

use super::store::ShellIntent;
use crate::enrolment::store::WayOn;
use crate::stores::stores;
use crate::ui::form_page::FormPage;
use crate::ui::hooks::location;

/// What went wrong, and a way on.
#[component]
pub fn Fatal(
    /// What happened and what to do.
    text: String,
    detail: String,
    way_on: WayOn,
) -> impl IntoView {
    let actions = stores().actions;
    let (title, label) = match way_on {
        WayOn::Reload => ("Parley can't go on", "Start again"),
        WayOn::Anew => ("This browser has to begin anew", "Begin anew and sign in"),
    };
    let go_on = move |_| match way_on {
        // Also where no driver could be loaded.
        WayOn::Reload => location::reload(),
        WayOn::Anew => actions.send(ShellIntent::BeginAnew),
    };
    view! {
        <FormPage title=title.to_owned() lead=text>
            <button type="button" class="primary big" on:click=go_on>{label}</button>
            <details class="fatal-detail">
                <summary>"Technical detail"</summary>
                <code class="break">{detail}</code>
            </details>
        </FormPage>
    }
}
