//! What a channel is for, and how long its messages stay.

use leptos::prelude::*;

use super::store::{Channel, ChannelIntent};
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::field::text::TextField;
use crate::ui::modal::Modal;
use crate::ui::reactive::reactive;

const HOUR: u32 = 60 * 60;
const DAY: u32 = 24 * HOUR;
/// What can be chosen, in seconds; 0 for ever.
const TIMES: [(u32, &str); 6] = [
    (0, "Messages stay"),
    (HOUR, "After an hour"),
    (DAY, "After a day"),
    (7 * DAY, "After a week"),
    (28 * DAY, "After four weeks"),
    (365 * DAY, "After a year"),
];
const TOPIC_CHARS: u32 = 200;

/// The settings of the open channel.
#[component]
pub fn ChannelSettingsDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let open = stores.timeline.open.get_untracked();
    let channel = untrack(|| open.and_then(|id| stores.community.channel(&id)));
    channel.map(|channel| view! { <Form channel=channel on_close=on_close/> })
}

#[component]
fn Form(channel: Channel, on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let topic = RwSignal::new(channel.topic.clone());
    let before = channel.expires_after.unwrap_or(0);
    let time = RwSignal::new(before);
    let title = format!("#{}", isolated(&channel.name));
    let id = channel.id.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let seconds = time.get_untracked();
        stores.actions.send(ChannelIntent::ChangeChannel {
            channel: id.clone(),
            topic: topic.get_untracked().trim().to_owned(),
            expires_after: (seconds > 0).then_some(seconds),
        });
        on_close.run(());
    };
    // A time that another program chose can be kept.
    let own = (!TIMES.iter().any(|(time, _)| *time == before)).then(|| {
        let minutes = before.div_ceil(60);
        view! { <option value=before.to_string() selected=true>{format!("After {minutes} minutes")}</option> }
    });
    let options = TIMES.into_iter().map(|(seconds, words)| {
        view! { <option value=seconds.to_string() selected=seconds == before>{words}</option> }
    });
    let options = options.collect_view();
    view! {
        <Modal title=title class="narrow" on_close=on_close>
            <form novalidate on:submit=submit>
                <TextField id="channel-topic" label="What it is about" value=topic max=TOPIC_CHARS problem=Signal::stored(None) first=true/>
                <label class="field">
                    <span class="field-label">"Messages disappear"</span>
                    <select on:change=move |event| time.set(event_target_value(&event).parse().unwrap_or(0))>
                        {own}
                        {options}
                    </select>
                </label>
                <p class="hint">{reactive(move || if time.get() == 0 {
                    "They stay until somebody deletes them."
                } else {
                    "What is written from now on is deleted from the relay and from everybody's devices after that time. Somebody may still have copied it."
                })}</p>
                <div class="modal-buttons">
                    <button type="button" class="quiet" on:click=move |_| on_close.run(())>"Cancel"</button>
                    <button type="submit" class="primary">"Save"</button>
                </div>
            </form>
        </Modal>
    }
}
