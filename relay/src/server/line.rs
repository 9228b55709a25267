//! The line in front of the core: of each member only a few frames stand in it, over all their devices. Whoever
//! sends faster waits at their own socket, and not everybody else behind them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use parley_protocol::ids::UserId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Frames of one member that may wait for the core. One turn of the core takes them all, so that this bounds how
/// long a turn takes; a client that asks for more at once waits for a turn.
const FRAMES_OF_ONE: usize = 8;
/// Members that are remembered; above it those of whom nothing waits are forgotten.
const MANY: usize = 1_000;

#[derive(Debug, Default)]
pub(crate) struct Line(Mutex<HashMap<UserId, Arc<Semaphore>>>);

impl Line {
    /// Waits for a place.
    pub(crate) async fn place(&self, member: UserId) -> Option<OwnedSemaphorePermit> {
        self.of(member).acquire_owned().await.ok()
    }

    fn of(&self, member: UserId) -> Arc<Semaphore> {
        let mut members = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if members.len() >= MANY && !members.contains_key(&member) {
            members.retain(|_, places| Arc::strong_count(places) > 1);
        }
        let places = members
            .entry(member)
            .or_insert_with(|| Arc::new(Semaphore::new(FRAMES_OF_ONE)));
        Arc::clone(places)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    const ADA: UserId = UserId::from_bytes([1; 16]);
    const BEN: UserId = UserId::from_bytes([2; 16]);

    #[test]
    fn a_member_who_fills_their_places_waits_and_nobody_else_does() {
        let line = Line::default();
        let places: Vec<_> = std::iter::from_fn(|| line.place(ADA).now_or_never()).collect();
        assert_eq!(places.len(), FRAMES_OF_ONE);
        assert!(line.place(BEN).now_or_never().is_some());
        drop(places);
        assert!(line.place(ADA).now_or_never().is_some());
    }

    #[test]
    fn whoever_has_nothing_in_line_is_forgotten() {
        let line = Line::default();
        let _place = line.place(ADA).now_or_never();
        for number in 0..3_000_u16 {
            let [high, low] = number.to_be_bytes();
            let mut bytes = [7; 16];
            bytes[..2].copy_from_slice(&[high, low]);
            line.of(UserId::from_bytes(bytes));
        }
        let members = line.0.lock().unwrap();
        assert!(members.len() <= MANY && members.contains_key(&ADA));
    }
}
