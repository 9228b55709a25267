//! How one is here, and what one says of oneself: online, away or not to be disturbed; an emoji and a few words, with
//! an end.

mod words;

use leptos::prelude::*;

use self::words::StatusForm;
use super::store::{PeopleIntent, Presence};
use super::text::{self, look};
use crate::stores::stores;
use crate::ui::modal::Modal;
use crate::ui::reactive::{reactive, show_when};

const CHOICES: [Presence; 3] = [Presence::Online, Presence::Away, Presence::DoNotDisturb];

/// The choices, which count at once, and the form.
#[component]
pub fn OwnStatusDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let own = stores.people.own;
    let chosen = Memo::new(move |_| own.with(|own| own.chosen));
    view! {
        <Modal title="Your status" class="narrow" on_close=on_close>
            <fieldset class="presence-choices">
                <legend class="field-label">"How you are here"</legend>
                {CHOICES.map(|choice| view! {
                    <label class="presence-choice" data-presence=look(choice)>
                        <input
                            type="radio"
                            name="own-presence"
                            aria-label=text::own(choice)
                            aria-describedby=format!("presence-{}", look(choice))
                            prop:checked=reactive(move || chosen.get() == choice)
                            on:change=move |_| stores.actions.send(PeopleIntent::Choose(choice))
                        />
                        <span class="presence"></span>
                        <span>
                            {text::own(choice)}
                            <span class="hint" id=format!("presence-{}", look(choice))>{text::choice_hint(choice)}</span>
                        </span>
                    </label>
                })}
            </fieldset>
            {show_when(move || own.with(|own| !own.shows_presence), || view! {
                <p class="hint">"Others see you as not here. You can change that in the settings, under Privacy."</p>
            })}
            <StatusForm on_close=on_close/>
        </Modal>
    }
}
