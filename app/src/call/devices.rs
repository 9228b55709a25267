//! Choosing the microphone and, where the browser lets a page choose, the loudspeaker.

use leptos::prelude::*;

use super::store::AudioDevice;
use super::store::CallIntent;
use crate::ids::AudioDeviceId;
use crate::stores::stores;
use crate::ui::reactive::{keyed, reactive, show_when};

/// Both choices, with labels. Keeps the lists fresh while it is on the page.
#[component]
pub fn AudioDevices() -> impl IntoView {
    let stores = stores();
    let call = stores.call;
    stores.actions.send(CallIntent::WatchAudio(true));
    on_cleanup(move || stores.actions.send(CallIntent::WatchAudio(false)));
    view! {
            <Choice
                label="Microphone"
                devices=call.inputs
                chosen=call.input
                on_choose=Callback::new(move |id| stores.actions.send(CallIntent::SetInput(id)))
            />
            {show_when(move || !call.outputs.with(Vec::is_empty), move || view! {
                <Choice
                    label="Loudspeaker"
                    devices=call.outputs
                    chosen=call.output
                    on_choose=Callback::new(move |id| stores.actions.send(CallIntent::SetOutput(id)))
                />
    })}
        }
}

#[component]
fn Choice(
    label: &'static str,
    devices: RwSignal<Vec<AudioDevice>>,
    chosen: RwSignal<Option<AudioDeviceId>>,
    on_choose: Callback<Option<AudioDeviceId>>,
) -> impl IntoView {
    let pick = move |event| {
        let value = event_target_value(&event);
        on_choose.run((!value.is_empty()).then(|| AudioDeviceId::from(value)));
    };
    view! {
            <label class="field">
                <span class="field-label">{label}</span>
                <select on:change=pick>
                    <option value="" selected=reactive(move || chosen.with(Option::is_none))>"As the system chooses"</option>
                    {keyed(move || devices.get(), |device| device.id.clone(), move |device| view! {
                        <option
                            value=device.id.to_string()
                            selected={
                                let id = device.id.clone();
                                move || chosen.with(|chosen| chosen.as_ref() == Some(&id))
                            }
                        >
                            {named(&device)}
                        </option>
    })}
                </select>
            </label>
        }
}

fn named(device: &AudioDevice) -> String {
    if device.label.is_empty() {
        "Another device".into()
    } else {
        device.label.clone()
    }
}
