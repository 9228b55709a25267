//! The relay's clock, by which messages disappear everywhere at the same time. It is only the relay's word, so it
//! moves this device's own clock by no more than a little.

use parley_protocol::Millis;

/// A relay that says more is followed no further. More, and a relay that lies keeps or drops messages longer than it
/// may; less, and devices whose clocks are wrong disagree with it.
const MOST: Millis = 10 * 60 * 1_000;

/// How far the relay's clock is from this device's.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RelayClock {
    ahead: Millis,
    behind: Millis,
}

impl RelayClock {
    pub(super) fn set(&mut self, relay: Millis, own: Millis) {
        self.ahead = relay.saturating_sub(own).min(MOST);
        self.behind = own.saturating_sub(relay).min(MOST);
    }

    /// The relay's time at a time of this device.
    pub(super) fn at(&self, own: Millis) -> Millis {
        own.saturating_add(self.ahead).saturating_sub(self.behind)
    }

    /// The time of this device at a time of the relay.
    pub(super) fn own(&self, relay: Millis) -> Millis {
        relay.saturating_add(self.behind).saturating_sub(self.ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_followed_a_little_and_no_further() {
        let mut clock = RelayClock::default();
        assert_eq!(clock.at(5_000), 5_000);
        for (relay, own, at) in [
            (7_000, 5_000, 7_000),
            (3_000, 5_000, 3_000),
            (MOST * 3, 0, MOST),
            (0, MOST * 3, MOST * 2),
        ] {
            clock.set(relay, own);
            assert_eq!(clock.at(own), at);
            assert_eq!(clock.own(at), own);
        }
    }
}
