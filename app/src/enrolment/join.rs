//! An invite link leads here: choose a name and a password, and be in. Or, for somebody who is let back in, a password.

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

const LEAD_BACK: &str = "Choose a new password, and you are in again, with new keys.";

/// The form that joins.
#[component]
pub fn Join() -> impl IntoView {
    let stores = stores();
    let phase = stores.session.phase;
    let credentials = Credentials::new(String::new());
    let readmits = Memo::new(move |_| {
        phase.with(|phase| {
            if let Phase::Join { readmits, .. } = phase {
                readmits.clone()
            } else {
                None
            }
        })
    });
    // The field stays on the page, out of sight, for password managers.
    Effect::new(move |_| {
        if let Some(name) = readmits.get() {
            credentials.name.set(name);
        }
    });
    let title = Signal::derive(move || {
        let community = phase.with(Phase::community);
        match (readmits.get(), community) {
            (Some(name), _) => format!("Welcome back, {}", isolated(&name)),
            (None, None) => "Join this community".to_owned(),
            (None, Some(name)) => format!("Join {}", isolated(&name)),
        }
    });
    let lead = Signal::derive(move || {
        let lead = readmits.with(|name| name.as_ref().map_or(LEAD, |_| LEAD_BACK));
        lead.to_owned()
    });
    let button = Signal::derive(move || {
        let button = readmits.with(|name| name.as_ref().map_or("Join", |_| "Go on"));
        button.to_owned()
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
            let name = isolated(&name);
            if readmits.with(Option::is_some) {
                format!("{name} lets you back in.")
            } else {
                format!("{name} invited you.")
            }
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
        <FormPage title=title lead=lead>
            <p class="form-invited">{invited}</p>
            <form novalidate on:submit=submit>
                <div hidden=reactive(move || readmits.with(Option::is_some))>
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
                </div>
                <NewPassword credentials=credentials/>
                <SubmitArea label=button/>
            </form>
        </FormPage>
    }
}
