//! What a device keeps, as plain records. How and where they are kept is the driver's matter; that a
//! change is kept before anything that depends on it is sent is this crate's.

mod on_demand;

use parley_protocol::json;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use on_demand::{OnDemand, Restored};

use crate::sorted;

/// Items of a channel with which a device starts.
pub const LOADED_ITEMS: u64 = 500;

/// A table of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Who this device is: one record.
    Device,
    /// The vodozemac account: one record.
    Account,
    /// The community's state after an entry, by the entry's number. Entries up to there need not be given to
    /// [`crate::engine::Engine::restore`].
    Checkpoint,
    /// The community log, by number.
    Log,
    /// Positions, alerts and other small things, by name.
    State,
    /// Olm sessions, by the other device.
    OlmSessions,
    /// Own Megolm sessions, by channel.
    OutboundSessions,
    /// Everybody's Megolm sessions, by channel and session.
    InboundSessions,
    /// Keys of sessions from the vault, by session and segment. A driver does not give them to
    /// [`crate::engine::Engine::restore`]; the engine asks for those that it wants by [`crate::Effect::Find`].
    Archive,
    /// The chain of this device in the vault, segments on their way, chains of own devices, by name.
    Vault,
    /// Small values that all devices of the member share, by name.
    AccountData,
    /// Messages, by channel and number. A driver need give no more than the newest [`LOADED_ITEMS`] of a channel to
    /// [`crate::engine::Engine::restore`]; the engine asks for others by [`crate::Effect::FindItems`].
    Items,
    /// What was written here and not yet seen in its channel, by order of writing.
    Outbox,
    /// Conversations, their outbox, and what waits, by name. Their messages are among the items, with a dot in the key.
    Direct,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 14] = [
        Self::Device,
        Self::Account,
        Self::Checkpoint,
        Self::Log,
        Self::State,
        Self::OlmSessions,
        Self::OutboundSessions,
        Self::InboundSessions,
        Self::Archive,
        Self::Vault,
        Self::AccountData,
        Self::Items,
        Self::Outbox,
        Self::Direct,
    ];

    /// The name under which a driver keeps it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Account => "account",
            Self::Checkpoint => "checkpoint",
            Self::Log => "log",
            Self::State => "state",
            Self::OlmSessions => "olm_sessions",
            Self::OutboundSessions => "outbound_sessions",
            Self::InboundSessions => "inbound_sessions",
            Self::Archive => "vault_keys",
            Self::Vault => "vault",
            Self::AccountData => "account_data",
            Self::Items => "items",
            Self::Outbox => "outbox",
            Self::Direct => "direct",
        }
    }

    /// The table of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.as_str() == name)
    }
}

/// Something kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// In which table.
    pub table: Table,
    /// Under which key. Keys sort in the order of what they stand for.
    pub key: String,
    /// Secret: a driver encrypts it.
    pub value: Vec<u8>,
}

/// A change to what is kept.
#[derive(Clone, PartialEq, Eq)]
pub enum Change {
    /// Keep this, in place of what has the same table and key.
    Put(Record),
    /// Forget this.
    Delete {
        /// In which table.
        table: Table,
        /// Under which key.
        key: String,
    },
}

impl Change {
    /// A put of a value as JSON. Values of this crate always have a JSON form.
    pub(crate) fn put<T: Serialize>(table: Table, key: impl Into<String>, value: &T) -> Self {
        let value = json::write(value).into_bytes();
        Self::Put(Record {
            table,
            key: key.into(),
            value,
        })
    }

    /// A deletion.
    pub(crate) fn delete(table: Table, key: impl Into<String>) -> Self {
        Self::Delete {
            table,
            key: key.into(),
        }
    }
}

impl Record {
    /// The value, read back. `None` if the store gave something else than what was put.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Option<T> {
        json::read(&self.value).ok()
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { table, key, value } = self;
        write!(f, "{}/{key} ({} bytes)", table.as_str(), value.len())
    }
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Put(record) => write!(f, "put {record:?}"),
            Self::Delete { table, key } => write!(f, "delete {}/{key}", table.as_str()),
        }
    }
}

/// The value of the only record of a table.
pub(crate) fn read_one<T: DeserializeOwned>(records: &[Record], table: Table) -> Option<T> {
    records.iter().find(|record| record.table == table)?.read()
}

/// A value of [`Table::State`], by its name.
pub(crate) fn read_state<T: DeserializeOwned>(records: &[Record], key: &str) -> Option<T> {
    records
        .iter()
        .find(|record| record.table == Table::State && record.key == key)?
        .read()
}

/// A table's records, in the order of their keys.
pub(crate) fn of_table(records: &[Record], table: Table) -> Vec<&Record> {
    let found = records.iter().filter(|record| record.table == table);
    sorted::by_text(found.collect(), |record| &record.key)
}

/// A number as a key that sorts by size.
pub(crate) fn number_key(number: u64) -> String {
    format!("{number:020}")
}
