//! Into a call and out of it. The microphone comes first, because the browser may ask the person about it, and because
//! each connection is made with it.

use leptos::prelude::{GetUntracked, Set, WithUntracked};
use parley_client::Engine;
use parley_client::engine::ConnectionState;
use parley_client::ringing::MineView;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::ChannelId;

use super::{Media, MediaEvent};
use crate::call::driver::running::RunningCall;
use crate::call::store::sound::sound;
use crate::call::store::{CallProblem, CallState, MyCall};
use crate::call::text;
use crate::driver::convert::{channel_id, millis};
use crate::ids;
use crate::platform::clock::Timer;
use crate::platform::microphone::{Microphone, MicrophoneError};
use crate::platform::playback::Playback;
use crate::platform::task;

/// How long loudspeakers may take to start before a browser is said to hold the sound back, in milliseconds. A headset
/// without a wire takes two seconds.
const STARTING: u64 = 2_500;

/// A relay that is away for no longer than this, in milliseconds, is about to be back: its connection was replaced, or it
/// was started anew.
const BREAK: u64 = 10_000;

impl Media {
    /// Begins to join. The call before was left, and what it still wanted is done.
    pub(super) fn join(&mut self, channel: ids::ChannelId, engine: Option<&mut Engine>, now: u64) {
        let Some(engine) = engine else { return };
        self.store.mine.set(Some(MyCall {
            channel,
            state: CallState::Joining,
            since: millis(now),
        }));
        if sound().choices.with_untracked(|choices| choices.join_muted) {
            self.store.muted.set(true);
        }
        if !self.store.is_possible.get_untracked() {
            return self.fail(CallProblem::NotPossible);
        }
        match *engine.connection() {
            // While it still connects, the engine asks to join as soon as the relay answers.
            ConnectionState::Online | ConnectionState::Connecting => self.open_microphone(),
            ConnectionState::Offline { since, .. } if now.saturating_sub(since) < BREAK => {
                engine.handle_online_hint(now);
                self.open_microphone();
            }
            ConnectionState::Offline { .. } | ConnectionState::SignedOut(_) => {
                self.fail(CallProblem::RelayUnreachable);
            }
        }
    }

    /// The browser gave the microphone, or did not.
    pub(super) fn handle_microphone(
        &mut self,
        stay: u64,
        opened: Result<Microphone, MicrophoneError>,
        engine: Option<&mut Engine>,
        now: u64,
    ) {
        if stay != self.stay {
            return;
        }
        self.asked.is_opening = false;
        let was_lost = std::mem::take(&mut self.asked.is_lost);
        let view = self.stores.view;
        let is_joining = self.microphone.is_none();
        if was_lost && opened.is_ok() {
            view.notify(
                "That microphone is gone. You are heard through the one that the system chose.",
            );
        }
        if opened.as_ref().is_ok_and(Microphone::is_makeshift) {
            view.notify_problem(
                "Strong noise suppression could not be loaded. The browser's is used.",
            );
        }
        match opened {
            Ok(microphone) if is_joining => self.enter_call(microphone, engine, now),
            Ok(microphone) => {
                self.store.listening.set(None);
                self.change_microphone(microphone);
                self.tell_state(engine, now);
            }
            Err(error) if is_joining => match Microphone::silent() {
                Ok(silent) => {
                    self.store.listening.set(Some(problem(&error)));
                    self.enter_call(silent, engine, now);
                }
                Err(_) => self.fail(problem(&error)),
            },
            // The others go on, and so does what is heard of them.
            Err(error) if was_lost => {
                self.store.listening.set(Some(problem(&error)));
                if let Ok(silent) = Microphone::silent() {
                    self.change_microphone(silent);
                }
                self.tell_state(engine, now);
            }
            Err(error) if self.only_listens() => {
                self.store.listening.set(Some(problem(&error)));
                view.notify_problem(text::problem(problem(&error)));
            }
            Err(_) => {
                view.notify_problem("That microphone can't be used. The one before is still on.");
            }
        }
    }

