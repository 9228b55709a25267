//! One's own camera: seen by oneself first, then given to the others. Another one can take its place at any time.

use leptos::prelude::{GetUntracked, Set};

use super::{Media, PictureEvent};
use crate::call::driver::input::MediaEvent;
use crate::call::store::pictures::{Camera, Giving, PictureProblem, pictures};
use crate::call::text;
use crate::driver::wish::Wishes;
use crate::ids::CameraId;
use crate::platform::capture::webcam::{self, Webcam};
use crate::platform::capture::{CaptureError, LiveTrack};
use crate::platform::microphone::Device;
use crate::platform::task;
use crate::platform::video_view::Shown;

/// The camera in use, if there is one.
#[derive(Default)]
pub(super) struct OwnCamera {
    /// Counts questions to the browser.
    asked: u64,
    in_use: Option<InUse>,
    is_given: bool,
}

struct InUse {
    /// Of the question that brought it.
    number: u64,
    webcam: Webcam,
    shown: Shown,
}

impl OwnCamera {
    /// None any more, and what was asked before is not wanted.
    pub(super) fn after(before: &Self) -> Self {
        Self {
            asked: before.asked + 1,
            ..Self::default()
        }
    }

    pub(super) fn is_on(&self) -> bool {
        self.given().is_some()
    }

    pub(super) fn given(&self) -> Option<&LiveTrack> {
        let in_use = self.in_use.as_ref().filter(|_| self.is_given)?;
        Some(&in_use.webcam.track)
    }

    pub(super) fn stream(&self) -> Option<u64> {
        self.in_use.as_ref().map(|it| it.shown.number())
    }
}

impl Media {
    pub(super) fn open_preview(&mut self) {
        let store = pictures();
        store.preview.set(true);
        if self.pictures.camera.in_use.is_none() {
            self.open_camera();
        }
    }

    pub(super) fn close_preview(&mut self) {
        let store = pictures();
        store.preview.set(false);
        store.problem.set(None);
        if !self.pictures.camera.is_given {
            self.let_camera_go();
        }
    }

    pub(super) fn turn_camera_on(&mut self) {
        pictures().preview.set(false);
        self.pictures.camera.is_given = true;
        if self.pictures.camera.in_use.is_none() {
            return self.open_camera();
        }
        self.give_camera();
    }

    pub(in crate::call::driver::media) fn turn_camera_off(&mut self) {
        self.let_camera_go();
        self.offer_pictures();
        self.show_pictures();
    }

    pub(super) fn choose_camera(&mut self, camera: Option<CameraId>) -> Wishes {
        pictures().chosen.set(camera);
        if self.pictures.camera.in_use.is_some() || pictures().preview.get_untracked() {
            self.open_camera();
        }
        self.keep_choices()
    }

    pub(super) fn set_blur(&mut self, blur: bool) -> Wishes {
        pictures().blur.set(Some(blur));
        if let Some(in_use) = &self.pictures.camera.in_use {
            let (set, port) = (in_use.webcam.set_blur(blur), self.port.clone());
            task::spawn(async move {
                port.put(PictureEvent::Blurred(set.await).into());
            });
        }
        self.keep_choices()
    }

    pub(super) fn set_mirrored(&mut self, mirrored: bool) -> Wishes {
        pictures().mirrored.set(mirrored);
        self.keep_choices()
    }

    /// The browser gave a camera, or did not.
    pub(super) fn handle_camera(&mut self, number: u64, opened: Result<Webcam, CaptureError>) {
        if number != self.pictures.camera.asked {
            return;
        }
        let store = pictures();
        match opened {
            Ok(webcam) => {
                store.problem.set(None);
                store.blur.set(webcam.blur());
                let shown = Shown::new(webcam.track.stream().clone());
                store.own.set(Some(shown.number()));
                self.pictures.camera.in_use = Some(InUse {
                    number,
                    webcam,
                    shown,
                });
                self.list_cameras();
                if self.pictures.camera.is_given {
                    self.give_camera();
                } else {
                    store.camera.set(Giving::Preview);
                }
            }
            Err(error) => self.say_camera(problem(&error)),
        }
    }

    /// Pulled out while it was in use.
    pub(super) fn lose_camera(&mut self, number: u64) {
        let in_use = self.pictures.camera.in_use.as_ref();
        if in_use.is_some_and(|it| it.number == number) {
            self.let_camera_go();
            self.offer_pictures();
            self.show_pictures();
            self.say_camera(PictureProblem::CameraGone);
        }
    }

    pub(super) fn show_cameras(cameras: Vec<Device>) {
        let shown = cameras.into_iter().map(|Device { id, label }| Camera {
            id: id.into(),
            label,
        });
        pictures().cameras.set(shown.collect());
    }

    fn open_camera(&mut self) {
        let store = pictures();
        if self.pictures.camera.in_use.is_none() {
            store.camera.set(Giving::Asking);
        }
        store.problem.set(None);
        self.pictures.camera.asked += 1;
        let number = self.pictures.camera.asked;
        let (port, lost) = (self.port.clone(), self.port.clone());
        let chosen = store.chosen.get_untracked();
        let blur = store.blur.get_untracked().unwrap_or(false);
        task::spawn(async move {
            let lost = move || lost.put(PictureEvent::CameraLost { number }.into());
            let chosen = chosen.as_ref().map(CameraId::as_str);
            let opened = Webcam::open(chosen, blur, lost).await;
            port.put(PictureEvent::Camera { number, opened }.into());
        });
    }

    fn give_camera(&mut self) {
        pictures().camera.set(Giving::On);
        self.offer_pictures();
        self.show_pictures();
    }

    fn let_camera_go(&mut self) {
        self.pictures.camera = OwnCamera::after(&self.pictures.camera);
        let store = pictures();
        store.camera.set(Giving::Off);
        store.own.set(None);
    }

    /// Where the preview is open it says so itself.
    fn say_camera(&mut self, problem: PictureProblem) {
        let store = pictures();
        store.problem.set(Some(problem));
        if self.pictures.camera.in_use.is_none() {
            self.pictures.camera.is_given = false;
            store.camera.set(Giving::Off);
        }
        if !store.preview.get_untracked() {
            self.stores
                .view
                .notify_problem(text::picture_problem(problem));
        }
    }

    fn list_cameras(&self) {
        let port = self.port.clone();
        task::spawn(async move {
            if let Ok(cameras) = webcam::cameras().await {
                port.put(MediaEvent::Picture(PictureEvent::Cameras(cameras)));
            }
        });
    }
}

fn problem(error: &CaptureError) -> PictureProblem {
    match error {
        CaptureError::Refused => PictureProblem::CameraRefused,
        CaptureError::Missing | CaptureError::Unavailable(_) => PictureProblem::CameraMissing,
        CaptureError::Busy => PictureProblem::CameraBusy,
    }
}
