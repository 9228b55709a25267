//! When the microphone is open: for speech that the gate hears, or while a key is held. It acts at once, within the
//! browser's own calls: the page's queue may wait for its disk, and a word would be cut off meanwhile.

use std::cell::RefCell;
use std::rc::Rc;

use super::MediaEvent;
use crate::call::driver::input::Talking;
use crate::call::sound::gate::Gate;
use crate::call::sound::hold::Hold;
use crate::call::sound::keys::Button;
use crate::call::store::sound::SoundChoices;
use crate::driver::port::Port;
use crate::platform::clock::{self, Timer};
use crate::platform::held_keys::Press;
use crate::platform::level_meter::Loudness;
use crate::platform::microphone::Valve;

/// A change of the level that is worth telling.
const STEP: f32 = 0.02;

/// Opens and closes the microphone. Cheap to clone.
#[derive(Clone)]
pub(super) struct Talk(Rc<RefCell<State>>);

struct State {
    port: Port<MediaEvent>,
    by_key: bool,
    talk_key: Option<Button>,
    mute_key: Option<Button>,
    delay: u64,
    gate: Gate,
    talk: Hold,
    mute: Hold,
    valve: Option<Valve>,
    is_open: bool,
    was_heard: bool,
    told: Talking,
    timer: Option<Timer>,
}

impl Talk {
    pub(super) fn new(port: Port<MediaEvent>) -> Self {
        Self(Rc::new(RefCell::new(State {
            port,
            by_key: false,
            talk_key: None,
            mute_key: None,
            delay: 0,
            gate: Gate::new(None),
            talk: Hold::default(),
            mute: Hold::default(),
            valve: None,
            is_open: true,
            was_heard: false,
            told: Talking::default(),
            timer: None,
        })))
    }

    pub(super) fn choose(&self, choices: &SoundChoices) {
        let mut state = self.0.borrow_mut();
        state.by_key = choices.push_to_talk;
        state.talk_key = Button::parse(&choices.talk_key);
        state.mute_key = Button::parse(&choices.mute_key);
        state.delay = u64::from(choices.release_ms);
        #[expect(clippy::cast_precision_loss, reason = "decibels")]
        state
            .gate
            .choose(choices.gate.map(|decibels| decibels as f32));
        state.talk.forget();
        state.mute.forget();
        state.settle();
    }

    /// Whether keys have to be listened to.
    pub(super) fn wants_keys(&self) -> bool {
        let state = self.0.borrow();
        (state.by_key && state.talk_key.is_some()) || state.mute_key.is_some()
    }

    /// What it opens and closes from now on.
    pub(super) fn set_valve(&self, valve: Option<Valve>) {
        let mut state = self.0.borrow_mut();
        if let Some(valve) = &valve {
            valve.set_open(state.is_open);
        }
        state.valve = valve;
    }

    /// The microphone is off, or cannot be measured: it is open again when it is on, and nobody speaks.
    pub(super) fn forget_what_was_heard(&self) {
        let mut state = self.0.borrow_mut();
        state.gate.open();
        state.was_heard = false;
        state.told = Talking::default();
        state.settle();
    }

    pub(super) fn hear(&self, loudness: Loudness) {
        let mut state = self.0.borrow_mut();
        state.gate.hear(loudness.0, clock::now());
        state.was_heard = true;
        state.settle();
        let talking = Talking {
            level: loudness.level(),
            threshold: Loudness(state.gate.threshold()).level(),
            is_speaking: state.is_open && state.gate.is_open(),
        };
        state.tell(talking);
    }

    /// A key or mouse button. Whether it was for this.
    pub(super) fn press(&self, press: &Press) -> bool {
        let Some(button) = button(press) else {
            return false;
        };
        let mut state = self.0.borrow_mut();
        // What is held is let go wherever the focus is by then.
        if press.is_down && press.in_text && button.types() {
            return false;
        }
        let (now, delay) = (clock::now(), state.delay);
        let is_talk = state.by_key && state.talk_key.as_ref() == Some(&button);
        let is_mute = state.mute_key.as_ref() == Some(&button);
        if is_talk {
            turn(&mut state.talk, press.is_down, now, delay);
        } else if is_mute {
            turn(&mut state.mute, press.is_down, now, 0);
        } else {
            return false;
        }
        state.settle();
        state.wake(self);
        true
    }

    /// The page went into the background, and hears no key any more.
    pub(super) fn let_go(&self) {
        let mut state = self.0.borrow_mut();
        let (now, delay) = (clock::now(), state.delay);
        state.talk.release(now, delay);
        state.mute.forget();
        state.settle();
        state.wake(self);
    }

    fn handle_timeout(&self) {
        let mut state = self.0.borrow_mut();
        state.timer = None;
        // A timer may be a millisecond early.
        let now = clock::now().saturating_add(2);
        state.talk.handle_timeout(now);
        state.settle();
        let (is_open, told) = (state.is_open, state.told);
        if !is_open && told.is_speaking {
            state.tell(Talking {
                is_speaking: false,
                ..told
            });
        }
    }
}

impl State {
    fn settle(&mut self) {
        let wanted = if self.by_key {
            self.talk.is_held()
        } else {
            self.gate.is_open()
        };
        let open = wanted && !self.mute.is_held();
        if open != self.is_open {
            self.is_open = open;
            if let Some(valve) = &self.valve {
                valve.set_open(open);
            }
        }
    }

    /// Comes back when a key that was let go does not count as held any more.
    fn wake(&mut self, talk: &Talk) {
        let now = clock::now();
        let talk = talk.clone();
        self.timer = self
            .talk
            .poll_timeout()
            .and_then(|at| Timer::after(at.saturating_sub(now), move || talk.handle_timeout()));
    }

    fn tell(&mut self, talking: Talking) {
        let is_worth_it = talking.is_speaking != self.told.is_speaking
            || (talking.level - self.told.level).abs() >= STEP
            || (talking.threshold - self.told.threshold).abs() >= STEP;
        if is_worth_it {
            self.told = talking;
            self.port.put(MediaEvent::Own(talking));
        }
    }
}

fn turn(key: &mut Hold, is_down: bool, now: u64, delay: u64) {
    if is_down {
        key.press();
    } else {
        key.release(now, delay);
    }
}

/// What was pressed, if something can be bound to it.
pub(super) fn button(press: &Press) -> Option<Button> {
    let written = match press.button {
        Some(number) => Button::Mouse(number).written(),
        None => press.code.clone(),
    };
    Button::parse(&written)
}
