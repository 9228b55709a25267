//! What a person chose about sound, kept between calls and visits: microphone, loudspeaker, mute, volumes.

use leptos::prelude::{GetUntracked, Set, Update, WithUntracked};
use serde::{Deserialize, Serialize};

use super::{Sound, Voice};
use crate::call::store::AudioDevice;
use crate::driver::keeper::{Loaded, Note};
use crate::ids::{AudioDeviceId, UserId};
use crate::platform::microphone::{Device, Devices};
use crate::platform::{microphone, task};
use crate::shell::driver::coordinator::Driver;
use crate::shell::driver::inbox::Input;

/// The loudest that a person can be made, in percent.
const LOUDEST: u16 = 200;

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Preferences {
    muted: bool,
    deafened: bool,
    input: Option<String>,
    output: Option<String>,
    volumes: Vec<(String, u16)>,
}

impl Driver {
    pub fn restore_voice(&mut self, loaded: &Loaded) {
        let kept: Preferences = loaded.note(Note::Voice).unwrap_or_default();
        let call = self.stores.call;
        call.muted.set(kept.muted);
        call.deafened.set(kept.deafened);
        call.input.set(kept.input.map(AudioDeviceId::from));
        call.output.set(kept.output.map(AudioDeviceId::from));
        let volumes = kept
            .volumes
            .into_iter()
            .map(|(user, percent)| (UserId::from(user), percent.min(LOUDEST)));
        call.volumes.set(volumes.collect());
    }

    pub async fn set_muted(&mut self, muted: bool) {
        self.stores.call.muted.set(muted);
        if !muted {
            self.stores.call.deafened.set(false);
            if self.voice.only_listens() {
                self.voice.open_microphone();
            }
        }
        self.apply_ears_and_voice().await;
    }

    pub async fn set_deafened(&mut self, deafened: bool) {
        self.stores.call.deafened.set(deafened);
        self.apply_ears_and_voice().await;
    }

    pub async fn set_volume(&mut self, user: UserId, percent: u16) {
        self.stores.call.volumes.update(|volumes| {
            volumes.insert(user, percent.min(LOUDEST));
        });
        self.voice.apply_volumes();
        self.keep_voice().await;
    }

    /// Changes the microphone, in a call at once.
    pub async fn set_input(&mut self, input: Option<AudioDeviceId>) {
        self.stores.call.input.set(input);
        if self.voice.microphone.is_some() {
            self.voice.open_microphone();
        }
        self.keep_voice().await;
    }

    /// Changes the loudspeaker.
    pub async fn set_output(&mut self, output: Option<AudioDeviceId>) {
        self.stores.call.output.set(output);
        self.apply_output().await;
        self.keep_voice().await;
    }

    pub async fn apply_output(&mut self) {
        let chosen = self.stores.call.output.get_untracked();
        let Some(playback) = &mut self.voice.playback else {
            return;
        };
        if playback
            .set_output(chosen.as_ref().map(AudioDeviceId::as_str))
            .await
            .is_err()
        {
            self.stores
                .view
                .notify_problem("That loudspeaker can't be used. The one before still is.");
        }
    }

    /// The list of devices is on the screen, or not any more.
    pub fn watch_audio(&mut self, watch: bool) {
        let inbox = self.inbox.clone();
        let changed = move || inbox.put(Input::Sound(Sound::DevicesChanged));
        self.voice.devices = watch.then(|| microphone::watch_devices(changed)).flatten();
        if watch {
            self.voice.list_devices();
            self.voice.ask_for_figures();
        } else {
            self.voice.watch_figures();
        }
    }

    async fn apply_ears_and_voice(&mut self) {
        self.voice.apply_mute();
        self.tell_voice_state();
        self.keep_voice().await;
    }

    async fn keep_voice(&mut self) {
        let call = self.stores.call;
        let volumes = call.volumes.with_untracked(|volumes| {
            volumes
                .iter()
                .map(|(user, percent)| (user.as_str().to_owned(), *percent))
                .collect()
        });
        let text = |id: &Option<AudioDeviceId>| id.as_ref().map(|id| id.as_str().to_owned());
        let kept = Preferences {
            muted: call.muted.with_untracked(|muted| *muted),
            deafened: call.deafened.with_untracked(|deafened| *deafened),
            input: call.input.with_untracked(text),
            output: call.output.with_untracked(text),
            volumes,
        };
        let Some(keeper) = &self.keeper else { return };
        if let Err(error) = keeper.keep(Note::Voice, &kept).await {
            self.store_failed(&error);
        }
    }
}

impl Voice {
    /// Asks the browser for its devices; the answer comes through the inbox.
    pub fn list_devices(&self) {
        let inbox = self.inbox.clone();
        task::spawn(async move {
            if let Ok(devices) = microphone::devices().await {
                inbox.put(Input::Sound(Sound::Devices(devices)));
            }
        });
    }

    pub fn show_devices(&self, devices: Devices) {
        let shown = |devices: Vec<Device>| {
            let shown = devices.into_iter().map(|Device { id, label }| AudioDevice {
                id: id.into(),
                label,
            });
            shown.collect::<Vec<_>>()
        };
        self.store.inputs.set(shown(devices.inputs));
        self.store.outputs.set(shown(devices.outputs));
    }
}
