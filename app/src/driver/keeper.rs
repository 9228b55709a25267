//! What this browser keeps, as the engine and the driver know it: records in tables, and a few notes of the driver's
//! own. The store behind encrypts all of it alike.

mod archive;
mod items;
pub mod journal;

use std::cell::{Cell, RefCell};
use std::ops::RangeInclusive;

use parley_client::store::{Change, Record, Table};
use parley_protocol::json;
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::archive::Tags;
use crate::platform::clock;
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
    /// What is about to be done and can still be undone.
    Pending,
}

impl Note {
    fn as_str(self) -> &'static str {
        match self {
            Self::Drafts => "drafts",
            Self::OpenChannel => "open_channel",
            Self::Voice => "voice",
            Self::Unanswered => "unanswered",
            Self::RecoveryReminder => "recovery_reminder",
            Self::Pending => "pending",
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
pub struct Keeper {
    store: Store,
    /// What is in the archive, once somebody has looked for something in it.
    tags: RefCell<Option<Tags>>,
    /// Counts up, for the names of records that say what changed.
    news: Cell<u32>,
}

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
        Ok(Self {
            store: Store::open().await?,
            tags: RefCell::default(),
            news: Cell::default(),
        })
    }

    /// Who holds the store, for a worker that opens it beside this page.
    pub fn holder(&self) -> String {
        self.store.holder()
    }

    /// Reads everything but the log up to the newest checkpoint of it, which the engine does not need. If that cannot
    /// be opened, the whole log is read.
    pub async fn load(&self) -> Result<Loaded, StoreError> {
        let ranges = items::ranges_at_start(&self.store).await?;
        let (kept, damaged) = self.store.load_all(&ranges, covered_log).await?;
        let checkpoint = |name: &String| name.starts_with(Table::Checkpoint.as_str());
        if damaged.iter().any(checkpoint) {
            return self.load_whole().await;
        }
        Ok(sort(kept, damaged))
    }

    /// The same with the whole log. A damaged record of the engine's is handed over without a value: what to do without it is
    /// for the engine to say. A damaged note is as one that was never written.
    pub async fn load_whole(&self) -> Result<Loaded, StoreError> {
        let ranges = items::ranges_at_start(&self.store).await?;
        let (kept, damaged) = self.store.load_all(&ranges, |_| None).await?;
        Ok(sort(kept, damaged))
    }

    /// Records of the archive whose keys begin with one of these, each with a whole session at least.
    pub async fn find(&self, beginnings: &[String]) -> Result<Vec<Record>, StoreError> {
        if self.tags.borrow().is_none() {
            let kept = self.store.load_beginning_with(Tags::BEGINNING).await?;
            self.tags.replace(Some(Tags::read(&kept)));
        }
        let tags = self.tags.borrow().as_ref().map(|it| it.bundles(beginnings));
        let mut found = Vec::new();
        for bundle in tags.unwrap_or_default() {
            for kept in self.store.load_beginning_with(&bundle).await? {
                found.extend(archive::unpack(&kept.value, beginnings));
            }
        }
        Ok(found)
    }

    /// The whole archive.
    pub async fn find_all(&self) -> Result<Vec<Record>, StoreError> {
        let kept = self.store.load_beginning_with(&end()).await?;
        let all = [String::new()];
        let bundles = kept.iter().flat_map(|it| archive::unpack(&it.value, &all));
        Ok(bundles.collect())
    }

    /// The whole community log.
    pub async fn find_log(&self) -> Result<Vec<Record>, StoreError> {
        let log = name(Table::Log.as_str(), "");
        let kept = self.store.load_beginning_with(&log).await?;
        Ok(sort(kept, Vec::new()).records)
    }

    /// The channels' items between two keys, both included; only the `newest` so many.
    pub async fn find_items(
        &self,
        first: &str,
        last: &str,
        newest: Option<u32>,
    ) -> Result<Vec<Record>, StoreError> {
        let mut range = items::range(first, last);
        if let Some(newest) = newest {
            let names = self.store.names_between(&range).await?;
            range.start = items::newest(names, newest).unwrap_or(range.start);
        }
        let kept = self.store.load_between(&range).await?;
        Ok(sort(kept, Vec::new()).records)
    }

