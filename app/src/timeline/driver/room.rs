//! How much room the browser leaves for old messages. As long as there is some, the past of all channels is fetched;
//! when it becomes short, the oldest give way.

use parley_client::Engine;

use crate::driver::port::Port;
use crate::platform::clock::Timer;
use crate::platform::persist::{self, Measure};
use crate::platform::task;

/// After the page came up, in milliseconds: others come first.
const FIRST: u64 = 5_000;
/// Between two looks, in milliseconds.
const PAUSE: u64 = 60_000;
/// Items that give way at once.
const DROPPED: u64 = 2_000;

/// The browser's answer.
pub struct Measured(Measure);

/// What is done about it.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// There is room for more.
    Fetch,
    /// What is here stays, and no more comes.
    Hold,
    /// The oldest give way.
    Drop,
}

/// Looks at it from time to time.
pub struct Room {
    port: Port<Measured>,
    timer: Option<Timer>,
}

impl Room {
    pub fn new(port: Port<Measured>) -> Self {
        Self { port, timer: None }
    }

    /// A device is here.
    pub fn enter(&mut self) {
        self.look_after(FIRST);
    }

    /// It was measured, and will be again.
    pub fn look_again(&mut self) {
        self.look_after(PAUSE);
    }

    fn look_after(&mut self, milliseconds: u64) {
        let port = self.port.clone();
        self.timer = Timer::after(milliseconds, move || {
            task::spawn(async move { port.put(Measured(persist::measure().await)) });
        });
    }
}

/// Does what the browser's answer asks for.
pub fn take_measure(measured: &Measured, engine: &mut Engine, now: u64) {
    let verdict = verdict(measured.0);
    engine.keep_past(verdict == Verdict::Fetch, now);
    if verdict == Verdict::Drop {
        engine.drop_past(DROPPED, now);
    }
}

fn verdict(measure: Measure) -> Verdict {
    // Some browsers do not say.
    if measure.quota <= 0.0 {
        return Verdict::Fetch;
    }
    match measure.used / measure.quota {
        share if share < 0.7 => Verdict::Fetch,
        share if share < 0.8 => Verdict::Hold,
        _ => Verdict::Drop,
    }
}

#[cfg(test)]
mod tests {
    use super::{Measure, Verdict, verdict};

    #[test]
    fn the_oldest_give_way_before_the_browser_is_full() {
        let of = |used| {
            verdict(Measure {
                is_persistent: false,
                used,
                quota: 100.0,
            })
        };
        assert_eq!(of(10.0), Verdict::Fetch);
        assert_eq!(of(75.0), Verdict::Hold);
        assert_eq!(of(85.0), Verdict::Drop);
        assert_eq!(verdict(Measure::default()), Verdict::Fetch);
    }
}
