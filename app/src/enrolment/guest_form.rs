//! A guest's link leads here: a name, and be in the call. And where the call ends, that it is over.

use leptos::prelude::*;

use super::credentials::problem_at;
use super::store::{Field, FormProblem, SessionIntent, Visit};
use super::submit_area::SubmitArea;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::field::text::TextField;
use crate::ui::form_page::FormPage;
use crate::ui::hooks::local_time;

/// The form with a name.
#[component]
pub fn GuestForm(visit: Visit) -> impl IntoView {
    let stores = stores();
    let session = stores.session;
    let name = RwSignal::new(String::new());
    let problem = problem_at(Field::Name);
    Effect::new(move |_| {
        name.track();
        session.problem.set(None);
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        if name.is_empty() {
            session.problem.set(Some(FormProblem::NameNotAllowed));
        } else {
            stores.submit(SessionIntent::JoinAsGuest { name });
        }
    };
    let title = format!("Come into {}", isolated(&visit.place));
    let lead = format!(
        "You are invited to a call of {}, as a guest, until {}. A name is enough.",
        isolated(&visit.community),
        local_time::full(visit.until)
    );
    view! {
        <FormPage title=title lead=lead>
            <form novalidate on:submit=submit>
                <TextField
                    id="name"
                    label="Your name"
                    value=name
                    autocomplete="nickname"
                    max=96
                    hint="What the others see. The browser asks for the microphone next."
                    problem=problem
                    first=true
                />
                <SubmitArea label="Join the call".to_owned()/>
            </form>
        </FormPage>
    }
}

/// The end.
#[component]
pub fn VisitOver() -> impl IntoView {
    view! {
        <FormPage
            title="The call is over".to_owned()
            lead="Your time as a guest has ended, and nothing of it is kept in this browser. Whoever invited you can send another link.".to_owned()
        >
            <p></p>
        </FormPage>
    }
}
