//! A key that does something as long as it is held, and a little longer: push-to-talk and push-to-mute.

/// How a key is held. Times are milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hold {
    is_down: bool,
    /// Until when it counts as held, after it was let go.
    until: Option<u64>,
}

impl Hold {
    /// It was pressed. A key that repeats presses again and again.
    pub fn press(&mut self) {
        self.is_down = true;
        self.until = None;
    }

    /// It was let go, or cannot be heard any more: it counts as held for that long.
    pub fn release(&mut self, now: u64, delay: u64) {
        if std::mem::take(&mut self.is_down) && delay > 0 {
            self.until = Some(now.saturating_add(delay));
        }
    }

    /// At once, whatever the delay.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    pub fn is_held(&self) -> bool {
        self.is_down || self.until.is_some()
    }

    /// When [`Hold::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<u64> {
        self.until
    }

    pub fn handle_timeout(&mut self, now: u64) {
        if self.until.is_some_and(|until| now >= until) {
            self.until = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Hold;

    #[test]
    fn it_is_held_until_it_is_let_go() {
        let mut key = Hold::default();
        assert!(!key.is_held());
        key.press();
        key.press();
        assert!(key.is_held());
        key.release(1_000, 0);
        assert!(!key.is_held());
        assert_eq!(key.poll_timeout(), None);
    }

    #[test]
    fn the_last_syllable_is_heard() {
        let mut key = Hold::default();
        key.press();
        key.release(1_000, 200);
        assert!(key.is_held());
        assert_eq!(key.poll_timeout(), Some(1_200));
        key.handle_timeout(1_199);
        assert!(key.is_held());
        key.handle_timeout(1_200);
        assert!(!key.is_held());
    }

    #[test]
    fn pressed_again_meanwhile_it_goes_on() {
        let mut key = Hold::default();
        key.press();
        key.release(1_000, 200);
        key.press();
        assert_eq!(key.poll_timeout(), None);
        key.handle_timeout(5_000);
        assert!(key.is_held());
        key.release(6_000, 200);
        assert_eq!(key.poll_timeout(), Some(6_200));
    }

    #[test]
    fn let_go_twice_it_is_not_held_longer() {
        let mut key = Hold::default();
        key.press();
        key.release(1_000, 200);
        key.release(1_150, 200);
        assert_eq!(key.poll_timeout(), Some(1_200));
        let mut never = Hold::default();
        never.release(1_000, 200);
        assert!(!never.is_held());
    }

    #[test]
    fn forgotten_it_is_not_held_at_all() {
        let mut key = Hold::default();
        key.press();
        key.forget();
        assert!(!key.is_held());
        key.release(0, 200);
        assert!(!key.is_held());
    }
}
