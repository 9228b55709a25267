//! What one is called in this community, beside the name one signs in with.

use leptos::prelude::*;

use super::store::PeopleIntent;
use crate::stores::stores;
use crate::ui::field::text::TextField;
use crate::ui::reactive::{dynamic, show_when};

/// A field, and the way back to the own name.
#[component]
pub fn OwnName() -> impl IntoView {
    let stores = stores();
    let me = stores.community.me;
    let now = me.with_untracked(|me| me.as_ref().map(|me| me.name.clone()));
    let name = RwSignal::new(now.unwrap_or_default());
    let login = Memo::new(move |_| {
        me.with(|me| me.as_ref().map(|me| me.login.clone()))
            .unwrap_or_default()
    });
    let is_other =
        Memo::new(move |_| me.with(|me| me.as_ref().is_some_and(|me| me.name != me.login)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        stores
            .actions
            .send(PeopleIntent::Rename(name.get_untracked()));
    };
    view! {
        <form class="matter" novalidate on:submit=submit>
            <TextField id="own-name" label="Your name here" value=name max=48 problem=Signal::derive(|| None::<String>)/>
            <p class="hint">
                "Everybody here sees it. You go on signing in as "
                {dynamic(move || view! { <strong><bdi>{login.get()}</bdi></strong> })}
                "."
            </p>
            <button type="submit" class="quiet">"Change name"</button>
            {show_when(move || is_other.get(), move || view! {
                <button
                    type="button"
                    class="quiet"
                    on:click=move |_| {
                        name.set(login.get_untracked());
                        stores.actions.send(PeopleIntent::Rename(String::new()));
                    }
                >
                    "Take your own name again"
                </button>
            })}
        </form>
    }
}