    /// How many items of channels lie between two keys, both included.
    pub async fn count_items(&self, first: &str, last: &str) -> Result<usize, StoreError> {
        let names = self.store.names_between(&items::range(first, last)).await?;
        Ok(names.len())
    }

    /// Takes some of the oldest items away: they are had again from the relay.
    pub async fn make_room(&self) -> Result<(), StoreError> {
        let names = items::oldest(&self.store).await?;
        let mut writes = names.into_iter().map(Write::Delete).collect();
        self.tell(&mut writes);
        self.store.apply(writes).await
    }

    /// Adds a record that says which items are changed.
    fn tell(&self, writes: &mut Vec<Write>) {
        let name = || {
            let count = self.news.get().wrapping_add(1);
            self.news.set(count);
            format!("{}/{count}", clock::now())
        };
        writes.extend(journal::news(writes, name));
    }

    /// Takes damaged notes away, so that they are told of once.
    pub async fn forget_damaged_notes(&self, damaged: &[String]) -> Result<(), StoreError> {
        let notes = damaged.iter().filter(|name| name.starts_with(NOTES));
        let writes: Vec<Write> = notes.cloned().map(Write::Delete).collect();
        if writes.is_empty() {
            return Ok(());
        }
        self.store.apply(writes).await
    }

    /// Carries out the engine's changes, all or none.
    pub async fn apply(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.store.apply(self.writes(changes)).await
    }

    /// The same with what can be had again: a crash of the machine may lose it, unless something else is kept after it.
    pub async fn apply_loosely(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let writes = self.writes(changes);
        self.store.apply_loosely(writes).await
    }

    /// Carries out changes together with a note.
    pub async fn apply_with_note(
        &self,
        changes: Vec<Change>,
        note: NoteWrite,
    ) -> Result<(), StoreError> {
        let mut writes: Vec<Write> = self.writes(changes);
        writes.push(note_write(note));
        self.store.apply(writes).await
    }

    /// Carries out changes and takes a note away.
    pub async fn apply_and_forget(
        &self,
        changes: Vec<Change>,
        note: Note,
    ) -> Result<(), StoreError> {
        let mut writes: Vec<Write> = self.writes(changes);
        writes.push(Write::Delete(name(NOTES, note.as_str())));
        self.store.apply(writes).await
    }

    /// Writes a note.
    pub async fn keep(&self, note: NoteWrite) -> Result<(), StoreError> {
        self.store.apply(vec![note_write(note)]).await
    }

    /// Takes a note away.
    pub async fn forget(&self, note: Note) -> Result<(), StoreError> {
        self.store
            .apply(vec![Write::Delete(name(NOTES, note.as_str()))])
            .await
    }

    /// Takes the whole store away, whatever state it is in. None may be open.
    pub async fn destroy() -> Result<(), StoreError> {
        Store::destroy().await
    }

    /// What to write. Keys of the archive go into bundles.
    fn writes(&self, changes: Vec<Change>) -> Vec<Write> {
        let mut writes = Vec::with_capacity(changes.len());
        let mut archived = Vec::new();
        for change in changes {
            match write(change) {
                Ok(write) => writes.push(write),
                Err(record) => archived.push(record),
            }
        }
        if !archived.is_empty() {
            let bundles = archive::writes(archived);
            if let Some(tags) = &mut *self.tags.borrow_mut() {
                tags.note(&bundles);
            }
            writes.extend(bundles);
        }
        self.tell(&mut writes);
        writes
    }

    /// Forgets everything.
    pub async fn clear(&mut self) -> Result<(), StoreError> {
        self.tags.replace(None);
        self.store.clear().await
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

fn write(change: Change) -> Result<Write, Record> {
    match change {
        Change::Put(record) if record.table == Table::Archive => Err(record),
        Change::Put(Record { table, key, value }) => Ok(Write::Put(Kept {
            name: name(table.as_str(), &key),
            value,
        })),
        Change::Delete { table, key } => Ok(Write::Delete(name(table.as_str(), &key))),
    }
}

fn name(table: &str, key: &str) -> String {
    format!("{table}/{key}")
}
