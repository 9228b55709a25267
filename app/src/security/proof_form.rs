//! The form of everything that takes a proof: what this member has to give it with, and the button.

use leptos::prelude::*;

use super::store::{Entrance, Proving, Reminder, Work};
use super::work_area::WorkArea;
use crate::enrolment::store::Secret;
use crate::stores::stores;
use crate::ui::field::password::PasswordField;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive, show_when};

/// Asks for the password or the recovery key, whichever there is, and offers a passkey in their place.
#[component]
pub fn ProofForm(
    /// What the button says.
    label: &'static str,
    /// It cannot be undone.
    #[prop(optional)]
    danger: bool,
    /// The proof has to open the vault, too.
    #[prop(optional)]
    opens: bool,
    /// What else is to be filled in is.
    #[prop(optional, into)]
    ready: Option<Signal<bool>>,
    on_proof: Callback<Proving>,
    /// Below what is typed as the proof.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let security = stores().security;
    let typed = RwSignal::new(String::new());
    // What somebody has may be known only once the relay has said.
    let field = Memo::new(move |_| field(security.entrance.get(), security.reminder.get()));
    let is_ready = move || ready.is_none_or(|ready| ready.get());
    let has_field = move || field.with(Option::is_some);
    let busy = Memo::new(move |_| security.work.with(|work| matches!(work, Work::Busy(_))));
    let prove = move |proof| {
        if !busy.get_untracked() {
            on_proof.run(proof);
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        prove(if untrack(has_field) {
            Proving::Typed(Secret::new(typed.get_untracked()))
        } else {
            Proving::Passkey
        });
    };
    let has_passkey = move || {
        let usable = |opens_messages: bool| !opens || opens_messages;
        security.passkeys.with(|known| {
            known.as_ref().is_some_and(|known| {
                known.possible && known.all.iter().any(|it| usable(it.opens_messages))
            })
        })
    };
    view! {
        <form novalidate on:submit=submit>
            {dynamic(move || field.get().map(|Field { label, autocomplete }| view! {
                <PasswordField id="proof" label=label value=typed autocomplete=autocomplete problem=None/>
            }))}
            {children.map(|children| children())}
            <WorkArea
                label=label
                danger=danger
                ready=Signal::derive(move || is_ready() && !(has_field() && typed.with(String::is_empty)))
            />
            {show_when(move || has_field() && has_passkey() && !busy.get(), move || view! {
                <button
                    type="button"
                    class="quiet big"
                    disabled=reactive(move || !is_ready())
                    on:click=move |_| prove(Proving::Passkey)
                >
                    <Icon name=IconName::Key/>
                    "Use a passkey instead"
                </button>
            })}
        </form>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Field {
    label: &'static str,
    autocomplete: &'static str,
}

/// What is typed as a proof; nothing for somebody who has only passkeys.
fn field(entrance: Option<Entrance>, reminder: Reminder) -> Option<Field> {
    // Somebody is reminded only who has a password and no key.
    let known = entrance.map(|it| (it.has_password, it.has_recovery_key));
    let is_reminded = reminder != Reminder::None;
    let (label, autocomplete) = match known {
        None if is_reminded => ("Your password", "current-password"),
        Some((true, false)) => ("Your password", "current-password"),
        None | Some((true, true)) => ("Your password or recovery key", "current-password"),
        Some((false, true)) => ("Your recovery key", "off"),
        Some((false, false)) => return None,
    };
    Some(Field {
        label,
        autocomplete,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(has_password: bool, has_recovery_key: bool) -> Option<&'static str> {
        let entrance = Entrance {
            has_password,
            has_recovery_key,
            codes_left: None,
        };
        field(Some(entrance), Reminder::None).map(|field| field.label)
    }

    #[test]
    fn only_what_somebody_has_is_asked_for() {
        assert_eq!(asked(true, false), Some("Your password"));
        assert_eq!(asked(true, true), Some("Your password or recovery key"));
        assert_eq!(asked(false, true), Some("Your recovery key"));
        assert_eq!(asked(false, false), None);
    }

    #[test]
    fn before_the_relay_has_said_either_is_taken() {
        let label = |reminder| field(None, reminder).map(|field| field.label);
        assert_eq!(label(Reminder::None), Some("Your password or recovery key"));
        assert_eq!(label(Reminder::Make), Some("Your password"));
    }
}
