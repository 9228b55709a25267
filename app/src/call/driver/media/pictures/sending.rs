//! One's own pictures on their way: each other device has senders of its own, told what they are and how to send.

use parley_client::call::PeerId;
use parley_client::call::control::{ControlMessage, TrackKind, TrackNote};
use parley_client::call::sending::{self, Content, Source, Uplink, Viewer};

use super::theirs::OwnTrack;
use super::{Media, PictureEvent};
use crate::platform::clock::Timer;
use crate::platform::task;

/// Between two looks at what fits through, in milliseconds. More often costs power; less often a bad way lasts longer.
const INTERVAL: u64 = 3_000;

/// When it is looked at again what fits through.
#[derive(Default)]
pub(super) struct Uplinks {
    due: Option<Timer>,
}

impl Media {
    /// Everybody gets what is given now, and nothing else.
    pub(in crate::call::driver::media) fn offer_pictures(&mut self) {
        for (_, connected) in self.peers.iter_mut() {
            let senders = &mut connected.pictures.senders;
            for (kind, track) in self.pictures.given() {
                if let Some(own) = senders.get_mut(&kind) {
                    own.sender.replace(Some(track));
                    own.is_given = true;
                } else if let Some(sender) = connected.connection.add_track(kind, track) {
                    let own = OwnTrack {
                        sender,
                        is_given: true,
                        encoding: None,
                    };
                    senders.insert(kind, own);
                }
            }
            for (kind, own) in senders {
                let is_given = self.pictures.given().any(|(given, _)| given == *kind);
                if own.is_given && !is_given {
                    own.sender.replace(None);
                    own.is_given = false;
                }
            }
        }
        let peers: Vec<PeerId> = self.peers.keys().copied().collect();
        for peer in peers {
            self.name_tracks(peer);
        }
        self.plan();
    }

    /// Tells a device what one's tracks are, as soon as a description names them, and whenever that changed.
    pub(in crate::call::driver::media) fn name_tracks(&mut self, peer: PeerId) {
        let Some(connected) = self.peers.get_mut(&peer) else {
            return;
        };
        let pictures = &mut connected.pictures;
        let given = pictures.senders.iter().filter(|(_, own)| own.is_given);
        let notes: Vec<TrackNote> = given
            .filter_map(|(kind, own)| {
                Some(TrackNote {
                    mid: own.sender.mid()?,
                    track: *kind,
                })
            })
            .collect();
        if pictures.is_open && pictures.told_tracks != notes {
            pictures.told_tracks.clone_from(&notes);
            let message = ControlMessage::Tracks { tracks: notes };
            connected.connection.say(&message.write());
        }
    }

    /// Sends what is looked at, as large as it is looked at, and nothing else.
    pub(super) fn plan(&mut self) {
        let sources: Vec<Source> = self
            .pictures
            .given()
            .filter(|(kind, _)| *kind != TrackKind::ScreenSound)
            .map(|(track, live)| {
                let (width, height) = live.size();
                Source {
                    track,
                    width,
                    height,
                    content: live.content(),
                }
            })
            .collect();
        let viewers: Vec<Viewer<PeerId>> = self
            .peers
            .iter()
            .map(|(peer, connected)| Viewer {
                id: *peer,
                looks_at: connected.pictures.looks_at.clone(),
                uplink: connected.pictures.uplink,
            })
            .collect();
        let mut is_active = false;
        for sent in sending::plan(&sources, &viewers) {
            is_active |= sent.encoding.is_active;
            let content = sources.iter().find(|source| source.track == sent.track);
            let content = content.map_or(Content::Motion, |source| source.content);
            let own = self.peers.get_mut(&sent.to);
            let own = own.and_then(|it| it.pictures.senders.get_mut(&sent.track));
            if let Some(own) = own
                && own.encoding != Some(sent.encoding)
            {
                own.encoding = Some(sent.encoding);
                own.sender.set(sent.encoding, content);
            }
        }
        if !is_active {
            self.pictures.uplinks.due = None;
        } else if self.pictures.uplinks.due.is_none() {
            let due = self.later(PictureEvent::UplinksDue);
            self.pictures.uplinks.due = Timer::after(INTERVAL, due);
        }
    }

    pub(super) fn ask_for_uplinks(&mut self) {
        self.pictures.uplinks.due = None;
        for (peer, connected) in &self.peers {
            if connected.pictures.looks_at.is_empty() {
                continue;
            }
            let (asked, port, peer) = (connected.connection.uplink(), self.port.clone(), *peer);
            task::spawn(async move {
                if let Some(uplink) = asked.await {
                    port.put(PictureEvent::Uplink { peer, uplink }.into());
                }
            });
        }
        // A window that is shared may have another size by now.
        self.plan();
    }

    pub(super) fn handle_uplink(&mut self, peer: PeerId, uplink: Uplink) {
        if let Some(connected) = self.peers.get_mut(&peer) {
            connected.pictures.uplink = uplink;
            self.plan();
        }
    }
}
