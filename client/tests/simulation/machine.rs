//! One machine: a disk that outlives crashes, an engine that does not, and the driver between them.

use std::collections::BTreeMap;

use parley_client::Engine;
use parley_client::store::{Change, Record, Table};
use parley_client::vault::Restore;
use parley_protocol::Millis;
use parley_protocol::ids::DeviceId;
use parley_relay::RefreshToken;

use super::dice::Dice;
use super::link::Link;
use super::restoring::Reading;

/// What a machine has stored.
#[derive(Debug, Clone, Default)]
pub(super) struct Disk(BTreeMap<(Table, String), Vec<u8>>);

impl Disk {
    pub(super) fn keep(&mut self, changes: Vec<Change>) {
        for change in changes {
            match change {
                Change::Put(Record { table, key, value }) => {
                    self.0.insert((table, key), value);
                }
                Change::Delete { table, key } => {
                    self.0.remove(&(table, key));
                }
            }
        }
    }

    /// What an engine starts from.
    pub(super) fn records(&self) -> Vec<Record> {
        self.all(|table, _| table != Table::Archive)
    }

    /// Records of the archive whose keys begin with one of these.
    pub(super) fn archived(&self, beginnings: &[String]) -> Vec<Record> {
        self.all(|table, key| {
            table == Table::Archive && beginnings.iter().any(|it| key.starts_with(it))
        })
    }

    /// Stored items whose keys are between these.
    pub(super) fn items_between(&self, first: &str, last: &str) -> Vec<Record> {
        self.all(|table, key| table == Table::Items && first <= key && key <= last)
    }

    /// Whether its vault was not read to the end.
    pub(super) fn is_to_read_vault(&self) -> bool {
        self.records().iter().any(Restore::is_waiting)
    }

    /// Whether the relay has all of its vault's segments.
    pub(super) fn has_nothing_on_its_way(&self) -> bool {
        !self
            .of(Table::Vault)
            .any(|(key, _)| key.starts_with("segment/"))
    }

    fn all(&self, wanted: impl Fn(Table, &str) -> bool) -> Vec<Record> {
        self.0
            .iter()
            .filter(|((table, key), _)| wanted(*table, key))
            .map(|((table, key), value)| Record {
                table: *table,
                key: key.clone(),
                value: value.clone(),
            })
            .collect()
    }

    pub(super) fn of(&self, table: Table) -> impl Iterator<Item = (&str, &[u8])> {
        self.0
            .iter()
            .filter(move |((found, _), _)| *found == table)
            .map(|((_, key), value)| (key.as_str(), value.as_slice()))
    }
}

pub(super) struct Machine {
    /// Whose it is.
    pub(super) person: usize,
    /// Since when its person was a member when it came: the place in the log.
    pub(super) membership: u64,
    pub(super) device: DeviceId,
    pub(super) disk: Disk,
    /// `None` while it is off.
    pub(super) engine: Option<Engine>,
    pub(super) link: Option<Link>,
    pub(super) cookie: RefreshToken,
    pub(super) access: Option<(String, Millis)>,
    /// When the driver has opened the socket, and whether it needs a new token for it.
    pub(super) connect_at: Option<(Millis, bool)>,
    pub(super) start_at: Option<Millis>,
    pub(super) log_in_at: Option<Millis>,
    /// When the next piece of the vault is read.
    pub(super) read_at: Option<Millis>,
    pub(super) reading: Option<Reading>,
    /// It crashes after so many more effects.
    pub(super) crash_after: Option<u64>,
    /// The log has no place for it any more, and it knows.
    pub(super) gone: bool,
    /// It fell into the sea, with its disk.
    pub(super) lost: bool,
    pub(super) dice: Dice,
}

impl Machine {
    pub(super) fn next(&self) -> Option<Millis> {
        let engine = self.engine.as_ref().and_then(Engine::poll_timeout);
        [
            engine,
            self.link
                .as_ref()
                .filter(|link| !link.silent)
                .and_then(Link::next),
            self.connect_at.map(|(at, _)| at),
            self.start_at,
            self.log_in_at,
            self.read_at,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    pub(super) fn is_on(&self) -> bool {
        self.engine.is_some() && !self.gone && !self.lost
    }
}
