//! Whether what the microphone hears is somebody who speaks. It opens at once and closes after a pause, and needs more
//! to open than to stay open.

/// How much quieter than the threshold sound may become before it counts as a pause, in decibels.
const HYSTERESIS: f32 = 6.0;
/// A pause between words is shorter, in milliseconds.
const HOLD: u64 = 400;
/// Speech is at least so much louder than the room, in decibels.
const ABOVE_ROOM: f32 = 10.0;
/// The threshold that the gate finds by itself stays between these: whoever whispers is heard, and what is this loud is
/// meant to be heard.
const QUIETEST: f32 = -56.0;
const LOUDEST: f32 = -38.0;
/// A room is thought to become louder this fast, in decibels a second: slower than anybody speaks without a pause.
const ROOM_RISES: f32 = 1.5;
/// And quieter this fast.
const ROOM_FALLS: f32 = 40.0;
/// Before anything was heard.
const UNKNOWN_ROOM: f32 = -60.0;

/// Opens for speech.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// What was chosen, in decibels; `None`: it follows the room.
    chosen: Option<f32>,
    /// How loud the room is without speech.
    room: f32,
    heard_at: Option<u64>,
    loud_until: u64,
    is_open: bool,
}

impl Gate {
    /// Open, until it has heard that nobody speaks: where nothing is measured, everything is sent.
    pub fn new(chosen: Option<f32>) -> Self {
        Self {
            chosen,
            room: UNKNOWN_ROOM,
            heard_at: None,
            loud_until: 0,
            is_open: true,
        }
    }

    pub fn choose(&mut self, chosen: Option<f32>) {
        self.chosen = chosen;
    }

    /// Whether it is open after this: how loud it is, in decibels below the loudest possible, and when, in milliseconds.
    pub fn hear(&mut self, decibels: f32, now: u64) -> bool {
        self.follow_room(decibels, now);
        let threshold = self.threshold();
        let enough = if self.is_open {
            threshold - HYSTERESIS
        } else {
            threshold
        };
        if decibels >= enough {
            self.loud_until = now.saturating_add(HOLD);
            self.is_open = true;
        } else if now >= self.loud_until {
            self.is_open = false;
        }
        self.is_open
    }

    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Nothing is measured any more: see [`Gate::new`].
    pub fn open(&mut self) {
        self.is_open = true;
        self.heard_at = None;
    }

    /// From how many decibels on it opens.
    pub fn threshold(&self) -> f32 {
        let found = (self.room + ABOVE_ROOM).clamp(QUIETEST, LOUDEST);
        self.chosen.unwrap_or(found)
    }

    fn follow_room(&mut self, decibels: f32, now: u64) {
        let since = self
            .heard_at
            .replace(now)
            .map_or(0, |at| now.saturating_sub(at));
        #[expect(clippy::cast_precision_loss, reason = "capped at a second")]
        let seconds = since.min(1_000) as f32 / 1_000.0;
        self.room = if decibels < self.room {
            decibels.max(self.room - ROOM_FALLS * seconds)
        } else {
            decibels.min(self.room + ROOM_RISES * seconds)
        };
        self.room = self.room.max(-90.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hears the same for a while, every 20 ms, and tells when it was open.
    fn hear(gate: &mut Gate, decibels: f32, from: u64, to: u64) -> Vec<bool> {
        (from..to)
            .step_by(20)
            .map(|now| gate.hear(decibels, now))
            .collect()
    }

    #[test]
    fn it_opens_with_the_first_sound_and_closes_after_a_pause() {
        let mut gate = Gate::new(Some(-40.0));
        hear(&mut gate, -70.0, 0, 1_000);
        assert!(!gate.is_open());
        assert!(gate.hear(-39.0, 1_000));
        assert!(
            hear(&mut gate, -70.0, 1_020, 1_400)
                .iter()
                .all(|open| *open)
        );
        assert!(!gate.hear(-70.0, 1_400));
    }

    #[test]
    fn it_needs_more_to_open_than_to_stay_open() {
        let mut gate = Gate::new(Some(-40.0));
        hear(&mut gate, -70.0, 0, 1_000);
        assert!(
            hear(&mut gate, -44.0, 1_000, 3_000)
                .iter()
                .all(|open| !open)
        );
        gate.hear(-30.0, 3_000);
        assert!(
            hear(&mut gate, -44.0, 3_020, 9_000)
                .iter()
                .all(|open| *open)
        );
        assert_eq!(hear(&mut gate, -47.0, 9_000, 9_600).last(), Some(&false));
    }

    #[test]
    fn by_itself_it_learns_the_noise_of_a_room_and_still_hears_who_speaks() {
        let mut gate = Gate::new(None);
        let fan = hear(&mut gate, -50.0, 0, 20_000);
        assert_eq!(fan.last(), Some(&false));
        assert!((gate.threshold() + 40.0).abs() < 0.5);
        assert!(gate.hear(-36.0, 20_000));
        // A pause is as loud as the room.
        hear(&mut gate, -50.0, 20_020, 21_000);
        assert!(!gate.is_open());
    }

    #[test]
    fn by_itself_it_never_closes_for_what_is_loud() {
        let mut gate = Gate::new(None);
        let tone = hear(&mut gate, -9.0, 0, 60_000);
        assert!(tone.iter().all(|open| *open));
    }

    #[test]
    fn by_itself_it_hears_a_whisper_in_a_quiet_room() {
        let mut gate = Gate::new(None);
        hear(&mut gate, -85.0, 0, 20_000);
        assert!(!gate.is_open());
        assert!(gate.hear(-55.0, 20_000));
        // Minutes of talk with pauses do not make it deaf.
        for round in 0..100 {
            let at = 20_020 + round * 3_000;
            assert!(gate.hear(-45.0, at), "round {round}");
            hear(&mut gate, -45.0, at, at + 2_000);
            hear(&mut gate, -85.0, at + 2_000, at + 3_000);
        }
    }

    #[test]
    fn nothing_measured_is_everything_sent() {
        let mut gate = Gate::new(None);
        assert!(gate.is_open());
        hear(&mut gate, -80.0, 0, 1_000);
        assert!(!gate.is_open());
        gate.open();
        assert!(gate.is_open());
    }

    #[test]
    fn a_change_of_the_threshold_holds_at_once() {
        let mut gate = Gate::new(Some(-20.0));
        hear(&mut gate, -30.0, 0, 1_000);
        assert!(!gate.is_open());
        gate.choose(Some(-40.0));
        assert!(gate.hear(-30.0, 1_000));
    }
}
