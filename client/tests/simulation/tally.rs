//! What happened in the storms, so that nobody takes a calm sea for a good ship.

use super::world::World;

/// What is counted while it happens.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Things done with messages.
    pub(super) acts: usize,
    /// Vaults that were read to the end, and those of them that were written anew.
    pub(super) restored: usize,
    pub(super) taken_over: usize,
    /// Vaults that changed while they were read.
    pub(super) read_again: usize,
    pub(super) machines_lost: usize,
    /// People who lost all their machines at once.
    pub(super) people_lost: usize,
    pub(super) readmitted: usize,
    /// Days that everybody was away.
    pub(super) days: u64,
}

#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: Counts,
    messages: usize,
    /// Edits, deletions, reactions, pins, threads and polls, as everybody sees them in the end.
    related: usize,
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
    /// Messages that nobody who is left can read: their authors were removed, and nobody else had the key.
    lost: usize,
    /// Of these, messages whose key was on a machine that went before the key was in its vault.
    died_with: usize,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.messages += other.messages;
        self.related += other.related;
        self.counts.acts += other.counts.acts;
        self.machines += other.machines;
        self.machine_starts += other.machine_starts;
        self.relay_starts += other.relay_starts;
        self.connections += other.connections;
        self.removed += other.removed;
        self.out_of_reach += other.out_of_reach;
        self.refused += other.refused;
        self.lost += other.lost;
        self.died_with += other.died_with;
        self.counts.restored += other.counts.restored;
        self.counts.taken_over += other.counts.taken_over;
        self.counts.read_again += other.counts.read_again;
        self.counts.machines_lost += other.counts.machines_lost;
        self.counts.people_lost += other.counts.people_lost;
        self.counts.readmitted += other.counts.readmitted;
        self.counts.days += other.counts.days;
    }

    /// # Panics
    /// If so little happened in that many storms that they prove nothing.
    pub(super) fn check_that_it_stormed(&self, storms: u64) {
        // What happens at least in a thousand of them, with a fifth for chance.
        let enough = |found: usize, of: u64| found as u64 > of * storms / 1_200;
        assert!(enough(self.messages, 10_000), "{self:?}");
        let starts = self.machine_starts - self.machines as u64;
        assert!(starts > 500 * storms / 1_200, "{self:?}");
        assert!(self.relay_starts > 1_200 * storms / 1_200, "{self:?}");
        assert!(enough(self.refused, 20), "{self:?}");
        assert!(enough(self.counts.acts, 5_000), "{self:?}");
        assert!(enough(self.related, 4_000), "{self:?}");
        assert!(enough(self.counts.restored, 500), "{self:?}");
        assert!(enough(self.counts.taken_over, 200), "{self:?}");
        assert!(enough(self.counts.people_lost, 200), "{self:?}");
        assert!(enough(self.counts.readmitted, 50), "{self:?}");
        assert!(enough(self.removed, 250), "{self:?}");
        assert!(enough(self.out_of_reach, 1_000), "{self:?}");
    }
}

impl World {
    pub(super) fn tally(self) -> Tally {
        let (messages, lost, died_with) = self.count_messages();
        Tally {
            messages,
            related: self.count_related(),
            machines: self.machines.len(),
            machine_starts: self.machine_starts,
            relay_starts: self.relay_starts,
            connections: self.connections,
            removed: self.machines.iter().filter(|it| it.gone).count(),
            out_of_reach: self.count_out_of_reach(),
            refused: self.written.values().filter(|it| it.refused).count(),
            lost,
            died_with,
            counts: self.counts,
        }
    }
}
