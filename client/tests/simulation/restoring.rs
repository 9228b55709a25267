//! A machine reads its person's vault after it was added: in pieces, while everything else goes on. A crash begins it
//! again. What an honest relay serves must be whole.

use parley_client::store::{Change, Record};
use parley_client::vault::{Restore, VaultProblem};

use super::world::World;

/// A vault that changed while it was read, or segments of a device of which the log has not told yet: it is read again.
const READINGS: u32 = 4;

/// How far a machine is.
pub(super) struct Reading {
    restore: Restore,
    before: Option<u64>,
    archive: Vec<Record>,
    readings: u32,
}

impl World {
    /// The next piece, or the first one.
    pub(super) fn read_vault(&mut self, index: usize) {
        if self.machines[index].engine.is_none() {
            return;
        }
        if self.machines[index].reading.is_none() {
            self.begin_reading(index, 1);
        }
        let again_at = self.now + 2_000;
        let Ok(token) = self.token(index, false) else {
            self.machines[index].read_at = Some(again_at);
            return;
        };
        let before = self.machines[index]
            .reading
            .as_ref()
            .and_then(|it| it.before);
        let page = self.with_relay(|relay, now| relay.vault(&token, before, now));
        let Some(Ok(page)) = page else {
            self.machines[index].read_at = Some(again_at);
            return;
        };
        let count = self.machines[index].dice.between(1, 12);
        let count = usize::try_from(count).unwrap();
        for segment in page.segments.iter().take(count) {
            let machine = &mut self.machines[index];
            // It is off since the segment before.
            let Some(reading) = &mut machine.reading else {
                return;
            };
            let batch = reading.restore.take(segment);
            let records: Vec<Record> = batch.changes.iter().filter_map(put).cloned().collect();
            reading.archive.extend(records.iter().cloned());
            reading.before = Some(segment.number);
            machine.disk.keep(batch.changes);
            self.handed.note_restored(index, &records);
            self.tell(index, |engine, now| {
                engine.handle_restored(&records, batch.data, now);
            });
        }
        if self.machines[index].reading.is_none() {
            return;
        }
        if page.before.is_some() || page.segments.len() > count {
            let after = self.machines[index].dice.between(50, 2_000);
            self.machines[index].read_at = Some(self.now + after);
        } else {
            self.end_reading(index);
        }
    }

    fn begin_reading(&mut self, index: usize, readings: u32) {
        let machine = &mut self.machines[index];
        let Some(engine) = &machine.engine else {
            return;
        };
        let (user, _) = engine.me();
        let records = machine.disk.records();
        let told = engine.vault_chains();
        let restore = Restore::resume(&records, &user, engine.community(), &told);
        machine.reading = Some(Reading {
            restore: restore.expect("it is to be read"),
            before: None,
            archive: Vec::new(),
            readings,
        });
        self.tell(index, |engine, now| engine.set_restoring(true, now));
    }

    fn end_reading(&mut self, index: usize) {
        let machine = &mut self.machines[index];
        let Some((mut reading, engine)) = machine.reading.take().zip(machine.engine.as_ref())
        else {
            return;
        };
        reading.restore.hear(&engine.vault_chains());
        let chains = reading.restore.chains();
        let problems: Vec<VaultProblem> = reading.restore.finish();
        if !problems.is_empty() {
            assert!(
                reading.readings < READINGS,
                "machine {index} is served a vault with {problems:?}"
            );
            self.counts.read_again += 1;
            self.begin_reading(index, reading.readings + 1);
            self.machines[index].read_at = Some(self.now + 10_000);
            return;
        }
        machine.disk.keep(vec![Restore::end()]);
        let takes_over = machine.dice.percent(40);
        self.counts.restored += 1;
        self.tell(index, |engine, now| engine.set_restoring(false, now));
        if takes_over {
            self.counts.taken_over += 1;
            self.tell(index, |engine, now| {
                engine.take_over_vault(&reading.archive, now);
                engine.close_vault_takeover(chains, now);
            });
        }
    }
}

fn put(change: &Change) -> Option<&Record> {
    match change {
        Change::Put(record) => Some(record),
        Change::Delete { .. } => None,
    }
}
