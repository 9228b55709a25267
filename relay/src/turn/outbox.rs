//! Bytes on their way to one TCP client: bounded, and never waited for.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// A quarter of a second of video at 2 Mbit/s. More would only deliver old media later; a reader this far behind
/// loses packets, as over UDP.
const CAPACITY: usize = 64 * 1024;

/// Filled by any packet's sender, emptied by the connection's task.
#[derive(Default)]
pub(super) struct Outbox {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    pending: Vec<u8>,
    closed: bool,
}

impl Outbox {
    /// Adds a packet, padded as TURN over TCP requires. `false`: full.
    pub(super) fn push(&self, packet: &[u8]) -> bool {
        let mut state = self.state();
        let padded = packet.len().next_multiple_of(4);
        if state.closed || state.pending.len() + padded > CAPACITY {
            return false;
        }
        state.pending.extend_from_slice(packet);
        let end = state.pending.len() + padded - packet.len();
        state.pending.resize(end, 0);
        drop(state);
        self.changed.notify_one();
        true
    }

    /// Waits for bytes and moves them into `batch`, replacing its content. `false`: closed.
    pub(super) async fn take(&self, batch: &mut Vec<u8>) -> bool {
        batch.clear();
        loop {
            {
                let mut state = self.state();
                if state.closed {
                    return false;
                }
                if !state.pending.is_empty() {
                    std::mem::swap(&mut state.pending, batch);
                    return true;
                }
            }
            self.changed.notified().await;
        }
    }

    /// Ends the connection.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn packets_come_out_padded_and_in_order() {
        let outbox = Outbox::default();
        assert!(outbox.push(&[1, 2, 3, 4, 5]));
        assert!(outbox.push(&[6, 7, 8, 9]));
        let mut batch = vec![9; 3];
        assert!(outbox.take(&mut batch).await);
        assert_eq!(batch, [1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 8, 9]);
    }

    #[tokio::test]
    async fn a_slow_reader_costs_bounded_memory() {
        let outbox = Outbox::default();
        let packet = [0; 1024];
        let taken = (0..100).filter(|_| outbox.push(&packet)).count();
        assert_eq!(taken, CAPACITY / packet.len());
        assert!(outbox.take(&mut Vec::new()).await);
        assert!(outbox.push(&packet));
    }

    #[tokio::test]
    async fn closing_wakes_the_reader() {
        let outbox = Outbox::default();
        let mut batch = Vec::new();
        let (open, ()) = tokio::join!(outbox.take(&mut batch), async { outbox.close() });
        assert!(!open);
        assert!(!outbox.push(&[1]));
    }
}
