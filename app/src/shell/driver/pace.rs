//! How often the screen follows what comes from outside. What a person does is seen at once; a flood of messages is not
//! drawn one by one.

use crate::platform::clock::Timer;

/// Milliseconds between two drawings that nobody waits for.
const EVERY: u64 = 100;

/// When the screen was brought up to date last.
#[derive(Default)]
pub struct Pace {
    shown_at: u64,
    /// The next time, if something waits for it.
    next: Option<Timer>,
}

impl Pace {
    /// Whether the screen is to be brought up to date now. If not, `later` is called when it is.
    pub fn is_due(&mut self, waits: bool, now: u64, later: impl FnOnce() + 'static) -> bool {
        // A clock that was put back has nobody wait.
        let rest = (self.shown_at + EVERY).saturating_sub(now).min(EVERY);
        if waits || rest == 0 || now < self.shown_at {
            self.shown_at = now;
            self.next = None;
            return true;
        }
        if self.next.is_none() {
            self.next = Timer::after(rest, later);
        }
        // Without a timer nothing would come later.
        self.next.is_none()
    }
}
