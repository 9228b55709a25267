//! A set-up or invite link that cannot be used: why, and what to do.

use leptos::prelude::*;

use crate::components::form_page::FormPage;
use crate::stores::session::LinkProblem;
use crate::words::forms;

/// Why the link does not work, and where to go from here.
#[component]
pub fn LinkRefused(
    /// Why.
    problem: LinkProblem,
) -> impl IntoView {
    let (headline, advice) = forms::link(problem);
    view! {
        <FormPage title=headline.to_owned() lead=advice.to_owned()>
            <a class="button big" href="/login">"Sign in instead"</a>
        </FormPage>
    }
}
