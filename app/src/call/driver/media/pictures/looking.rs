//! Which pictures of the others are looked at here, and how large they are. Whoever gives them is told once that has
//! been the same for a moment: a window that is drawn larger changes at every frame.

use std::collections::BTreeMap;

use parley_client::call::control::{ControlMessage, TrackKind, Viewed};

use super::{Media, PictureEvent};
use crate::call::store::pictures::{PictureId, PictureKind};
use crate::ids::DeviceId;
use crate::platform::clock::Timer;

/// How long, in milliseconds.
const SETTLES: u64 = 120;

/// What is looked at.
#[derive(Default)]
pub(super) struct Looking {
    at: BTreeMap<PictureId, (u32, u32)>,
    settling: Option<Timer>,
}

impl Media {
    pub(super) fn look(&mut self, picture: PictureId, width: u32, height: u32) {
        let looking = &mut self.pictures.looking;
        if width == 0 || height == 0 {
            looking.at.remove(&picture);
        } else {
            looking.at.insert(picture, (width, height));
        }
        if looking.settling.is_none() {
            let settled = self.later(PictureEvent::LooksSettled);
            self.pictures.looking.settling = Timer::after(SETTLES, settled);
        }
    }

    pub(super) fn tell_looks(&mut self) {
        self.pictures.looking.settling = None;
        for (peer, connected) in &mut self.peers {
            let device = DeviceId::from(peer.device.to_string());
            let at = self.pictures.looking.at.iter();
            let looks: Vec<Viewed> = at
                .filter(|(picture, _)| picture.device == device)
                .map(|(picture, (width, height))| Viewed {
                    track: match picture.kind {
                        PictureKind::Camera => TrackKind::Camera,
                        PictureKind::Screen => TrackKind::Screen,
                    },
                    width: *width,
                    height: *height,
                })
                .collect();
            let pictures = &mut connected.pictures;
            if pictures.is_open && pictures.told_looks != looks {
                pictures.told_looks.clone_from(&looks);
                let message = ControlMessage::Viewing { pictures: looks };
                connected.connection.say(&message.write());
            }
        }
    }
}
