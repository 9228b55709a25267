//! An invite link leads here: choose a name and a password, and be in.

use leptos::prelude::*;

use super::credentials::{Credentials, NewPassword, Place};
use super::store::Secret;
use super::store::SessionIntent;
use super::store::{Field, Phase};
use super::submit_area::SubmitArea;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::field::text::TextField;
use crate::ui::form_page::FormPage;
use crate::ui::reactive::reactive;

/// Stands in `index.html` too, so that it is there before the program is.
const LEAD: &str = "Choose a name and a password, and you are in.";

/// The form that joins.
#[component]
pub fn Join() -> impl IntoView {
    let stores = stores();
    let phase = stores.session.phase;
    let credentials = Credentials::new(String::new());
    let title = Signal::derive(move || {
        phase.with(Phase::community).map_or_else(
            || "Join this community".to_owned(),
            |name| format!("Join {}", isolated(&name)),
        )
    });
    let invited = reactive(move || {
        let inviter = phase.with(|p| {
            if let Phase::Join { inviter, .. } = p {
                inviter.clone()
            } else {
                None
            }
        });
        inviter.map_or_else(String::new, |name| {
            format!("{} invited you.", isolated(&name))
        })
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if credentials.check_new() {
            stores.submit(SessionIntent::Join {
                name: credentials.name.get_untracked().trim().to_owned(),
                password: Secret::new(credentials.password.get_untracked()),
            });
        }
    };
    view! {
        <FormPage title=title lead=LEAD.to_owned()>
            <p class="form-invited">{invited}</p>
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
                <NewPassword credentials=credentials/>
                <SubmitArea label="Join"/>
            </form>
        </FormPage>
    }
}
