//! What a person chooses about sound: microphone, loudspeaker, mute, volumes.

use leptos::prelude::{GetUntracked, Set, Update, WithUntracked};
use parley_client::Engine;
use parley_protocol::json;

use super::{Media, pictures};
use crate::call::driver::choices::{LOUDEST, Preferences};
use crate::call::store::sound::{SoundIntent, sound};
use crate::driver::keeper::Note;
use crate::driver::wish::{Wish, Wishes};
use crate::ids::{AudioDeviceId, UserId};

impl Media {
    pub(super) fn set_muted(
        &mut self,
        muted: bool,
        engine: Option<&mut Engine>,
        now: u64,
    ) -> Wishes {
        self.store.muted.set(muted);
        if !muted {
            self.store.deafened.set(false);
            if self.only_listens() {
                self.open_microphone();
            }
        }
        self.apply_mute();
        self.tell_state(engine, now);
        self.keep_choices()
    }

    pub(super) fn set_deafened(
        &mut self,
        deafened: bool,
        engine: Option<&mut Engine>,
        now: u64,
    ) -> Wishes {
        self.store.deafened.set(deafened);
        self.apply_mute();
        self.tell_state(engine, now);
        self.keep_choices()
    }

    pub(super) fn raise_hand(&self, raised: bool, engine: Option<&mut Engine>, now: u64) {
        self.store.moderation.hand.set(raised);
        self.tell_state(engine, now);
    }

    pub(super) fn set_volume(&mut self, user: UserId, percent: u16) -> Wishes {
        self.store.volumes.update(|volumes| {
            volumes.insert(user, percent.min(LOUDEST));
        });
        self.apply_volumes();
        self.keep_choices()
    }

    /// Changes the microphone, in a call at once.
    pub(super) fn set_input(&mut self, input: Option<AudioDeviceId>) -> Wishes {
        self.store.input.set(input);
        if self.microphone.is_some() {
            self.open_microphone();
        }
        self.keep_choices()
    }

    /// Changes the loudspeaker.
    pub(super) async fn set_output(&mut self, output: Option<AudioDeviceId>) -> Wishes {
        self.store.output.set(output);
        self.apply_output().await;
        self.keep_choices()
    }

    pub(super) async fn apply_output(&mut self) {
        let chosen = self.store.output.get_untracked();
        let Some(playback) = &mut self.playback else {
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
    pub(super) fn watch_audio(&mut self, watch: bool) {
        self.is_watched = watch;
        self.watch_devices();
        if watch {
            self.list_devices();
            self.ask_for_figures();
        } else {
            self.watch_figures();
            self.forget_trial();
            self.act_on_sound(SoundIntent::Learn(None));
        }
    }

    pub(super) fn keep_choices(&self) -> Wishes {
        let store = self.store;
        let volumes = store.volumes.with_untracked(|volumes| {
            volumes
                .iter()
                .map(|(user, percent)| (user.as_str().to_owned(), *percent))
                .collect()
        });
        let text = |id: &Option<AudioDeviceId>| id.as_ref().map(|id| id.as_str().to_owned());
        let chosen = Preferences {
            muted: store.muted.get_untracked(),
            deafened: store.deafened.get_untracked(),
            input: store.input.with_untracked(text),
            output: store.output.with_untracked(text),
            volumes,
            sound: sound().choices.with_untracked(json::write),
            pictures: pictures::kept(),
        };
        vec![Wish::Keep(Note::Voice.with(&chosen))]
    }
}
