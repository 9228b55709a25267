//! Limits the frames of one member, over all their devices, that wait for the core. A member who sends faster waits
//! at their own sockets, and nobody else behind them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use parley_protocol::ids::UserId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Frames of one member that may wait for the core. One run of the core takes them all, so this bounds how long a
/// run takes.
const FRAMES_OF_ONE: usize = 8;
/// Members kept; beyond this, those without waiting frames are dropped.
const MANY: usize = 1_000;

#[derive(Debug, Default)]
pub(crate) struct InFlight(Mutex<HashMap<UserId, Arc<Semaphore>>>);

impl InFlight {
    /// Waits until the member may send another frame. The permit is released on drop.
    pub(crate) async fn permit(&self, member: UserId) -> Option<OwnedSemaphorePermit> {
        self.of(member).acquire_owned().await.ok()
    }

    fn of(&self, member: UserId) -> Arc<Semaphore> {
        let mut members = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if members.len() >= MANY && !members.contains_key(&member) {
            members.retain(|_, permits| Arc::strong_count(permits) > 1);
        }
        let permits = members
            .entry(member)
            .or_insert_with(|| Arc::new(Semaphore::new(FRAMES_OF_ONE)));
        Arc::clone(permits)
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
        let in_flight = InFlight::default();
        let permits: Vec<_> = std::iter::from_fn(|| in_flight.permit(ADA).now_or_never()).collect();
        assert_eq!(permits.len(), FRAMES_OF_ONE);
        assert!(in_flight.permit(BEN).now_or_never().is_some());
        drop(permits);
        assert!(in_flight.permit(ADA).now_or_never().is_some());
    }

    #[test]
    fn whoever_has_nothing_in_line_is_forgotten() {
        let in_flight = InFlight::default();
        let _permit = in_flight.permit(ADA).now_or_never();
        for number in 0..3_000_u16 {
            let [high, low] = number.to_be_bytes();
            let mut bytes = [7; 16];
            bytes[..2].copy_from_slice(&[high, low]);
            in_flight.of(UserId::from_bytes(bytes));
        }
        let members = in_flight.0.lock().unwrap();
        assert!(members.len() <= MANY && members.contains_key(&ADA));
    }
}
