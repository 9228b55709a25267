//! Who of several others is speaking. Their browsers say of each packet how loud it is (RFC 6464, section 4), so
//! nothing has to be decoded or played for it, and it works without a loudspeaker. One clock for all of them.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{RtcPeerConnection, RtcRtpReceiver};

use super::js;
use super::speech::{self, Speech};

/// What is heard of somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Heard {
    /// They begin or end to speak.
    Speaks(bool),
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
    speech: Speech,
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
            speech: Speech::new(was_speaking),
            reported: was_speaking,
            last: -1.0,
            loud: (0.0, 0),
            report: Box::new(report),
        }
    }

    fn look(&mut self) {
        let (at, loudness) = newest(&self.connection).unwrap_or((self.last, 0.0));
        let loudness = if (at - self.last).abs() < 0.5 {
            0.0
        } else {
            loudness
        };
        self.last = at;
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
        let power = (loudness * loudness) as f32;
        let speaks = self.speech.hear(speech::decibels(power));
        if speaks != self.reported {
            self.reported = speaks;
            (self.report)(Heard::Speaks(speaks));
        }
        if speaks && power > QUIET {
            self.weigh(power);
        }
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
}

/// Listens as long as it is held.
pub struct SpeechWatch {
    interval: i32,
    _closure: Closure<dyn FnMut()>,
}

impl SpeechWatch {
    /// Listens to them. `None` for nobody: then no clock runs.
    pub fn new(mut watched: Vec<Watched>) -> Option<Self> {
        if watched.is_empty() {
            return None;
        }
        let closure = Closure::<dyn FnMut()>::new(move || {
            for one in &mut watched {
                one.look();
            }
        });
        let interval = web_sys::window()?
            .set_interval_with_callback_and_timeout_and_arguments_0(
                closure.as_ref().unchecked_ref(),
                speech::INTERVAL,
            )
            .ok()?;
        Some(Self {
            interval,
            _closure: closure,
        })
    }
}

impl Drop for SpeechWatch {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_interval_with_handle(self.interval);
        }
    }
}

/// Timestamp and loudness (0 to 1) of the newest packet that is played.
fn newest(connection: &RtcPeerConnection) -> Option<(f64, f64)> {
    let receiver: RtcRtpReceiver = connection.get_receivers().get(0).dyn_into().ok()?;
    let sources: js_sys::Array = js::call(&receiver, "getSynchronizationSources", &[])
        .ok()?
        .dyn_into()
        .ok()?;
    let source = sources.get(0);
    let at = js::field(&source, "rtpTimestamp").as_f64()?;
    let loudness = js::field(&source, "audioLevel").as_f64()?;
    Some((at, loudness))
}
