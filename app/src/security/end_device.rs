//! Asks once before one of one's own devices is signed out.

use leptos::prelude::*;

use super::store::SecurityIntent;
use crate::ids::DeviceId;
use crate::stores::stores;
use crate::ui::confirm::Confirm;
use crate::ui::direction::isolated;

/// Before signing a device out.
#[component]
pub fn EndDeviceDialog(id: DeviceId, name: String, on_close: Callback<()>) -> impl IntoView {
    let actions = stores().actions;
    view! {
        <Confirm
            title=format!("Sign out {}?", isolated(&name))
            text="It can read nothing that is written from now on, and has to sign in anew. What it read before stays with it.".to_owned()
            button="Sign it out".to_owned()
            on_confirm=Callback::new(move |()| actions.send(SecurityIntent::EndDevice(id.clone())))
            on_close=on_close
        />
    }
}
