//! A device reads the vault of its member.

use parley_client::store::{Change, Record};
use parley_client::vault::{Restore, VaultProblem};
use parley_protocol::entry::VaultChain;
use parley_protocol::vault::StoredSegment;

use super::Bench;

/// What came of it.
pub(in crate::engine) struct Restored {
    pub(in crate::engine) problems: Vec<VaultProblem>,
    pub(in crate::engine) chains: Vec<VaultChain>,
    /// Records of the archive.
    pub(in crate::engine) archive: Vec<Record>,
}

impl Bench {
    /// All segments of a device's member, newest first, as the relay has them.
    pub(in crate::engine) fn segments(&mut self, index: usize) -> Vec<StoredSegment> {
        let (session, cookie) = self
            .relay
            .refresh(&self.devices[index].cookie, self.now)
            .expect("live");
        self.devices[index].cookie = cookie;
        let mut segments = Vec::new();
        let mut before = None;
        loop {
            let page = self.relay.vault(&session.access_token, before, self.now);
            let page = page.expect("a page");
            segments.extend(page.segments);
            before = page.before;
            if before.is_none() {
                return segments;
            }
        }
    }

    pub(in crate::engine) fn restore_vault(&mut self, index: usize) -> Restored {
        self.restore_shown(index, |segments| segments)
    }

    /// The same from a relay that shows other segments than it has.
    pub(in crate::engine) fn restore_shown(
        &mut self,
        index: usize,
        shown: impl FnOnce(Vec<StoredSegment>) -> Vec<StoredSegment>,
    ) -> Restored {
        let segments = shown(self.segments(index));
        let records = self.devices[index].records();
        let engine = self.engine(index);
        let (user, _) = engine.me();
        let restore = Restore::resume(&records, &user, engine.community(), &engine.vault_chains());
        let mut restore = restore.expect("a vault is to be read");
        let mut archive = Vec::new();
        self.tell(index, |engine, now| engine.set_restoring(true, now));
        for segment in &segments {
            let batch = restore.take(segment);
            let records: Vec<Record> = batch
                .changes
                .iter()
                .map(|change| match change {
                    Change::Put(record) => record.clone(),
                    Change::Delete { .. } => panic!("nothing is deleted"),
                })
                .collect();
            self.devices[index].keep(batch.changes);
            self.tell(index, |engine, now| {
                engine.handle_restored(&records, batch.data, now);
            });
            archive.extend(records);
        }
        self.tell(index, |engine, now| engine.set_restoring(false, now));
        self.devices[index].keep(vec![Restore::end()]);
        Restored {
            chains: restore.chains(),
            problems: restore.finish(),
            archive,
        }
    }
}
