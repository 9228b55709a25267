//! What a person chose about sound and pictures, as it is kept between calls and visits.

use leptos::prelude::Set;
use parley_client::sorted;
use serde::{Deserialize, Serialize};

use crate::call::store::CallStore;
use crate::driver::keeper::{Loaded, Note};
use crate::ids::{AudioDeviceId, UserId};

/// The loudest that a person can be made, in percent.
pub(super) const LOUDEST: u16 = 200;

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Preferences {
    pub(super) muted: bool,
    pub(super) deafened: bool,
    pub(super) input: Option<String>,
    pub(super) output: Option<String>,
    pub(super) volumes: Vec<(String, u16)>,
    /// `SoundChoices`, as a text of its own: what reads it comes later.
    pub(super) sound: String,
    pub(super) pictures: PictureChoices,
}

/// What a person chose about their camera and screen.
#[derive(Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct PictureChoices {
    pub(super) camera: Option<String>,
    pub(super) blur: bool,
    /// They see themselves as others do.
    pub(super) unmirrored: bool,
    /// What they share moves.
    pub(super) motion: bool,
}

/// Shows what was chosen on an earlier visit. What concerns pictures waits for them.
pub(super) fn restore(store: &CallStore, loaded: &Loaded) -> PictureChoices {
    let kept: Preferences = loaded.note(Note::Voice).unwrap_or_default();
    store.muted.set(kept.muted);
    store.deafened.set(kept.deafened);
    store.input.set(kept.input.map(AudioDeviceId::from));
    store.output.set(kept.output.map(AudioDeviceId::from));
    store.kept_sound.set(kept.sound);
    let volumes = kept
        .volumes
        .into_iter()
        .map(|(user, percent)| (UserId::from(user), percent.min(LOUDEST)));
    store.volumes.set(sorted::map(volumes));
    kept.pictures
}

#[cfg(test)]
mod tests {
    use parley_protocol::json;

    use crate::call::store::sound::{Noise, SoundChoices};

    #[test]
    fn what_was_chosen_about_sound_is_read_back() {
        for noise in Noise::ALL {
            let mut choices = SoundChoices::default();
            choices.set_noise(noise);
            choices.gate = Some(-40);
            let text = json::write(&choices);
            assert_eq!(json::read::<SoundChoices>(&text).unwrap(), choices);
        }
    }

    #[test]
    fn what_an_older_version_kept_is_completed() {
        let kept: SoundChoices = json::read(r#"{"push_to_talk":true}"#).unwrap();
        assert!(kept.push_to_talk && kept.echo && kept.limit);
        assert_eq!(kept.noise(), Noise::Browser);
        assert_eq!(Noise::parse("unknown"), Noise::Browser);
    }
}
