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
pub(super) fn restore(store: CallStore, loaded: &Loaded) -> PictureChoices {
    let kept: Preferences = loaded.note(Note::Voice).unwrap_or_default();
    store.muted.set(kept.muted);
    store.deafened.set(kept.deafened);
    store.input.set(kept.input.map(AudioDeviceId::from));
    store.output.set(kept.output.map(AudioDeviceId::from));
    let volumes = kept
        .volumes
        .into_iter()
        .map(|(user, percent)| (UserId::from(user), percent.min(LOUDEST)));
    store.volumes.set(sorted::map(volumes));
    kept.pictures
}
