//! Obeying the log in a call: the own microphone is off while one may not speak, nobody is played who may not speak, and
//! nobody is sent anything who may not hear. Who that is, the engine says.

use leptos::prelude::{GetUntracked, Set};
use parley_client::Engine;
use parley_protocol::community::Silence;
use parley_protocol::ids::DeviceId;

use super::{Media, MediaEvent};
use crate::call::moderation::text;
use crate::call::store::moderation;
use crate::driver::set_changed::set_changed;

fn shown(silence: Silence) -> moderation::Silence {
    match silence {
        Silence::Audience => moderation::Silence::Audience,
        Silence::Muted => moderation::Silence::Muted,
        Silence::Deafened => moderation::Silence::Deafened,
    }
}

impl Media {
    /// Looks at what the log allows now, and does it at once. Until it is known nobody is played or sent anything.
    pub(super) fn obey_again(&mut self, engine: &Engine) {
        let Some(rights) = engine.call_rights() else {
            return;
        };
        let (me, _) = engine.me();
        let on_stage = engine.voice_channel().and_then(|channel| {
            let found = engine.community().channels().get(&channel)?;
            Some(found.rules.stage && found.speakers.contains(&me))
        });
        set_changed(self.store.moderation.on_stage, on_stage.unwrap_or_default());
        if self.rights.as_ref() == Some(&rights) {
            return;
        }
        let before = self
            .rights
            .replace(rights)
            .and_then(|rights| rights.silence);
        let silence = self.rights.as_ref().and_then(|rights| rights.silence);
        set_changed(self.store.moderation.silence, silence.map(shown));
        if before.is_some() && silence.is_none() {
            self.may_speak_again();
        }
        if silence == Some(Silence::Audience) {
            self.turn_camera_off();
            self.stop_sharing();
        }
        self.apply_mute();
        self.apply_volumes();
        self.show_pictures();
        self.port.put(MediaEvent::RightsChanged);
    }

    /// A microphone opens by itself only for those who asked to speak.
    fn may_speak_again(&self) {
        let asked = self.store.moderation.hand.get_untracked();
        let mutes_themselves = self.store.muted.get_untracked();
        if !asked {
            self.store.muted.set(true);
        }
        self.store.moderation.hand.set(false);
        let words = text::may_speak(asked, mutes_themselves);
        self.stores.view.notify(words);
    }

    /// Whether somebody's sound is played here.
    pub(super) fn plays(&self, device: &DeviceId) -> bool {
        let rights = self.rights.as_ref();
        rights.is_some_and(|rights| rights.played.contains(device))
    }

    /// Whether somebody's camera and screen are shown here.
    pub(super) fn watches(&self, device: &DeviceId) -> bool {
        let rights = self.rights.as_ref();
        rights.is_some_and(|rights| rights.watched.contains(device))
    }

    /// Whether somebody gets the own sound.
    pub(super) fn is_sent_to(&self, device: &DeviceId) -> bool {
        let rights = self.rights.as_ref();
        rights.is_some_and(|rights| rights.sent_to.contains(device))
    }

    pub(super) fn forget_rights(&mut self) {
        self.rights = None;
        set_changed(self.store.moderation.silence, None);
        set_changed(self.store.moderation.hand, false);
        set_changed(self.store.moderation.on_stage, false);
    }
}
