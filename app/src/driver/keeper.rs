//! What this browser keeps, as the engine and the driver know it: records in tables, and a few notes of the driver's
//! own. The store behind encrypts all of it alike.

use std::ops::RangeInclusive;

use parley_client::store::{Change, Record, Table};
use parley_protocol::json;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::platform::store::{Kept, Store, StoreError, Write};

/// The notes' table; no table of the engine has this name.
const NOTES: &str = "page";

/// The driver's own notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// What was typed and not sent, by channel.
    Drafts,
    /// The channel that was last on the screen.
    OpenChannel,
    /// Microphone, loudspeaker, volumes, mute.
    Voice,
    /// A registration whose answer never came.
    Unanswered,
    /// Whether to ask for a recovery key.
    RecoveryReminder,
}

impl Note {
    fn as_str(self) -> &'static str {
        match self {
            Self::Drafts => "drafts",
            Self::OpenChannel => "open_channel",
            Self::Voice => "voice",
            Self::Unanswered => "unanswered",
            Self::RecoveryReminder => "recovery_reminder",
        }
    }
}

/// A note, as it is written.
pub struct NoteWrite {
    note: Note,
    value: String,
}

impl Note {
    pub fn with<T: Serialize + ?Sized>(self, value: &T) -> NoteWrite {
        NoteWrite {
            note: self,
            value: json::write(value),
        }
    }
}

/// The open store.
pub struct Keeper(Store);

/// Everything that was kept when the page opened.
#[derive(Default)]
pub struct Loaded {
    /// For the engine.
    pub records: Vec<Record>,
    notes: Vec<(String, Vec<u8>)>,
    /// Names of what could not be opened.
    pub damaged: Vec<String>,
}

impl Loaded {
    /// Whether there is such a note, readable or not.
    pub fn has_note(&self, note: Note) -> bool {
        self.notes.iter().any(|(name, _)| name == note.as_str())
    }

    /// A note as it was last written.
    pub fn note<T: DeserializeOwned>(&self, note: Note) -> Option<T> {
        let (_, value) = self.notes.iter().find(|(name, _)| name == note.as_str())?;
        json::read(value).ok()
    }
}

impl Keeper {
    pub async fn open() -> Result<Self, StoreError> {
        Store::open().await.map(Self)
    }

    /// Reads everything but the log up to the newest checkpoint of it, which the engine does not need. If that cannot
    /// be opened, the whole log is read.
    pub async fn load(&self) -> Result<Loaded, StoreError> {
        let (kept, damaged) = self.0.load_all(&end(), covered_log).await?;
        let checkpoint = |name: &String| name.starts_with(Table::Checkpoint.as_str());
        if damaged.iter().any(checkpoint) {
            return self.load_whole().await;
        }
        Ok(sort(kept, damaged))
    }

    /// Reads everything. A damaged record of the engine's is handed over without a value: what to do without it is
    /// for the engine to say. A damaged note is as one that was never written.
    pub async fn load_whole(&self) -> Result<Loaded, StoreError> {
        let (kept, damaged) = self.0.load_all(&end(), |_| None).await?;
        Ok(sort(kept, damaged))
    }

    /// Records of the archive whose keys begin with one of these.
    pub async fn find(&self, beginnings: &[String]) -> Result<Vec<Record>, StoreError> {
        let mut found = Vec::new();
        for beginning in beginnings {
            let beginning = name(Table::Archive.as_str(), beginning);
            found.extend(self.0.load_beginning_with(&beginning).await?);
        }
        Ok(sort(found, Vec::new()).records)
    }

    /// Takes damaged notes away, so that they are told of once.
    pub async fn forget_damaged_notes(&self, damaged: &[String]) -> Result<(), StoreError> {
        let notes = damaged.iter().filter(|name| name.starts_with(NOTES));
        let writes: Vec<Write> = notes.cloned().map(Write::Delete).collect();
        if writes.is_empty() {
            return Ok(());
        }
        self.0.apply(writes).await
    }

    /// Carries out the engine's changes, all or none.
    pub async fn apply(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.0.apply(changes.into_iter().map(write).collect()).await
    }

    /// The same with what can be had again: a crash of the machine may lose it, unless something else is kept after it.
    pub async fn apply_loosely(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let writes = changes.into_iter().map(write).collect();
        self.0.apply_loosely(writes).await
    }

    /// Carries out changes together with a note.
    pub async fn apply_with_note(
        &self,
        changes: Vec<Change>,
        note: NoteWrite,
    ) -> Result<(), StoreError> {
        let mut writes: Vec<Write> = changes.into_iter().map(write).collect();
        writes.push(note_write(note));
        self.0.apply(writes).await
    }

    /// Carries out changes and takes a note away.
    pub async fn apply_and_forget(
        &self,
        changes: Vec<Change>,
        note: Note,
    ) -> Result<(), StoreError> {
        let mut writes: Vec<Write> = changes.into_iter().map(write).collect();
        writes.push(Write::Delete(name(NOTES, note.as_str())));
        self.0.apply(writes).await
    }

    /// Writes a note.
    pub async fn keep(&self, note: NoteWrite) -> Result<(), StoreError> {
        self.0.apply(vec![note_write(note)]).await
    }

    /// Takes a note away.
    pub async fn forget(&self, note: Note) -> Result<(), StoreError> {
        self.0
            .apply(vec![Write::Delete(name(NOTES, note.as_str()))])
            .await
    }

    /// Takes the whole store away, whatever state it is in. None may be open.
    pub async fn destroy() -> Result<(), StoreError> {
        Store::destroy().await
    }

    /// Forgets everything.
    pub async fn clear(&mut self) -> Result<(), StoreError> {
        self.0.clear().await
    }
}

/// Where what a start reads ends: the archive comes last, by its name.
fn end() -> String {
    name(Table::Archive.as_str(), "")
}

/// The names of the log's records up to the newest checkpoint.
fn covered_log(kept: &[(String, Vec<u8>)]) -> Option<RangeInclusive<String>> {
    let checkpoints = name(Table::Checkpoint.as_str(), "");
    let newest = kept
        .iter()
        .rev()
        .find_map(|(name, _)| name.strip_prefix(&checkpoints))?;
    let log = Table::Log.as_str();
    Some(name(log, "")..=name(log, newest))
}

fn sort(kept: Vec<Kept>, damaged: Vec<String>) -> Loaded {
    let lost = damaged.iter().map(|name| Kept {
        name: name.clone(),
        value: Vec::new(),
    });
    let mut loaded = Loaded::default();
    for Kept { name, value } in kept.into_iter().chain(lost) {
        let Some((table, key)) = name.split_once('/') else {
            continue;
        };
        match Table::from_name(table) {
            Some(table) => loaded.records.push(Record {
                table,
                key: key.to_owned(),
                value,
            }),
            None if table == NOTES => loaded.notes.push((key.to_owned(), value)),
            None => {}
        }
    }
    loaded.damaged = damaged;
    loaded
}

fn note_write(NoteWrite { note, value }: NoteWrite) -> Write {
    Write::Put(Kept {
        name: name(NOTES, note.as_str()),
        value: value.into_bytes(),
    })
}

fn write(change: Change) -> Write {
    match change {
        Change::Put(Record { table, key, value }) => Write::Put(Kept {
            name: name(table.as_str(), &key),
            value,
        }),
        Change::Delete { table, key } => Write::Delete(name(table.as_str(), &key)),
    }
}

fn name(table: &str, key: &str) -> String {
    format!("{table}/{key}")
}
