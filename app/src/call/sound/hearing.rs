//! What one hears of the others beside their words.

use leptos::prelude::*;

use super::switch::Switch;

#[component]
pub(super) fn Hearing() -> impl IntoView {
    view! {
        <section class="matter voice-part">
            <h4>"What you hear"</h4>
            <Switch
                label="Everybody about equally loud"
                hint="Quiet people are made louder and loud ones quieter. What you set for somebody by hand counts on top."
                is_on=|choices| choices.even
                set=|choices, on| choices.even = on
            />
            <Switch
                label="Never too loud"
                hint="Holds down shouts and slammed doors."
                is_on=|choices| choices.limit
                set=|choices, on| choices.limit = on
            />
            <Switch
                label="A sound when somebody comes"
                is_on=|choices| choices.join_sound
                set=|choices, on| choices.join_sound = on
            />
            <Switch
                label="A sound when somebody leaves"
                is_on=|choices| choices.leave_sound
                set=|choices, on| choices.leave_sound = on
            />
        </section>
    }
}
