//! Parley is open in another tab, which holds this device's keys.

use leptos::prelude::*;

use super::store::ShellIntent;
use crate::stores::stores;
use crate::ui::form_page::FormPage;
use crate::ui::icon::{Icon, IconName};

/// Offers to go on here.
#[component]
pub fn OtherTab() -> impl IntoView {
    let actions = stores().actions;
    view! {
        <FormPage
            title="Parley is open in another tab".to_owned()
            lead="One tab at a time can use your keys. Go on here, and the other one rests.".to_owned()
        >
            <button type="button" class="primary big" on:click=move |_| actions.send(ShellIntent::TakeOver)>
                <Icon name=IconName::Tabs/>
                "Use Parley here"
            </button>
        </FormPage>
    }
}
