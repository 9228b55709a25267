//! A new password: the proof, and the password twice.

use leptos::prelude::*;

use crate::enrolment::store::Secret;
use crate::security::begin;
use crate::security::proof_form::ProofForm;
use crate::security::store::SecurityIntent;
use crate::stores::stores;
use crate::ui::field::password::PasswordField;
use crate::ui::modal::Modal;
use crate::ui::strength::{PASSWORD_MIN, StrengthSteps, strength, strength_hint};

/// The form.
#[component]
pub fn ChangePasswordDialog(on_close: Callback<()>) -> impl IntoView {
    let actions = stores().actions;
    begin::afresh();
    let has_one = has_password();
    let (new, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let found = RwSignal::new((None, None));
    let change = Callback::new(move |proof| {
        let wrong = wrong_with(&new.get_untracked(), &again.get_untracked());
        let is_good = wrong == (None, None);
        found.set(wrong);
        if is_good {
            actions.send(SecurityIntent::ChangePassword {
                proof,
                new: Secret::new(new.get_untracked()),
            });
        }
    });
    let hint = Signal::derive(move || strength_hint(new.with(|it| strength(it))).to_owned());
    view! {
        <Modal title=if has_one { "Change password" } else { "Set a password" } class="narrow" on_close=on_close>
            <p>"Your other devices are signed out, and have to sign in again. Nothing in them is lost, and your recovery key stays as it is."</p>
            <ProofForm label=if has_one { "Change password" } else { "Set the password" } opens=true on_proof=change>
                <div class="two-line-hint"><PasswordField
                    id="password"
                    label="New password"
                    value=new
                    autocomplete="new-password"
                    hint=hint
                    problem=Signal::derive(move || found.with(|(at_new, _)| at_new.clone()))
                /></div>
                <StrengthSteps password=new/>
                <PasswordField
                    id="password-again"
                    label="New password again"
                    value=again
                    autocomplete="new-password"
                    problem=Signal::derive(move || found.with(|(_, at_again)| at_again.clone()))
                />
            </ProofForm>
        </Modal>
    }
}

/// Whether there is one to change. Somebody who came by an identity provider may have none.
pub(super) fn has_password() -> bool {
    let entrance = stores().security.entrance.get_untracked();
    entrance.is_none_or(|it| it.has_password)
}

/// What is wrong with the new password, and with its second typing.
fn wrong_with(new: &str, again: &str) -> (Option<String>, Option<String>) {
    if new.chars().count() < PASSWORD_MIN {
        let text = format!("Please use at least {PASSWORD_MIN} characters.");
        return (Some(text), None);
    }
    let differ = new != again;
    let text = "The two passwords differ. Type the second one again.";
    (None, differ.then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::wrong_with;

    #[test]
    fn a_new_password_is_long_and_typed_twice() {
        assert!(wrong_with("short", "short").0.is_some());
        assert!(wrong_with("marble orchard", "marble").1.is_some());
        assert_eq!(wrong_with("marble orchard", "marble orchard"), (None, None));
    }
}
