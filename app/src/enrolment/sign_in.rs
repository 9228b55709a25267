//! A member on a browser that does not know them: name and password bring their keys back.

use leptos::prelude::*;

use super::credentials::{Credentials, Place};
use super::other_ways::OtherWays;
use super::store::Secret;
use super::store::SessionIntent;
use super::store::{Field, Lost, Phase};
use super::submit_area::SubmitArea;
use super::text;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::field::password::PasswordField;
use crate::ui::field::text::TextField;
use crate::ui::form_page::FormPage;
use crate::ui::icon::{Icon, IconName};

/// The form that signs in.
#[component]
pub fn SignIn(
    /// The name last used here.
    name: Option<String>,
    /// Why somebody who was signed in here has to sign in again.
    lost: Option<Lost>,
) -> impl IntoView {
    let stores = stores();
    let known = name.is_some();
    let credentials = Credentials::new(name.unwrap_or_default());
    let title = Signal::derive(move || {
        stores.session.phase.with(Phase::community).map_or_else(
            || "Sign in".to_owned(),
            |name| format!("Sign in to {}", isolated(&name)),
        )
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = credentials.name.get_untracked().trim().to_owned();
        let password = credentials.password.get_untracked();
        let missing = match (name.is_empty(), password.is_empty()) {
            (true, _) => Some((
                Place::Field(Field::Name),
                "Please type your name.".to_owned(),
            )),
            (_, true) => Some((
                Place::Field(Field::Password),
                "Please type your password.".to_owned(),
            )),
            (false, false) => None,
        };
        let ready = missing.is_none();
        credentials.found.set(missing);
        if ready {
            stores.submit(SessionIntent::SignIn {
                name,
                password: Secret::new(password),
            });
        }
    };
    view! {
        <FormPage title=title lead="Not a member yet? Ask one for an invite link.".to_owned()>
            {lost.map(|lost| {
                let (headline, text) = text::lost(lost);
                view! {
                    <div class="form-notice" role="status">
                        <Icon name=IconName::Lock/>
                        <p><strong>{headline}</strong> " " {text}</p>
                    </div>
                }
            })}
            <form novalidate on:submit=submit>
                <TextField
                    id="name"
                    label="Your name"
                    value=credentials.name
                    autocomplete="username"
                    max=96
                    problem=credentials.problem(Place::Field(Field::Name))
                    first=!known
                />
                <PasswordField
                    id="password"
                    label="Password"
                    value=credentials.password
                    autocomplete="current-password"
                    problem=credentials.problem(Place::Field(Field::Password))
                />
                <SubmitArea label="Sign in"/>
            </form>
            <button
                type="button"
                class="text-button"
                on:click=move |_| stores.submit(SessionIntent::Forgot { name: credentials.name.get_untracked() })
            >
                "Forgot your password?"
            </button>
            <button type="button" class="text-button" on:click=move |_| stores.submit(SessionIntent::UseOtherDevice)>
                "Use another device instead"
            </button>
            <OtherWays/>
        </FormPage>
    }
}
