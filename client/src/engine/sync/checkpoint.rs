//! The community's state, kept now and then, so that a start does not go through the whole log again: it takes
//! the newest checkpoint and the entries after it. The driver's store seals it like everything else.

use parley_protocol::community::Community;
use parley_protocol::entry::Entry;

use super::SyncState;
use crate::checkpoint::{WORTHWHILE, change};
use crate::engine::output::Output;
use crate::engine::restore_error::RestoreError;
use crate::store::{Change, Record, Table, number_key, of_table};

/// While the log comes in, a checkpoint waits for more: each one is as large as all before.
const WORTHWHILE_BEHIND: u64 = 1_000;

impl SyncState {
    /// Writes a new checkpoint instead of the last one, if that is worth it.
    pub(in crate::engine) fn keep_checkpoint(&mut self, output: &mut Output) {
        let head = self.community.head().seq;
        let worthwhile = if self.is_log_current() {
            WORTHWHILE
        } else {
            self.checkpoint.max(WORTHWHILE_BEHIND)
        };
        if head.saturating_sub(self.checkpoint) < worthwhile {
            return;
        }
        let last = number_key(self.checkpoint);
        output.store(Change::delete(Table::Checkpoint, last));
        output.store(change(&self.community));
        self.checkpoint = head;
    }
}

/// The community and the sequence number of the checkpoint that it was made from. Entries, like the checkpoint, were
/// verified before they were kept, and what seals them is in this device alone: nothing is verified again.
pub(super) fn restore(records: &[Record]) -> Result<(Community, u64), RestoreError> {
    let kept = of_table(records, Table::Checkpoint);
    let newest = kept.iter().rev().find_map(|record| {
        let community = Community::from_checkpoint(&record.value)?;
        (number_key(community.head().seq) == record.key).then_some(community)
    });
    let from = newest.as_ref().map_or(0, |community| community.head().seq);
    let log = of_table(records, Table::Log);
    if newest.is_none() && !kept.is_empty() && log.first().is_none_or(|it| it.key != number_key(1))
    {
        return Err(RestoreError::CheckpointDamaged);
    }
    let mut community = newest;
    let later = log
        .into_iter()
        .filter(|record| record.key > number_key(from));
    for (seq, record) in (from.saturating_add(1)..).zip(later) {
        let entry = record
            .read::<Entry>()
            .filter(|_| record.key == number_key(seq));
        // From here on the relay has it, and it is checked again.
        let Some(entry) = entry else { break };
        let applied = match &mut community {
            None => Community::found_again(&entry).map(|founded| community = Some(founded)),
            Some(community) => community.apply_again(&entry).map(drop),
        };
        applied.map_err(|rejection| RestoreError::LogInvalid { seq, rejection })?;
    }
    let community = community.ok_or(RestoreError::LogDamaged)?;
    Ok((community, from))
}
