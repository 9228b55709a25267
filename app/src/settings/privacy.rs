//! What others see of somebody: whether they are here, whether they type; their address in calls; and what other
//! sites learn.

use leptos::prelude::*;

use crate::people::store::{Habit, Own, PeopleIntent};
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::reactive;

/// What others see, on all devices of the person.
#[component]
pub fn Privacy() -> impl IntoView {
    view! {
        <Switch
            habit=Habit::ShowPresence
            is_on=|own| own.shows_presence
            label="Show whether I am here"
            hint="Switched off, others see you as not here, and don't see you typing. What you write is seen as ever."
        />
        <Switch
            habit=Habit::ShowTyping
            is_on=|own| own.shows_typing
            label="Show when I am typing"
            hint="The names of those who are writing stand below the messages."
        />
        <Switch
            habit=Habit::GoAway
            is_on=|own| own.goes_away
            label="Go away by itself"
            hint="After ten minutes in which you did nothing here, others see you as away until you are back."
        />
        <Switch
            habit=Habit::SendReceipts
            is_on=|own| own.sends_receipts
            label="Say when something has arrived"
            hint="Who writes to you directly sees that it reached one of your devices. It never says whether you read it."
        />
        <p class="hint">"This holds on all your devices. The relay itself always knows which of them are connected."</p>
    }
}

#[component]
fn Switch(
    habit: Habit,
    is_on: fn(&Own) -> bool,
    label: &'static str,
    hint: &'static str,
) -> impl IntoView {
    let stores = stores();
    let on = Memo::new(move |_| stores.people.own.with(is_on));
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=reactive(move || on.get())
                on:change=move |event| {
                    stores.actions.send(PeopleIntent::SetHabit(habit, event_target_checked(&event)));
                }
            />
            <span>{label}</span>
        </label>
        <p class="hint check-hint">{hint}</p>
    }
}

/// Leads to the connection doctor.
#[component]
pub fn CheckCalls() -> impl IntoView {
    let dialog = stores().view.dialog;
    view! {
        <button type="button" class="quiet" on:click=move |_| dialog.set(Some(Dialog::Doctor))>
            <Icon name=IconName::Check/>
            "Check calls"
        </button>
    }
}

/// What others in a call may learn.
#[component]
pub fn CallPrivacy() -> impl IntoView {
    let hide = stores().prefs.hide_address;
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=reactive(move || hide.get()) on:change=move |event| hide.set(event_target_checked(&event))/>
            <span>"Hide my address from members"</span>
        </label>
        <p class="hint">"In calls your sound goes through the relay only, which can't hear it. It may take a little longer to arrive."</p>
        <p class="hint">"Links to other sites have no preview: fetching one would tell that site, or whoever fetches it, what is written here."</p>
    }
}
