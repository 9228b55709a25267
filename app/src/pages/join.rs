//! An invite link leads here: choose a name and a password, and be in.

use leptos::prelude::*;

use crate::components::field::text::TextField;
use crate::components::form_page::{Credentials, FormPage, NewPassword, Place, SubmitArea};
use crate::stores::session::Field;
use crate::stores::{Intent, Secret, stores};

/// The form that joins.
#[component]
pub fn Join(
    /// The community's name, once the log was read.
    community: Option<String>,
    /// Who made the invite.
    inviter: Option<String>,
) -> impl IntoView {
    let stores = stores();
    let credentials = Credentials::new(String::new());
    let title = community.map_or_else(|| "Join this community".to_owned(), |name| format!("Join {name}"));
    let lead = inviter.map_or_else(
        || "Choose a name and a password, and you are in.".to_owned(),
        |name| format!("{name} invited you. Choose a name and a password, and you are in."),
    );
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if credentials.check_new() {
            stores.actions.send(Intent::Join {
                name: credentials.name.get_untracked().trim().to_owned(),
                password: Secret::new(credentials.password.get_untracked()),
            });
        }
    };
    view! {
        <FormPage title=title lead=lead>
            <form novalidate on:submit=submit>
                <TextField
                    id="name"
                    label="Your name"
                    value=credentials.name
                    autocomplete="username"
                    max=32
                    hint="What others see next to your messages."
                    problem=credentials.problem(Place::Field(Field::Name))
                    first=true
                />
                <NewPassword credentials=credentials/>
                <SubmitArea label="Join"/>
            </form>
        </FormPage>
    }
}
