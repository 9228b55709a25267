//! Asks once before signing out.

use leptos::prelude::*;

use super::store::SettingsIntent;
use crate::stores::stores;
use crate::ui::confirm::Confirm;

/// Before signing out.
#[component]
pub fn SignOutDialog(on_close: Callback<()>) -> impl IntoView {
    let actions = stores().actions;
    view! {
        <Confirm
            title="Sign out?".to_owned()
            text="This browser forgets your keys and messages. Your name and password bring them back, from your vault.".to_owned()
            button="Sign out".to_owned()
            on_confirm=Callback::new(move |()| actions.send(SettingsIntent::SignOut))
            on_close=on_close
        />
    }
}
