//! Somebody forgot their password: the recovery key lets them in, and a new password takes the place of the old one.

use leptos::prelude::*;

use super::credentials::{Credentials, NewPassword, Place, problem_at};
use super::store::{Field, Secret, SessionIntent};
use super::submit_area::SubmitArea;
use crate::stores::stores;
use crate::ui::field::text::TextField;
use crate::ui::form_page::FormPage;

const LEAD: &str = "Your recovery key opens your messages. Choose a new password with it; your other devices then sign in with that one.";

/// Name, key, and a new password.
#[component]
pub fn Recover(
    /// What was typed as a name before.
    name: String,
) -> impl IntoView {
    let stores = stores();
    let credentials = Credentials::new(name);
    let key = RwSignal::new(String::new());
    let problem = stores.session.problem;
    Effect::watch(
        move || key.track(),
        move |(), _, _| problem.set(None),
        false,
    );
    let missing = RwSignal::new(false);
    let said = problem_at(Field::RecoveryKey);
    let at_key = Signal::derive(move || {
        let is_missing = missing.get() && key.with(|key| key.trim().is_empty());
        let words = || "Please type your recovery key.".to_owned();
        said.get().or_else(|| is_missing.then(words))
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = key.get_untracked();
        missing.set(typed.trim().is_empty());
        if credentials.check_new() && !typed.trim().is_empty() {
            stores.submit(SessionIntent::Recover {
                name: credentials.name.get_untracked().trim().to_owned(),
                key: Secret::new(typed),
                password: Secret::new(credentials.password.get_untracked()),
            });
        }
    };
    view! {
        <FormPage title="Use your recovery key".to_owned() lead=LEAD.to_owned()>
            <form novalidate on:submit=submit>
                <TextField
                    id="name"
                    label="Your name"
                    value=credentials.name
                    autocomplete="username"
                    max=96
                    problem=credentials.problem(Place::Field(Field::Name))
                    first=true
                />
                <TextField
                    id="recovery-key"
                    label="Recovery key"
                    value=key
                    hint="13 groups of 4. Spaces and small letters don't matter."
                    max=128
                    problem=at_key
                />
                <NewPassword credentials=credentials/>
                <SubmitArea label="Sign in with the recovery key"/>
            </form>
            <button type="button" class="text-button" on:click=move |_| stores.submit(SessionIntent::StartOver)>
                "I remember my password"
            </button>
            <details class="form-more">
                <summary>"I have neither"</summary>
                <p class="hint">"Then nobody can open your old messages any more, not even whoever runs the relay. Ask somebody who looks after this community to let you back in: you keep your name and get new keys, and everybody sees that they changed."</p>
            </details>
        </FormPage>
    }
}
