//! A set-up or invite link that cannot be used: why, and what to do.

use leptos::prelude::*;

use super::store::LinkProblem;
use super::text;
use crate::ui::form_page::FormPage;

/// Why the link does not work, and where to go from here.
#[component]
pub fn LinkRefused(problem: LinkProblem) -> impl IntoView {
    let (headline, advice) = text::link(problem);
    view! {
        <FormPage title=headline.to_owned() lead=advice.to_owned()>
            <a class="button big" href="/login">"Sign in instead"</a>
        </FormPage>
    }
}
