//! Name and passwords: the signals behind the fields, and the fields that set-up and join share.

use leptos::prelude::*;

use super::store::Field;
use super::text;
use crate::stores::stores;
use crate::ui::field::password::PasswordField;
use crate::ui::strength::{PASSWORD_MIN, StrengthSteps, strength, strength_hint};

/// What was typed, and what the page itself found wrong with it.
#[derive(Clone, Copy)]
pub struct Credentials {
    pub name: RwSignal<String>,
    pub password: RwSignal<String>,
    /// The password once more.
    pub again: RwSignal<String>,
    /// What was found wrong before anything was sent.
    pub found: RwSignal<Option<(Place, String)>>,
}

/// A field of these forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A field that the relay can refuse too.
    Field(Field),
    /// Password again.
    Again,
}

impl Credentials {
    /// Empty, or with the name last used here. Whatever was wrong is forgotten when somebody types.
    pub fn new(name: String) -> Self {
        let this = Self {
            name: RwSignal::new(name),
            password: RwSignal::new(String::new()),
            again: RwSignal::new(String::new()),
            found: RwSignal::new(None),
        };
        let problem = stores().session.problem;
        Effect::watch(
            move || (this.name.track(), this.password.track(), this.again.track()),
            move |_, _, _| {
                this.found.set(None);
                problem.set(None);
            },
            false,
        );
        this
    }

    /// Whether a new name and password can be sent; says at the field why not.
    pub fn check_new(&self) -> bool {
        let found = self.password.with_untracked(|password| {
            if self.name.with_untracked(|name| name.trim().is_empty()) {
                Some((
                    Place::Field(Field::Name),
                    "Please say how others should call you.".to_owned(),
                ))
            } else if password.chars().count() < PASSWORD_MIN {
                Some((
                    Place::Field(Field::Password),
                    format!("Please use at least {PASSWORD_MIN} characters."),
                ))
            } else if self.again.with_untracked(|again| again != password) {
                Some((
                    Place::Again,
                    "The two passwords differ. Type the second one again.".to_owned(),
                ))
            } else {
                None
            }
        });
        self.found.set(found.clone());
        found.is_none()
    }

    /// What is wrong at a field: found here, or said by the relay.
    pub fn problem(&self, place: Place) -> Signal<Option<String>> {
        let found = self.found;
        let said = stores().session.problem;
        Signal::derive(move || {
            let here = found.with(|found| {
                found
                    .as_ref()
                    .filter(|(at, _)| *at == place)
                    .map(|(_, text)| text.clone())
            });
            here.or_else(|| {
                let (at, text) = said.with(|said| said.as_ref().map(text::problem))?;
                (at.map(Place::Field) == Some(place)).then_some(text)
            })
        })
    }
}

/// What the relay said about a field, for fields that are not credentials.
pub fn problem_at(field: Field) -> Signal<Option<String>> {
    let said = stores().session.problem;
    Signal::derive(move || {
        let (at, text) = said.with(|said| said.as_ref().map(text::problem))?;
        (at == Some(field)).then_some(text)
    })
}

/// Two fields for a new password, with how good it is.
#[component]
pub fn NewPassword(credentials: Credentials) -> impl IntoView {
    let Credentials {
        password, again, ..
    } = credentials;
    let hint = Signal::derive(move || strength_hint(password.with(|p| strength(p))).to_owned());
    view! {
        <div class="two-line-hint"><PasswordField
            id="password"
            label="Password"
            value=password
            autocomplete="new-password"
            hint=hint
            problem=credentials.problem(Place::Field(Field::Password))
        /></div>
        <StrengthSteps password=password/>
        <PasswordField
            id="password-again"
            label="Password again"
            value=again
            autocomplete="new-password"
            problem=credentials.problem(Place::Again)
        />
    }
}
