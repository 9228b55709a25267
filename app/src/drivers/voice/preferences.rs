//! What a person chose about sound, kept between calls and visits: microphone, loudspeaker, mute, volumes.

use std::collections::BTreeMap;

use leptos::prelude::{Set, Update, WithUntracked};
use serde::{Deserialize, Serialize};

use crate::drivers::driver::Driver;
use crate::drivers::keeper::{Loaded, Note};
use crate::stores::ids::{AudioDeviceId, UserId};

/// The loudest that a person can be made, in percent.
const LOUDEST: u16 = 200;

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Preferences {
    muted: bool,
    deafened: bool,
    input: Option<String>,
    output: Option<String>,
    volumes: BTreeMap<String, u16>,
}

impl Driver {
    pub(in crate::drivers) fn restore_voice(&mut self, loaded: &Loaded) {
        let kept: Preferences = loaded.note(Note::Voice).unwrap_or_default();
        let call = self.stores.call;
        call.muted.set(kept.muted);
        call.deafened.set(kept.deafened);
        call.input.set(kept.input.map(AudioDeviceId::from));
        call.output.set(kept.output.map(AudioDeviceId::from));
        let volumes = kept.volumes.into_iter().map(|(user, percent)| (UserId::from(user), percent.min(LOUDEST)));
        call.volumes.set(volumes.collect());
    }

    pub(in crate::drivers) async fn set_muted(&mut self, muted: bool) {
        self.stores.call.muted.set(muted);
        if !muted {
            self.stores.call.deafened.set(false);
        }
        self.apply_ears_and_voice().await;
    }

    pub(in crate::drivers) async fn set_deafened(&mut self, deafened: bool) {
        self.stores.call.deafened.set(deafened);
        self.apply_ears_and_voice().await;
    }

    pub(in crate::drivers) async fn set_volume(&mut self, user: UserId, percent: u16) {
        self.stores.call.volumes.update(|volumes| {
            volumes.insert(user, percent.min(LOUDEST));
        });
        self.voice.apply_volumes();
        self.keep_voice().await;
    }

    async fn apply_ears_and_voice(&mut self) {
        self.voice.apply_mute();
        self.tell_voice_state();
        self.keep_voice().await;
    }

    pub(in crate::drivers) async fn keep_voice(&mut self) {
        let call = self.stores.call;
        let volumes = call.volumes.with_untracked(|volumes| {
            volumes.iter().map(|(user, percent)| (user.as_str().to_owned(), *percent)).collect()
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
