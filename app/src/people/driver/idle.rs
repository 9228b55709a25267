//! Being away by itself: when nothing was done with the page for a while, and back at the first thing that is.

use parley_client::Engine;

use crate::driver::port::Port;
use crate::platform::activity::Activity;
use crate::platform::clock::Timer;

/// Milliseconds without input after which somebody is away.
const AFTER: u64 = 10 * 60 * 1_000;

/// What is heard of it.
pub enum IdleInput {
    /// It may be time.
    Look,
    /// Somebody is back.
    Back,
}

/// Watches whether somebody is there.
pub struct Idle {
    port: Port<IdleInput>,
    activity: Activity,
    timer: Option<Timer>,
}

impl Idle {
    pub fn new(port: Port<IdleInput>) -> Self {
        let back = port.clone();
        let mut idle = Self {
            activity: Activity::watch(move || back.put(IdleInput::Back)),
            port,
            timer: None,
        };
        idle.look_after(AFTER);
        idle
    }

    pub fn handle(&mut self, input: IdleInput, engine: Option<&mut Engine>, now: u64) {
        let idle_for = now.saturating_sub(self.activity.last());
        let is_idle = match input {
            IdleInput::Look => idle_for >= AFTER,
            IdleInput::Back => false,
        };
        if is_idle {
            self.timer = None;
            self.activity.wait();
        } else {
            self.look_after(AFTER.saturating_sub(idle_for));
        }
        if let Some(engine) = engine {
            engine.set_idle(is_idle, now);
        }
    }

    fn look_after(&mut self, wait: u64) {
        let port = self.port.clone();
        self.timer = Timer::after(wait, move || port.put(IdleInput::Look));
    }
}
