//! Cameras and screens of the call, as far as they are the browser's: one's own, those of the others, and what of it is
//! sent. Which picture is sent how is decided in [`parley_client::call::sending`].

mod camera;
mod looking;
mod screen;
mod sending;
mod theirs;

use leptos::prelude::{GetUntracked, Set, WithUntracked};
use parley_client::Engine;
use parley_client::call::PeerId;
use parley_client::call::control::TrackKind;

use super::{Media, MediaEvent};
use crate::call::driver::choices::PictureChoices;
use crate::call::driver::input::PictureEvent;
use crate::call::store::pictures::{
    Giving, Picture, PictureId, PictureIntent, PictureKind, ScreenContent, pictures,
};
use crate::driver::set_changed::set_changed;
use crate::driver::wish::Wishes;
use crate::ids::{CameraId, DeviceId};
use crate::platform::capture::{self, LiveTrack};

use self::camera::OwnCamera;
use self::looking::Looking;
use self::screen::OwnScreen;
use self::sending::Uplinks;
pub(super) use self::theirs::PeerPictures;

/// Shows what was chosen on an earlier visit.
pub(super) fn restore(kept: &PictureChoices) {
    let store = pictures();
    store.chosen.set(kept.camera.as_deref().map(CameraId::from));
    store.blur.set(kept.blur.then_some(true));
    store.mirrored.set(!kept.unmirrored);
    if kept.motion {
        store.content.set(ScreenContent::Motion);
    }
    store.can_share.set(capture::screen::is_possible());
}

/// What is chosen now, to be kept.
pub(super) fn kept() -> PictureChoices {
    let store = pictures();
    let camera = store.chosen.get_untracked();
    PictureChoices {
        camera: camera.map(|id| id.as_str().to_owned()),
        blur: store.blur.get_untracked() == Some(true),
        unmirrored: !store.mirrored.get_untracked(),
        motion: store.content.get_untracked() == ScreenContent::Motion,
    }
}

/// One's own pictures, and what one looks at.
#[derive(Default)]
pub(super) struct Pictures {
    camera: OwnCamera,
    screen: OwnScreen,
    looking: Looking,
    uplinks: Uplinks,
}

impl Pictures {
    pub(super) fn camera_is_on(&self) -> bool {
        self.camera.is_on()
    }

    pub(super) fn screen_is_on(&self) -> bool {
        self.screen.is_on()
    }

    /// What is given to the others now.
    fn given(&self) -> impl Iterator<Item = (TrackKind, &LiveTrack)> {
        let camera = self.camera.given().map(|track| (TrackKind::Camera, track));
        let screen = self.screen.given().map(|track| (TrackKind::Screen, track));
        let sound = self.screen.sound();
        let sound = sound.map(|track| (TrackKind::ScreenSound, track));
        camera.into_iter().chain(screen).chain(sound)
    }
}

impl Media {
    pub(super) fn act_on_picture(
        &mut self,
        intent: PictureIntent,
        engine: Option<&mut Engine>,
        now: u64,
    ) -> Wishes {
        match intent {
            PictureIntent::OpenPreview => self.open_preview(),
            PictureIntent::ClosePreview => self.close_preview(),
            PictureIntent::TurnCameraOn => self.turn_camera_on(),
            PictureIntent::TurnCameraOff => self.turn_camera_off(),
            PictureIntent::ChooseCamera(camera) => return self.choose_camera(camera),
            PictureIntent::SetBlur(blur) => return self.set_blur(blur),
            PictureIntent::SetMirrored(mirrored) => return self.set_mirrored(mirrored),
            PictureIntent::ShareScreen => self.ask_for_screen(),
            PictureIntent::StopSharing => self.stop_sharing(),
            PictureIntent::SetContent(content) => return self.set_content(content),
            PictureIntent::Looked {
                picture,
                width,
                height,
            } => self.look(picture, width, height),
        }
        self.tell_state(engine, now);
        Wishes::new()
    }

    pub(super) fn take_picture(
        &mut self,
        event: PictureEvent,
        engine: Option<&mut Engine>,
        now: u64,
    ) -> Wishes {
        match event {
            PictureEvent::Camera { number, opened } => self.handle_camera(number, opened),
            PictureEvent::CameraLost { number } => self.lose_camera(number),
            PictureEvent::Cameras(cameras) => Self::show_cameras(cameras),
            PictureEvent::Blurred(blur) => pictures().blur.set(blur),
            PictureEvent::Screen { number, opened } => self.handle_screen(number, opened),
            PictureEvent::ScreenEnded { number } => self.lose_screen(number),
            PictureEvent::News { peer, news } => self.handle_news(peer, news, now),
            PictureEvent::LooksSettled => self.tell_looks(),
            PictureEvent::UplinksDue => self.ask_for_uplinks(),
            PictureEvent::Uplink { peer, uplink } => self.handle_uplink(peer, uplink),
        }
        self.tell_state(engine, now);
        Wishes::new()
    }

    /// The call is over: nothing is captured any more.
    pub(super) fn end_pictures(&mut self) {
        self.pictures = Pictures {
            // Late answers of the browser still know their question.
            camera: OwnCamera::after(&self.pictures.camera),
            screen: OwnScreen::after(&self.pictures.screen),
            ..Pictures::default()
        };
        let store = pictures();
        store.camera.set(Giving::Off);
        store.screen.set(Giving::Off);
        store.own.set(None);
        store.preview.set(false);
        store.pinned.set(None);
        store.spoke.set(None);
        set_changed(store.all, Vec::new());
        self.store.stage_shown.set(false);
        self.store.stage_kept.set(false);
    }

    /// Shows whose pictures there are.
    pub(super) fn show_pictures(&self) {
        let mut all = Vec::new();
        if let Some(me) = self.own_device() {
            let own = |kind, stream| Picture {
                id: PictureId {
                    device: me.clone(),
                    kind,
                },
                stream: Some(stream),
            };
            let camera = self.pictures.camera.stream();
            let camera = camera.filter(|_| self.pictures.camera_is_on());
            all.extend(camera.map(|stream| own(PictureKind::Camera, stream)));
            let screen = self.pictures.screen.stream();
            all.extend(screen.map(|stream| own(PictureKind::Screen, stream)));
        }
        let watched = |peer: &PeerId| self.watches(&peer.device);
        for (peer, connected) in self.peers.iter().filter(|(peer, _)| watched(peer)) {
            let device = DeviceId::from(peer.device.to_string());
            all.extend(connected.pictures.shown(&device));
        }
        set_changed(pictures().all, all);
    }

    fn own_device(&self) -> Option<DeviceId> {
        let me = self.stores.community.me;
        me.with_untracked(|me| me.as_ref().map(|me| me.device.clone()))
    }

    fn later(&self, event: PictureEvent) -> impl FnOnce() + 'static + use<> {
        let port = self.port.clone();
        move || port.put(MediaEvent::Picture(event))
    }
}
