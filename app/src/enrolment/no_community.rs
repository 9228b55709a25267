//! A relay without a community, opened without a set-up link.

use leptos::prelude::*;

use crate::shell::store::ShellIntent;
use crate::stores::stores;
use crate::ui::form_page::FormPage;

/// Says where the set-up link is.
#[component]
pub fn NoCommunity() -> impl IntoView {
    let actions = stores().actions;
    view! {
        <FormPage
            title="Nobody lives here yet".to_owned()
            lead="This relay has no community. When it started, it printed a set-up link: open that link, and the community is yours.".to_owned()
        >
            <button type="button" class="primary big" on:click=move |_| actions.send(ShellIntent::Reload)>"Look again"</button>
        </FormPage>
    }
}