    fn enter_call(&mut self, microphone: Microphone, mut engine: Option<&mut Engine>, now: u64) {
        let mine = self.store.mine.get_untracked();
        let Some(channel) = mine.and_then(|call| channel_id(&call.channel)) else {
            return;
        };
        if engine.as_deref().is_some_and(|it| !is_there(&channel, it)) {
            return self.fail(CallProblem::NotAllowed);
        }
        self.open_playback();
        self.change_microphone(microphone);
        self.ask_for_figures();
        if let Some(engine) = engine.as_deref_mut() {
            engine.join_voice(channel, now);
        }
        self.tell_state(engine, now);
    }

    /// Whether this call has no microphone.
    pub(super) fn only_listens(&self) -> bool {
        self.microphone.as_ref().is_some_and(Microphone::is_silent)
    }

    /// Asks the browser for the chosen microphone; the answer comes through the port.
    pub(super) fn open_microphone(&mut self) {
        self.asked.is_opening = true;
        let (port, lost, stay) = (self.port.clone(), self.port.clone(), self.stay);
        let wanted = self.wanted();
        task::spawn(async move {
            let lost = move || lost.put(MediaEvent::MicrophoneLost { stay });
            let opened = Microphone::open(&wanted, lost).await;
            port.put(MediaEvent::Microphone { stay, opened });
        });
    }

    /// Speaks into this microphone from now on.
    fn change_microphone(&mut self, microphone: Microphone) {
        self.meter = None;
        self.talk.set_valve(Some(microphone.valve()));
        self.microphone = Some(microphone);
        self.apply_mute();
        self.listen_to_keys();
        self.watch_devices();
        self.list_devices();
    }

    fn open_playback(&mut self) {
        let port = self.port.clone();
        let opened = Playback::new(move || port.put(MediaEvent::PlaybackChanged));
        // Without loudspeakers one can still speak.
        self.playback = opened.ok();
        self.apply_sound();
        let port = self.port.clone();
        let started = move || port.put(MediaEvent::PlaybackStarted);
        self.starting = Timer::after(STARTING, started);
        if self.store.output.get_untracked().is_some() {
            self.port.put(MediaEvent::ApplyOutput);
        }
    }

    /// The relay did not let this device in.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "whatever else it says, it is of no use for a call now"
    )]
    pub(super) fn refuse(&mut self, code: &ErrorCode) {
        self.fail(match code {
            ErrorCode::Full => CallProblem::Full,
            ErrorCode::NotPermitted | ErrorCode::UnknownChannel | ErrorCode::Rejected { .. } => {
                CallProblem::NotAllowed
            }
            _ => CallProblem::RelayUnreachable,
        });
    }

    /// No call came about. It stays on the screen with its reason; microphone and loudspeakers are let go.
    fn fail(&mut self, problem: CallProblem) {
        let mine = self.store.mine.get_untracked();
        self.end();
        self.store.mine.set(mine.map(|call| MyCall {
            state: CallState::Failed(problem),
            ..call
        }));
    }
}

/// Whether there is still something to join: a channel may have gone while the microphone opened, and so may a direct
/// call. To join its room then would end the one that came in its place.
fn is_there(channel: &ChannelId, engine: &Engine) -> bool {
    let is_room = |it: MineView| it.room == *channel;
    engine.community().channels().contains_key(channel)
        || engine.ringing().mine.is_some_and(is_room)
}

pub(super) fn problem(error: &MicrophoneError) -> CallProblem {
    match error {
        MicrophoneError::Refused => CallProblem::MicrophoneRefused,
        MicrophoneError::Busy => CallProblem::MicrophoneBusy,
        MicrophoneError::Insecure => CallProblem::MicrophoneInsecure,
        MicrophoneError::Missing | MicrophoneError::Unavailable(_) => {
            CallProblem::MicrophoneMissing
        }
    }
}
