//! Pictures and sound of one other device: which of its tracks is what, and what it looks at of this one's.

use litemap::LiteMap;
use parley_client::call::PeerId;
use parley_client::call::control::{
    ControlError, ControlIntake, ControlMessage, MAX_TRACKS, TrackKind, TrackNote, Viewed,
};
use parley_client::call::sending::{Encoding, Uplink};

use super::Media;
use crate::call::store::pictures::{Picture, PictureId, PictureKind};
use crate::ids::DeviceId;
use crate::platform::peer_connection::{ControlNews, PeerNews, RemoteTrack, TrackSender};
use crate::platform::playback::Sink;
use crate::platform::video_view::Shown;

/// What goes between this device and another one beside voices.
#[derive(Default)]
pub(in crate::call::driver::media) struct PeerPictures {
    pub(super) is_open: bool,
    intake: ControlIntake,
    /// Tracks that came, by media section.
    tracks: LiteMap<String, (RemoteTrack, Shown)>,
    /// What they are, as the other side said last.
    notes: Vec<TrackNote>,
    /// Sound of the other screen.
    sound: Option<(String, Sink)>,
    /// What the other side looks at.
    pub(super) looks_at: Vec<Viewed>,
    pub(super) uplink: Uplink,
    /// One's own tracks, by what they are.
    pub(super) senders: LiteMap<TrackKind, OwnTrack>,
    /// What the other side was told of them.
    pub(super) told_tracks: Vec<TrackNote>,
    /// What the other side was told of what is looked at here.
    pub(super) told_looks: Vec<Viewed>,
}

/// One's own track on its way to another device.
pub(super) struct OwnTrack {
    pub(super) sender: TrackSender,
    /// Something is in it.
    pub(super) is_given: bool,
    pub(super) encoding: Option<Encoding>,
}

impl PeerPictures {
    /// The other side's pictures, those that are on their way with them.
    pub(super) fn shown(&self, device: &DeviceId) -> impl Iterator<Item = Picture> {
        self.notes.iter().filter_map(|note| {
            let kind = match note.track {
                TrackKind::Camera => PictureKind::Camera,
                TrackKind::Screen => PictureKind::Screen,
                TrackKind::ScreenSound | TrackKind::Unknown => return None,
            };
            let stream = self.tracks.get(&note.mid);
            Some(Picture {
                id: PictureId {
                    device: device.clone(),
                    kind,
                },
                stream: stream.map(|(_, shown)| shown.number()),
            })
        })
    }

    pub(in crate::call::driver::media) fn set_volume(&self, percent: u16) {
        if let Some((_, sink)) = &self.sound {
            sink.set_loudness(f32::from(percent) / 100.0);
        }
    }

    /// The sound of the other screen, which is to be played.
    fn sound_track(&self) -> Option<&RemoteTrack> {
        let mut notes = self.notes.iter();
        let note = notes.find(|note| note.track == TrackKind::ScreenSound)?;
        self.tracks.get(&note.mid).map(|(track, _)| track)
    }

    fn keep(&mut self, track: RemoteTrack) {
        let is_known = self.tracks.contains_key(&track.mid);
        // More than this program gives is not expected of anybody.
        if is_known || self.tracks.len() < MAX_TRACKS {
            let shown = Shown::new(track.stream());
            self.tracks.insert(track.mid.clone(), (track, shown));
        }
    }
}

impl Media {
    /// Another device said something, or a track of it came.
    pub(super) fn handle_news(&mut self, peer: PeerId, news: PeerNews, now: u64) {
        let Some(connected) = self.peers.get_mut(&peer) else {
            return;
        };
        let pictures = &mut connected.pictures;
        match news {
            PeerNews::Track(track) => pictures.keep(track),
            PeerNews::Control(ControlNews::Open) => {
                pictures.is_open = true;
                self.name_tracks(peer);
                self.tell_looks();
            }
            PeerNews::Control(ControlNews::Said(text)) => match pictures.intake.take(&text, now) {
                Ok(ControlMessage::Tracks { tracks }) => pictures.notes = tracks,
                Ok(ControlMessage::Viewing { pictures: looks }) => {
                    pictures.looks_at = looks;
                    return self.plan();
                }
                Err(ControlError::TooMany) => return connected.connection.close_control(),
                // What cannot be read changes nothing.
                Ok(ControlMessage::Unknown)
                | Err(
                    ControlError::TooLong { .. }
                    | ControlError::Malformed
                    | ControlError::TooManyTracks { .. }
                    | ControlError::OutOfBounds,
                ) => return,
            },
        }
        self.play_screen(peer);
        self.show_pictures();
    }

    /// Plays the sound of somebody's screen as long as there is one.
    fn play_screen(&mut self, peer: PeerId) {
        let Some(connected) = self.peers.get_mut(&peer) else {
            return;
        };
        let track = connected.pictures.sound_track().cloned();
        let playing = connected
            .pictures
            .sound
            .as_ref()
            .map(|(mid, _)| mid.clone());
        if track.as_ref().map(|track| track.mid.clone()) == playing {
            return;
        }
        connected.pictures.sound = None;
        if let Some((track, playback)) = track.zip(self.playback.as_ref())
            && let Ok(sink) = playback.sink(&track.sound())
        {
            connected.pictures.sound = Some((track.mid, sink));
        }
        self.apply_volumes();
    }
}
