//! Into a call and out of it. The microphone comes first, because the browser may ask the person about it, and because
//! each connection is made with it.

use leptos::prelude::{GetUntracked, Set};
use parley_client::engine::ConnectionState;
use parley_protocol::error::ErrorCode;

use super::{Sound, Voice};
use crate::call::store::{CallProblem, CallState, MyCall};
use crate::call::text;
use crate::ids;
use crate::platform::clock::Timer;
use crate::platform::microphone::{Microphone, MicrophoneError};
use crate::platform::playback::Playback;
use crate::platform::{clock, task};
use crate::shell::driver::coordinator::Driver;
use crate::shell::driver::inbox::Input;
use crate::shell::driver::intents::channel_id;

/// How long loudspeakers may take to start before a browser is said to hold the sound back, in milliseconds. A headset
/// without a wire takes two seconds.
const STARTING: u64 = 2_500;

impl Driver {
    pub async fn join_voice(&mut self, id: &ids::ChannelId) {
        self.leave_voice();
        // What the call before still wants is done before the new one shows.
        self.pump().await;
        let Some(engine) = &self.engine else { return };
        #[expect(
            clippy::cast_precision_loss,
            reason = "times of this age are far below 2^53"
        )]
        let since = clock::now() as f64;
        self.stores.call.mine.set(Some(MyCall {
            channel: id.clone(),
            state: CallState::Joining,
            since,
        }));
        if !self.stores.call.is_possible.get_untracked() {
            return self.voice.fail(CallProblem::NotPossible);
        }
        match engine.connection() {
            // While it still connects, the engine asks to join as soon as the relay answers.
            ConnectionState::Online | ConnectionState::Connecting => self.voice.open_microphone(),
            ConnectionState::Offline { .. } | ConnectionState::SignedOut(_) => {
                self.voice.fail(CallProblem::RelayUnreachable);
            }
        }
    }

    pub fn leave_voice(&mut self) {
        self.with_engine(parley_client::Engine::leave_voice);
        self.voice.end();
    }

    /// The browser gave the microphone, or did not.
    pub fn handle_microphone(&mut self, stay: u64, opened: Result<Microphone, MicrophoneError>) {
        if stay != self.voice.stay {
            return;
        }
        let is_joining = self.voice.microphone.is_none();
        match opened {
            Ok(microphone) if is_joining => self.enter_call(microphone),
            Ok(microphone) => {
                self.stores.call.listening.set(None);
                self.voice.change_microphone(microphone);
                self.tell_voice_state();
            }
            Err(error) if is_joining => match Microphone::silent() {
                Ok(silent) => {
                    self.stores.call.listening.set(Some(problem(&error)));
                    self.enter_call(silent);
                }
                Err(_) => self.voice.fail(problem(&error)),
            },
            Err(error) if self.voice.only_listens() => {
                self.stores.call.listening.set(Some(problem(&error)));
                self.stores
                    .view
                    .notify_problem(text::problem(problem(&error)));
            }
            Err(_) => self
                .stores
                .view
                .notify_problem("That microphone can't be used. The one before is still on."),
        }
    }

    fn enter_call(&mut self, microphone: Microphone) {
        let mine = self.stores.call.mine.get_untracked();
        let Some(channel) = mine.and_then(|call| channel_id(&call.channel)) else {
            return;
        };
        self.voice.open_playback();
        self.voice.change_microphone(microphone);
        self.voice.ask_for_figures();
        self.with_engine(|engine, now| engine.join_voice(channel, now));
        self.tell_voice_state();
    }
}

impl Voice {
    /// Whether this call has no microphone.
    pub fn only_listens(&self) -> bool {
        self.microphone.as_ref().is_some_and(Microphone::is_silent)
    }

    /// Asks the browser for the chosen microphone; the answer comes through the inbox.
    pub fn open_microphone(&self) {
        let (inbox, lost, stay) = (self.inbox.clone(), self.inbox.clone(), self.stay);
        let chosen = self.store.input.get_untracked();
        task::spawn(async move {
            let lost = move || lost.put(Input::Sound(Sound::MicrophoneLost { stay }));
            let opened =
                Microphone::open(chosen.as_ref().map(ids::AudioDeviceId::as_str), lost).await;
            inbox.put(Input::Sound(Sound::Microphone { stay, opened }));
        });
    }

    /// Speaks into this microphone from now on.
    fn change_microphone(&mut self, microphone: Microphone) {
        self.meter = None;
        self.microphone = Some(microphone);
        self.apply_mute();
        self.list_devices();
    }

    fn open_playback(&mut self) {
        let inbox = self.inbox.clone();
        let opened = Playback::new(move || inbox.put(Input::Sound(Sound::PlaybackChanged)));
        // Without loudspeakers one can still speak.
        self.playback = opened.ok();
        let inbox = self.inbox.clone();
        let started = move || inbox.put(Input::Sound(Sound::PlaybackStarted));
        self.starting = Timer::after(STARTING, started);
        if self.store.output.get_untracked().is_some() {
            self.inbox.put(Input::Sound(Sound::ApplyOutput));
        }
    }

    /// The relay did not let this device in.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "whatever else it says, it is of no use for a call now"
    )]
    pub fn refused(&mut self, code: &ErrorCode) {
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

fn problem(error: &MicrophoneError) -> CallProblem {
    match error {
        MicrophoneError::Refused => CallProblem::MicrophoneRefused,
        MicrophoneError::Busy => CallProblem::MicrophoneBusy,
        MicrophoneError::Missing | MicrophoneError::Unavailable(_) => {
            CallProblem::MicrophoneMissing
        }
    }
}
