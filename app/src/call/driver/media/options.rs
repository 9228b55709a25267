//! What a person chose about talking and sound, and what follows from it for a call that goes on.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{GetUntracked, Set, WithUntracked};
use parley_client::call::PeerEvent;
use parley_protocol::json;

use super::talk::button;
use super::{Media, MediaEvent};
use crate::call::sound::keys::Button;
use crate::call::store::sound::{HeldKey, Noise, SoundChoices, SoundIntent, sound};
use crate::driver::wish::Wishes;
use crate::ids::AudioDeviceId;
use crate::platform::held_keys::{self, HeldKeys, Press};
use crate::platform::microphone::Wanted;

impl Media {
    /// Takes what was kept.
    pub(super) fn restore_sound(&self) {
        let kept = self.store.kept_sound.get_untracked();
        let choices: SoundChoices = json::read(&kept).unwrap_or_default();
        self.talk.choose(&choices);
        sound().choices.set(choices);
    }

    pub(super) fn act_on_sound(&mut self, intent: SoundIntent) -> Wishes {
        match intent {
            SoundIntent::Choose(choices) => return self.choose_sound(*choices),
            SoundIntent::Learn(key) => self.learn_key(key),
            SoundIntent::Try(on) => self.try_microphone(on),
        }
        Wishes::new()
    }

    fn choose_sound(&mut self, choices: SoundChoices) -> Wishes {
        let before = sound().choices.get_untracked();
        if before == choices {
            return Wishes::new();
        }
        self.talk.choose(&choices);
        sound().choices.set(choices);
        let wanted = wanted(&before, None);
        if self.microphone.is_some() && !self.only_listens() && wanted != Self::wanted_by_system() {
            self.open_microphone();
        }
        self.apply_sound();
        self.keep_choices()
    }

    /// Everything that a call that goes on has of the choices, but the microphone.
    pub(super) fn apply_sound(&mut self) {
        self.listen_to_keys();
        self.apply_volumes();
        let limit = sound().choices.with_untracked(|choices| choices.limit);
        let music = Self::plays_music();
        if let Some(playback) = &mut self.playback {
            playback.set_limiter(limit);
        }
        for (peer, connected) in &self.peers {
            if connected.connection.set_music(music) {
                self.reporter(*peer)(PeerEvent::NegotiationNeeded);
            }
        }
    }

    /// Whether what is sent is music.
    pub(super) fn plays_music() -> bool {
        sound().choices.with_untracked(|choices| choices.music)
    }

    /// What the microphone is asked for.
    pub(super) fn wanted(&self) -> Wanted {
        let chosen = self.store.input.get_untracked();
        let device = chosen.as_ref().map(AudioDeviceId::as_str);
        sound()
            .choices
            .with_untracked(|choices| wanted(choices, device))
    }

    fn wanted_by_system() -> Wanted {
        sound()
            .choices
            .with_untracked(|choices| wanted(choices, None))
    }

    /// Listens to keys while there is a call and something is bound to one.
    pub(super) fn listen_to_keys(&mut self) {
        let is_wanted = self.microphone.is_some() && self.talk.wants_keys();
        let by_key = sound()
            .choices
            .with_untracked(|choices| choices.push_to_talk && !choices.talk_key.is_empty());
        sound()
            .hears_no_keys
            .set(is_wanted && by_key && !held_keys::is_in_front());
        if !is_wanted {
            self.keys = None;
            return;
        }
        if self.keys.is_some() {
            return;
        }
        let (talk, port) = (self.talk.clone(), self.port.clone());
        let heard = {
            let talk = talk.clone();
            move |press| talk.press(&press)
        };
        let in_front = move |is_in_front: bool| {
            if !is_in_front {
                talk.let_go();
            }
            port.put(MediaEvent::HearsKeys);
        };
        self.keys = HeldKeys::listen(heard, in_front);
    }

    /// The next key or button is bound to that. Escape keeps the one before.
    fn learn_key(&mut self, key: Option<HeldKey>) {
        sound().learning.set(key);
        let Some(key) = key else {
            self.learning = None;
            return self.listen_to_keys();
        };
        // What is pressed now does nothing else.
        self.keys = None;
        let port = self.port.clone();
        let pressed = Rc::new(RefCell::new(None));
        let heard = move |press: Press| {
            let pressed_now = button(&press);
            if press.is_down && press.is_escape {
                port.put(MediaEvent::Learned { key, learned: None });
                return true;
            }
            let is_for_it = pressed_now.is_some();
            if press.is_down {
                pressed.replace(pressed_now);
            } else if is_for_it && *pressed.borrow() == pressed_now {
                // Only now: what a mouse button does by itself, it does when it is let go.
                port.put(MediaEvent::Learned {
                    key,
                    learned: pressed.take(),
                });
            }
            is_for_it
        };
        self.learning = HeldKeys::listen(heard, |_| ());
    }

    pub(super) fn handle_learned(&mut self, key: HeldKey, learned: Option<Button>) -> Wishes {
        self.learning = None;
        sound().learning.set(None);
        let Some(learned) = learned else {
            self.listen_to_keys();
            return Wishes::new();
        };
        let mut choices = sound().choices.get_untracked();
        match key {
            HeldKey::Talk => choices.talk_key = learned.written(),
            HeldKey::Mute => choices.mute_key = learned.written(),
        }
        self.choose_sound(choices)
    }
}

fn wanted(choices: &SoundChoices, device: Option<&str>) -> Wanted {
    let speech = !choices.music;
    Wanted {
        device: device.map(str::to_owned),
        echo: speech && choices.echo,
        noise: speech && choices.noise() == Noise::Browser,
        denoiser: speech && choices.noise() == Noise::Strong,
        gain: speech && choices.gain,
        stereo: choices.music,
    }
}
