//! The test of the microphone: some seconds are recorded as they would be sent, and played back.

use leptos::prelude::{GetUntracked, Set};

use super::{Media, MediaEvent};
use crate::call::driver::input::TrialEvent;
use crate::call::store::sound::{Trial, sound};
use crate::ids::AudioDeviceId;
use crate::platform::clock::Timer;
use crate::platform::microphone_trial::{Played, Recording};
use crate::platform::task;

/// How long is recorded, in milliseconds.
const LENGTH: u64 = 5_000;

/// What is held meanwhile.
#[derive(Default)]
pub(super) struct Trying {
    /// Counts tests: what comes of one that was stopped is let go.
    number: u64,
    recording: Option<Recording>,
    played: Option<Played>,
    timer: Option<Timer>,
}

impl Media {
    pub(super) fn try_microphone(&mut self, on: bool) {
        if !on && self.trying.recording.is_some() {
            return self.play_trial();
        }
        self.forget_trial();
        if !on {
            return;
        }
        sound().trial.set(Trial::Recording);
        let number = self.trying.number;
        let (port, wanted) = (self.port.clone(), self.wanted());
        let levels = self.port.clone();
        let heard = move |level| {
            levels.put(MediaEvent::Trial {
                number,
                event: TrialEvent::Level(level),
            });
        };
        task::spawn(async move {
            let event = TrialEvent::Begun(Recording::start(&wanted, heard).await);
            port.put(MediaEvent::Trial { number, event });
        });
    }

    /// Ends it, whatever it does.
    pub(super) fn forget_trial(&mut self) {
        self.trying = Trying {
            number: self.trying.number + 1,
            ..Trying::default()
        };
        sound().trial.set(Trial::Idle);
        if self.meter.is_none() {
            self.store.level.set(0.0);
        }
    }

    pub(super) fn handle_trial(&mut self, number: u64, event: TrialEvent) {
        if number != self.trying.number {
            return;
        }
        let trial = sound().trial;
        match event {
            TrialEvent::Begun(Ok(recording)) => {
                self.trying.recording = Some(recording);
                let port = self.port.clone();
                let enough = move || {
                    port.put(MediaEvent::Trial {
                        number,
                        event: TrialEvent::Enough,
                    });
                };
                self.trying.timer = Timer::after(LENGTH, enough);
                self.list_devices();
            }
            TrialEvent::Begun(Err(error)) => {
                trial.set(Trial::Failed(super::joining::problem(&error)));
            }
            TrialEvent::Level(level) => {
                if self.trying.recording.is_some() && self.meter.is_none() {
                    self.store.level.set(f64::from(level));
                }
            }
            TrialEvent::Enough => self.play_trial(),
            TrialEvent::Plays(Some(played)) => self.trying.played = Some(played),
            TrialEvent::Plays(None) | TrialEvent::Ended => {
                self.trying.played = None;
                trial.set(Trial::Idle);
            }
        }
    }

    fn play_trial(&mut self) {
        self.trying.timer = None;
        let Some(recording) = self.trying.recording.take() else {
            return;
        };
        sound().trial.set(Trial::Playing);
        if self.meter.is_none() {
            self.store.level.set(0.0);
        }
        let (number, port, ends) = (self.trying.number, self.port.clone(), self.port.clone());
        let output = self.store.output.get_untracked();
        task::spawn(async move {
            let ended = move || {
                ends.put(MediaEvent::Trial {
                    number,
                    event: TrialEvent::Ended,
                });
            };
            let output = output.as_ref().map(AudioDeviceId::as_str);
            let event = TrialEvent::Plays(recording.play(output, ended).await);
            port.put(MediaEvent::Trial { number, event });
        });
    }
}
