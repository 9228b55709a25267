//! What happened in the storms, so that nobody takes a calm sea for a good ship.

use super::world::World;

#[derive(Debug, Default)]
pub(super) struct Tally {
    messages: usize,
    machines: usize,
    machine_starts: u64,
    relay_starts: u64,
    connections: u64,
    /// Machines that are not in the log any more.
    removed: usize,
    /// Messages that a removed machine tried to read and could not.
    out_of_reach: usize,
    /// Messages that were refused to their author at some time.
    refused: usize,
    /// Messages that nobody who is left can read, nor ever could.
    lost: usize,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.messages += other.messages;
        self.machines += other.machines;
        self.machine_starts += other.machine_starts;
        self.relay_starts += other.relay_starts;
        self.connections += other.connections;
        self.removed += other.removed;
        self.out_of_reach += other.out_of_reach;
        self.refused += other.refused;
        self.lost += other.lost;
    }

    /// # Panics
    /// If so little happened in a thousand storms that they prove nothing.
    pub(super) fn check_that_it_stormed(&self) {
        assert!(self.messages > 10_000, "{self:?}");
        assert!(self.machine_starts > self.machines as u64 + 500, "{self:?}");
        assert!(self.relay_starts > 1_200, "{self:?}");
        assert!(self.refused > 20, "{self:?}");
        assert!(self.removed > 250 && self.out_of_reach > 1_000, "{self:?}");
    }
}

impl World {
    pub(super) fn tally(&self) -> Tally {
        let (messages, lost) = self.count_messages();
        Tally {
            messages,
            machines: self.machines.len(),
            machine_starts: self.machine_starts,
            relay_starts: self.relay_starts,
            connections: self.connections,
            removed: self.machines.len() - self.active().count(),
            out_of_reach: self.count_out_of_reach(),
            refused: self.written.values().filter(|it| it.refused).count(),
            lost,
        }
    }
}
