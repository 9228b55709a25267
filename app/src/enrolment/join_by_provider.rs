//! Somebody new, for whom an identity provider vouches: choose a name, keep a recovery key, and be in. No password.

use leptos::prelude::*;

use super::credentials::{Credentials, Place};
use super::store::{Field, Phase, SessionIntent};
use super::submit_area::SubmitArea;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::field::text::TextField;
use crate::ui::form_page::FormPage;

/// The form that joins.
#[component]
pub fn JoinByProvider(
    /// What the provider calls the person.
    name: String,
) -> impl IntoView {
    let stores = stores();
    let credentials = Credentials::new(name);
    let title = Signal::derive(move || {
        stores.session.phase.with(Phase::community).map_or_else(
            || "Join this community".to_owned(),
            |name| format!("Join {}", isolated(&name)),
        )
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = credentials.name.get_untracked().trim().to_owned();
        if name.is_empty() {
            let missing = "Please say how others should call you.".to_owned();
            credentials
                .found
                .set(Some((Place::Field(Field::Name), missing)));
        } else {
            stores.submit(SessionIntent::JoinByProvider { name });
        }
    };
    view! {
        <FormPage title=title lead="You are signed in. Choose a name, and you are nearly there.".to_owned()>
            <form novalidate on:submit=submit>
                <TextField
                    id="name"
                    label="Your name"
                    value=credentials.name
                    autocomplete="username"
                    max=96
                    hint="What others see next to your messages."
                    problem=credentials.problem(Place::Field(Field::Name))
                    first=true
                />
                <SubmitArea label="Go on"/>
            </form>
        </FormPage>
    }
}
