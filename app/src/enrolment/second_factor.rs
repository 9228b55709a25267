//! The password was right, and a code is asked for: from the app on the phone, or one of those kept for a lost phone.

use leptos::prelude::*;

use super::credentials::problem_at;
use super::store::{Field, Secret, SessionIntent};
use super::submit_area::SubmitArea;
use crate::stores::stores;
use crate::ui::field::text::TextField;
use crate::ui::form_page::FormPage;

/// One field.
#[component]
pub fn SecondFactor() -> impl IntoView {
    let stores = stores();
    let code = RwSignal::new(String::new());
    let problem = stores.session.problem;
    Effect::watch(
        move || code.track(),
        move |(), _, _| problem.set(None),
        false,
    );
    let missing = RwSignal::new(false);
    let said = problem_at(Field::Code);
    let at_code = Signal::derive(move || {
        let is_missing = missing.get() && code.with(|code| code.trim().is_empty());
        let words = || "Please type the code that your app shows.".to_owned();
        said.get().or_else(|| is_missing.then(words))
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = code.get_untracked();
        missing.set(typed.trim().is_empty());
        if !typed.trim().is_empty() {
            stores.submit(SessionIntent::EnterCode {
                code: Secret::new(typed),
            });
        }
    };
    view! {
        <FormPage
            title="One more step".to_owned()
            lead="Open the authenticator app on your phone, and type the code that it shows.".to_owned()
        >
            <form novalidate on:submit=submit>
                <TextField
                    id="code"
                    label="Code"
                    value=code
                    autocomplete="one-time-code"
                    hint="No phone at hand? One of your recovery codes does, too."
                    problem=at_code
                    first=true
                />
                <SubmitArea label="Sign in"/>
            </form>
            <button type="button" class="text-button" on:click=move |_| stores.submit(SessionIntent::StartOver)>
                "Start over"
            </button>
        </FormPage>
    }
}
