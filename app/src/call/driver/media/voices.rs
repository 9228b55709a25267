//! What is heard of the others beside their words: how loudly each speaks, so that all are about equally loud; and that
//! somebody comes or leaves.

use leptos::prelude::{GetUntracked, WithUntracked};
use litemap::LiteMap;
use parley_client::Engine;
use parley_protocol::ids::DeviceId;

use super::Media;
use crate::call::sound::arrivals;
use crate::call::sound::evenness::Evenness;
use crate::call::store::CallState;
use crate::call::store::sound::sound;
use crate::platform::chime::Chime;

/// What is known of them.
#[derive(Default)]
pub(super) struct Voices {
    evenness_by_device: LiteMap<DeviceId, Evenness>,
    /// Who was in the call when it was last looked at; nobody looked yet before it stands.
    there: Option<Vec<DeviceId>>,
}

impl Voices {
    /// What somebody's sound is multiplied by.
    pub(super) fn factor(&self, device: DeviceId) -> f32 {
        self.evenness_by_device
            .get(&device)
            .map_or(1.0, Evenness::factor)
    }
}

impl Media {
    pub(super) fn handle_loudness(&mut self, device: DeviceId, decibels: f32, seconds: f32) {
        let voice = self.voices.evenness_by_device.entry(device).or_default();
        if voice.hear(decibels, seconds).is_some() {
            self.apply_volumes();
        }
    }

    /// Lets it be heard who came and who left since the last look.
    pub(super) fn hear_arrivals(&mut self, engine: &Engine) {
        let mine = self.store.mine.get_untracked();
        let is_there = |state: &CallState| matches!(state, CallState::Connected);
        if !mine.is_some_and(|call| is_there(&call.state)) {
            return;
        }
        let now = engine.company();
        let before = self.voices.there.replace(now.clone());
        let (joins, leaves) = sound()
            .choices
            .with_untracked(|choices| (choices.join_sound, choices.leave_sound));
        let Some(playback) = &self.playback else {
            return;
        };
        // The first look is one's own coming.
        let arrivals = before.map(|before| arrivals::between(&before, &now));
        if joins && arrivals.is_none_or(|arrivals| arrivals.came) {
            playback.chime(Chime::Came);
        } else if leaves && arrivals.is_some_and(|arrivals| arrivals.left) {
            playback.chime(Chime::Left);
        }
    }

    /// The own leaving is heard after everything else has ended.
    pub(super) fn end_playback(&mut self) {
        let was_there = self.voices.there.is_some();
        self.voices = Voices::default();
        let leaves = sound()
            .choices
            .with_untracked(|choices| choices.leave_sound);
        if let Some(playback) = self.playback.take()
            && was_there
            && leaves
        {
            playback.end_with_chime();
        }
    }
}
