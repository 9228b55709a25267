//! Asks once before somebody is removed.

use leptos::prelude::*;

use super::store::PeopleIntent;
use crate::ids::UserId;
use crate::stores::stores;
use crate::ui::confirm::Confirm;
use crate::ui::direction::isolated;

/// Before somebody is removed.
#[component]
pub fn RemoveMemberDialog(id: UserId, name: String, on_close: Callback<()>) -> impl IntoView {
    let actions = stores().actions;
    let button = format!("Remove {}", isolated(&name));
    view! {
        <Confirm
            title=format!("Remove {}?", isolated(&name))
            text=format!("{} can't read or hear anything new from then on. What they have read already stays with them.", isolated(&name))
            button=button
            on_confirm=Callback::new(move |()| actions.send(PeopleIntent::RemoveMember(id.clone())))
            on_close=on_close
        />
    }
}
