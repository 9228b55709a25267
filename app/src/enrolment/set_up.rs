//! The set-up link leads here: name the community, choose a name and a password, and own it.

use leptos::prelude::*;

use super::credentials::{Credentials, NewPassword, Place, problem_at};
use super::store::Field;
use super::store::Secret;
use super::store::SessionIntent;
use super::submit_area::SubmitArea;
use crate::stores::stores;
use crate::ui::field::text::TextField;
use crate::ui::form_page::FormPage;

/// The form that makes a community.
#[component]
pub fn SetUp() -> impl IntoView {
    let stores = stores();
    let community = RwSignal::new(String::new());
    let community_missing = RwSignal::new(false);
    let credentials = Credentials::new(String::new());
    let said = problem_at(Field::Community);
    let community_problem = Signal::derive(move || {
        let missing = community_missing.get() && community.with(|name| name.trim().is_empty());
        if missing {
            Some("Please give your community a name.".to_owned())
        } else {
            said.get()
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = community.get_untracked().trim().to_owned();
        community_missing.set(name.is_empty());
        if credentials.check_new() && !name.is_empty() {
            stores.submit(SessionIntent::CreateCommunity {
                community: name,
                name: credentials.name.get_untracked().trim().to_owned(),
                password: Secret::new(credentials.password.get_untracked()),
            });
        }
    };
    view! {
        <FormPage
            title="Start your community".to_owned()
            lead="You will be its owner. Everybody else comes in with an invite from you.".to_owned()
        >
            <form novalidate on:submit=submit>
                <TextField
                    id="community"
                    label="Community name"
                    value=community
                    hint="You can see it at the top left once you are in."
                    problem=community_problem
                    first=true
                />
                <TextField
                    id="name"
                    label="Your name"
                    value=credentials.name
                    autocomplete="username"
                    max=96
                    hint="What others see next to your messages."
                    problem=credentials.problem(Place::Field(Field::Name))
                />
                <NewPassword credentials=credentials/>
                <SubmitArea label="Create community"/>
            </form>
        </FormPage>
    }
}
