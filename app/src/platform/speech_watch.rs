//! Who of several others is speaking. Their browsers say of each packet how loud it is (RFC 6464, section 4), so
//! nothing has to be decoded or played for it, and it works without a loudspeaker. One clock for all of them, which is
//! looked at sooner when somebody may have begun. The same look shows whether packets come at all.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{RtcPeerConnection, RtcRtpReceiver};

use super::flow::Flow;
use super::speech::{self, Speech};
use super::{clock, js};

pub use super::flow::Silence;

/// What is heard of somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Heard {
    /// They begin or end to speak.
    Speaks(bool),
    /// No packet comes any more, although they send all the time.
    Silence(Silence),
    /// They spoke so loudly, in decibels below the loudest possible, for so many seconds.
    Loudness { decibels: f32, seconds: f32 },
}

/// A pause between words: -55 decibels.
const QUIET: f32 = 3.0e-6;
/// Looks at somebody who speaks before their loudness is told.
const LOOKS: u16 = 12;

/// Somebody who is listened to.
pub struct Watched {
    connection: RtcPeerConnection,
    receiver: Option<RtcRtpReceiver>,
    speech: Speech,
    flow: Flow,
    reported: bool,
    /// The timestamp of the packet that was looked at last: the same one again is silence.
    last: f64,
    /// While they spoke: the sum of what was measured, and how often.
    loud: (f32, u16),
    report: Box<dyn Fn(Heard)>,
}

impl Watched {
    /// `report` hears when somebody begins or ends to speak, who was known to speak or not before.
    pub(super) fn new(
        connection: RtcPeerConnection,
        was_speaking: bool,
        report: impl Fn(Heard) + 'static,
    ) -> Self {
        Self {
            connection,
            receiver: None,
            speech: Speech::new(was_speaking),
            flow: Flow::default(),
            reported: was_speaking,
            last: -1.0,
            loud: (0.0, 0),
            report: Box::new(report),
        }
    }

    /// Says whether another look should come sooner: one loud packet is here, and the next decides.
    fn look(&mut self) -> bool {
        let (at, loudness) = self.newest().unwrap_or((self.last, 0.0));
        let is_new = (at - self.last).abs() >= 0.5;
        self.last = at;
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
        let power = (loudness * loudness) as f32;
        let decibels = speech::decibels(if is_new { power } else { 0.0 });
        let speaks = self.speech.hear(decibels);
        if speaks != self.reported {
            self.reported = speaks;
            (self.report)(Heard::Speaks(speaks));
        }
        if speaks && is_new && power > QUIET {
            self.weigh(power);
        }
        if let Some(silence) = self.flow.look(is_new, clock::now()) {
            (self.report)(Heard::Silence(silence));
        }
        self.speech.is_beginning()
    }

    fn weigh(&mut self, power: f32) {
        self.loud = (self.loud.0 + power, self.loud.1 + 1);
        let (sum, looks) = self.loud;
        if looks < LOOKS {
            return;
        }
        self.loud = (0.0, 0);
        (self.report)(Heard::Loudness {
            decibels: speech::decibels(sum / f32::from(looks)),
            seconds: f32::from(looks) * speech::SECONDS,
        });
    }

    /// Timestamp and loudness (0 to 1) of the newest packet that is played.
    fn newest(&mut self) -> Option<(f64, f64)> {
        let receiver = if let Some(receiver) = &self.receiver {
            receiver
        } else {
            let first = self.connection.get_receivers().get(0).dyn_into().ok()?;
            self.receiver.insert(first)
        };
        let sources: js_sys::Array = js::call(receiver, "getSynchronizationSources", &[])
            .ok()?
            .dyn_into()
            .ok()?;
        let source = sources.get(0);
        let at = js::field(&source, "rtpTimestamp").as_f64()?;
        let loudness = js::field(&source, "audioLevel").as_f64()?;
        Some((at, loudness))
    }
}

/// Listens as long as it is held.
pub struct SpeechWatch(Rc<Clock>);

struct Clock {
    watched: RefCell<Vec<Watched>>,
    timer: Cell<Option<i32>>,
    tick: RefCell<Option<Closure<dyn FnMut()>>>,
}

impl SpeechWatch {
    /// Listens to them. `None` for nobody: then no clock runs.
    pub fn new(watched: Vec<Watched>) -> Option<Self> {
        if watched.is_empty() {
            return None;
        }
        let clock = Rc::new(Clock {
            watched: RefCell::new(watched),
            timer: Cell::new(None),
            tick: RefCell::new(None),
        });
        let ticking: Weak<Clock> = Rc::downgrade(&clock);
        let tick = Closure::<dyn FnMut()>::new(move || {
            if let Some(clock) = ticking.upgrade() {
                clock.look();
            }
        });
        *clock.tick.borrow_mut() = Some(tick);
        clock.wait(speech::INTERVAL)?;
        Some(Self(clock))
    }
}

impl Clock {
    fn look(&self) {
        let mut is_beginning = false;
        for one in self.watched.borrow_mut().iter_mut() {
            is_beginning |= one.look();
        }
        let next = if is_beginning {
            speech::SOONER
        } else {
            speech::INTERVAL
        };
        self.wait(next);
    }

    fn wait(&self, milliseconds: i32) -> Option<()> {
        let tick = self.tick.borrow();
        let timer = web_sys::window()?
            .set_timeout_with_callback_and_timeout_and_arguments_0(
                tick.as_ref()?.as_ref().unchecked_ref(),
                milliseconds,
            )
            .ok()?;
        self.timer.set(Some(timer));
        Some(())
    }
}

impl Drop for SpeechWatch {
    fn drop(&mut self) {
        if let (Some(window), Some(timer)) = (web_sys::window(), self.0.timer.take()) {
            window.clear_timeout_with_handle(timer);
        }
    }
}
