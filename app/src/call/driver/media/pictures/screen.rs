//! One's own screen, window or tab, with its sound. The browser asks what it shall be, and may end it at any time.

use leptos::prelude::{GetUntracked, Set};
use parley_client::call::sending::Content;

use super::{Media, PictureEvent};
use crate::call::store::pictures::{Giving, PictureProblem, ScreenContent, pictures};
use crate::call::text;
use crate::driver::wish::Wishes;
use crate::platform::capture::screen::ScreenCapture;
use crate::platform::capture::{CaptureError, LiveTrack};
use crate::platform::task;
use crate::platform::video_view::Shown;

/// What is shared, if something is.
#[derive(Default)]
pub(super) struct OwnScreen {
    /// Counts questions to the browser.
    asked: u64,
    shared: Option<Shared>,
}

struct Shared {
    /// Of the question that brought it.
    number: u64,
    capture: ScreenCapture,
    shown: Shown,
}

impl OwnScreen {
    /// Nothing any more, and what was asked before is not wanted.
    pub(super) fn after(before: &Self) -> Self {
        Self {
            asked: before.asked + 1,
            shared: None,
        }
    }

    pub(super) fn is_on(&self) -> bool {
        self.shared.is_some()
    }

    pub(super) fn given(&self) -> Option<&LiveTrack> {
        self.shared.as_ref().map(|it| &it.capture.picture)
    }

    pub(super) fn sound(&self) -> Option<&LiveTrack> {
        self.shared.as_ref()?.capture.sound.as_ref()
    }

    pub(super) fn stream(&self) -> Option<u64> {
        self.shared.as_ref().map(|it| it.shown.number())
    }
}

impl Media {
    pub(super) fn ask_for_screen(&mut self) {
        self.pictures.screen.asked += 1;
        let number = self.pictures.screen.asked;
        let store = pictures();
        if !self.pictures.screen.is_on() {
            store.screen.set(Giving::Asking);
        }
        let content = content(store.content.get_untracked());
        let (port, ended) = (self.port.clone(), self.port.clone());
        task::spawn(async move {
            let ended = move || ended.put(PictureEvent::ScreenEnded { number }.into());
            let opened = ScreenCapture::open(content, ended).await;
            port.put(PictureEvent::Screen { number, opened }.into());
        });
    }

    /// The person chose something, or did not.
    pub(super) fn handle_screen(
        &mut self,
        number: u64,
        opened: Result<ScreenCapture, CaptureError>,
    ) {
        if number != self.pictures.screen.asked {
            return;
        }
        match opened {
            Ok(capture) => {
                let shown = Shown::new(capture.picture.stream().clone());
                self.pictures.screen.shared = Some(Shared {
                    number,
                    capture,
                    shown,
                });
                pictures().screen.set(Giving::On);
            }
            Err(error) => {
                // What was shared before still is.
                if self.pictures.screen.is_on() {
                    return;
                }
                pictures().screen.set(Giving::Off);
                let problem = match error {
                    CaptureError::Refused => PictureProblem::ScreenRefused,
                    CaptureError::Missing | CaptureError::Busy | CaptureError::Unavailable(_) => {
                        PictureProblem::ScreenUnavailable
                    }
                };
                self.stores
                    .view
                    .notify_problem(text::picture_problem(problem));
            }
        }
        self.offer_pictures();
        self.show_pictures();
    }

    pub(in crate::call::driver::media) fn stop_sharing(&mut self) {
        self.pictures.screen = OwnScreen::after(&self.pictures.screen);
        pictures().screen.set(Giving::Off);
        self.offer_pictures();
        self.show_pictures();
    }

    /// Ended by the browser, or with the window that was shared.
    pub(super) fn lose_screen(&mut self, number: u64) {
        let shared = self.pictures.screen.shared.as_ref();
        if shared.is_some_and(|it| it.number == number) {
            self.stop_sharing();
            self.stores
                .view
                .notify("Your screen isn't shared any more.");
        }
    }

    pub(super) fn set_content(&mut self, chosen: ScreenContent) -> Wishes {
        pictures().content.set(chosen);
        if let Some(shared) = &mut self.pictures.screen.shared {
            shared.capture.picture.set_content(content(chosen));
        }
        self.plan();
        self.keep_choices()
    }
}

fn content(chosen: ScreenContent) -> Content {
    match chosen {
        ScreenContent::Detail => Content::Detail,
        ScreenContent::Motion => Content::Motion,
    }
}
