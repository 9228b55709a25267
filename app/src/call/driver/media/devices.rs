//! Which microphones and loudspeakers there are, and what is done when one is pulled out in a call.

use leptos::prelude::{GetUntracked, Set};

use super::{Media, MediaEvent};
use crate::call::sound::plugged::{self, Change, Plugged};
use crate::call::store::{AudioDevice, CallProblem};
use crate::driver::wish::Wishes;
use crate::ids::AudioDeviceId;
use crate::platform::microphone::{self, Device, Devices};
use crate::platform::task;

impl Media {
    /// Keeps the lists fresh while a call goes on or they are on the screen.
    pub(super) fn watch_devices(&mut self) {
        let is_wanted = self.is_watched || self.microphone.is_some();
        if !is_wanted {
            self.devices = None;
        } else if self.devices.is_none() {
            let port = self.port.clone();
            let changed = move || port.put(MediaEvent::DevicesChanged);
            self.devices = microphone::watch_devices(changed);
        }
    }

    /// Asks the browser for its devices; the answer comes through the port.
    pub(super) fn list_devices(&self) {
        let port = self.port.clone();
        task::spawn(async move {
            if let Ok(devices) = microphone::devices().await {
                port.put(MediaEvent::Devices(devices));
            }
        });
    }

    /// Shows them, and goes on with another one where the one in use is gone.
    pub(super) async fn show_devices(&mut self, devices: Devices) -> Wishes {
        let before = (
            self.store.inputs.get_untracked(),
            self.store.outputs.get_untracked(),
        );
        let now = (shown(devices.inputs), shown(devices.outputs));
        self.store.inputs.set(now.0.clone());
        self.store.outputs.set(now.1.clone());
        if self.microphone.is_none() {
            return Wishes::new();
        }
        let mut wishes = Wishes::new();
        let output = self.store.output.get_untracked();
        if change(output, &before.1, &now.1) == Change::Gone {
            self.say("That loudspeaker is gone. You hear through the one that the system chose.");
            wishes.extend(self.set_output(None).await);
        }
        let is_missing =
            self.store.listening.get_untracked() == Some(CallProblem::MicrophoneMissing);
        if is_missing && !self.asked.is_opening && before.0.is_empty() && !now.0.is_empty() {
            self.open_microphone();
        }
        let input = self.store.input.get_untracked();
        match change(input, &before.0, &now.0) {
            Change::Gone if !self.asked.is_opening => wishes.extend(self.lose_microphone()),
            Change::Moved if !self.asked.is_opening && !self.only_listens() => {
                self.open_microphone();
            }
            Change::Gone | Change::Moved | Change::Nothing => {}
        }
        wishes
    }

    /// The microphone in use went away: the call goes on with what the system chooses.
    pub(super) fn lose_microphone(&mut self) -> Wishes {
        if self.asked.is_opening || self.microphone.is_none() {
            return Wishes::new();
        }
        self.asked.is_lost = true;
        self.set_input(None)
    }

    fn say(&self, text: &'static str) {
        self.stores.view.notify(text);
    }
}

fn shown(devices: Vec<Device>) -> Vec<AudioDevice> {
    let shown = devices.into_iter().map(|Device { id, label }| AudioDevice {
        id: id.into(),
        label,
    });
    shown.collect()
}

fn change(chosen: Option<AudioDeviceId>, before: &[AudioDevice], now: &[AudioDevice]) -> Change {
    let plugged = |list: &[AudioDevice]| -> Vec<Plugged> {
        let of = |device: &AudioDevice| Plugged {
            id: device.id.as_str().to_owned(),
            label: device.label.clone(),
        };
        list.iter().map(of).collect()
    };
    let chosen = chosen.as_ref().map(AudioDeviceId::as_str);
    plugged::change(chosen, &plugged(before), &plugged(now))
}
