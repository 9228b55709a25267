//! What this browser keeps: an `IndexedDB` of records, each encrypted by AES-GCM under a key that no script can read out.
//! The key lives in the same database, as an object that can be used and not exported.
//!
//! A record's name is authenticated with it, so that records cannot be exchanged. Every value has a fresh nonce.
//! Nothing is kept in plain form but the names.

mod database;
mod sealing;

use std::ops::{Range, RangeInclusive};

use wasm_bindgen::JsValue;

use database::{Database, Durability, WriteError};
use sealing::StoreKey;

use super::{js, random};

/// Something kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// Its content.
    pub value: Vec<u8>,
}

/// A change.
#[derive(Clone, PartialEq, Eq)]
pub enum Write {
    /// Keep this, in place of what had the same name.
    Put(Kept),
    /// Forget what has this name.
    Delete(String),
}

/// Why the store could not do something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The browser has no storage for this page: a private window, or a plain-HTTP address.
    #[error("the browser keeps nothing for this page: {0}")]
    Unavailable(String),
    /// No room is left. Nothing was changed.
    #[error("the browser has no room left")]
    Full,
    /// What was kept is in no state to be opened.
    #[error("what was kept cannot be opened: {0}")]
    Unusable(String),
    /// Another tab has opened the store since: it is its to write now. Nothing was changed.
    #[error("another tab took over")]
    TakenOver,
    /// Anything else. Nothing was changed.
    #[error("the store failed: {0}")]
    Failed(String),
}

/// The open store.
pub struct Store {
    database: Database,
    key: StoreKey,
}

impl Store {
    /// Opens the store, and makes it and its key the first time. From then on no other tab can write to it.
    pub async fn open() -> Result<Self, StoreError> {
        let holder =
            random::bytes::<16>().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let database = Database::open(&format!("{holder:x?}"))
            .await
            .map_err(not_opened)?;
        let kept = database.key().await.map_err(not_opened)?;
        if let Some(key) = kept.and_then(StoreKey::from_kept) {
            return Ok(Self { database, key });
        }
        // Whatever was sealed with a key that is lost is found to be damaged.
        let key = StoreKey::generate().await.map_err(not_opened)?;
        database.keep_key(key.to_kept()).await?;
        Ok(Self { database, key })
    }

    /// Opens the store beside the one who holds it, as a worker of the same page does: it can write as long as that one
    /// can.
    pub async fn open_beside(holder: &str) -> Result<Self, StoreError> {
        let database = Database::open_beside(holder).await.map_err(not_opened)?;
        let kept = database.key().await.map_err(not_opened)?;
        let key = kept.and_then(StoreKey::from_kept);
        let key = key.ok_or_else(|| StoreError::Unusable("it has no key".to_owned()))?;
        Ok(Self { database, key })
    }

    /// Who holds the store, for [`Store::open_beside`].
    pub fn holder(&self) -> String {
        self.database.holder()
    }

    /// Everything in these ranges of names that can be opened, in their order; and the names of what cannot.
    /// `unneeded` says by their names which of the records stay closed.
    pub async fn load_all(
        &self,
        ranges: &[Range<String>],
        unneeded: impl FnOnce(&[(String, Vec<u8>)]) -> Option<RangeInclusive<String>>,
    ) -> Result<(Vec<Kept>, Vec<String>), StoreError> {
        let mut sealed = Vec::new();
        for Range { start, end } in ranges {
            sealed.extend(self.database.between(start, end).await.map_err(failure)?);
        }
        if let Some(unneeded) = unneeded(&sealed) {
            sealed.retain(|(name, _)| !unneeded.contains(name));
        }
        Ok(self.open_all(sealed).await)
    }

    /// What has a name in this range, and can be opened.
    pub async fn load_between(&self, range: &Range<String>) -> Result<Vec<Kept>, StoreError> {
        let sealed = self.database.between(&range.start, &range.end).await;
        let (records, _) = self.open_all(sealed.map_err(failure)?).await;
        Ok(records)
    }

    /// The names in this range, in their order.
    pub async fn names_between(&self, range: &Range<String>) -> Result<Vec<String>, StoreError> {
        let names = self.database.names_between(&range.start, &range.end).await;
        names.map_err(failure)
    }

    /// What has a name that begins so, and can be opened.
    pub async fn load_beginning_with(&self, beginning: &str) -> Result<Vec<Kept>, StoreError> {
        let sealed = self.database.beginning_with(beginning).await;
        let (records, _) = self.open_all(sealed.map_err(failure)?).await;
        Ok(records)
    }

    async fn open_all(&self, sealed: Vec<(String, Vec<u8>)>) -> (Vec<Kept>, Vec<String>) {
        // All are begun before the first is waited for: the browser opens them side by side.
        let opening: Vec<_> = sealed
            .into_iter()
            .map(|(name, sealed)| (self.key.open(&name, &sealed), name))
            .collect();
        let mut records = Vec::with_capacity(opening.len());
        let mut damaged = Vec::new();
        for (opened, name) in opening {
            match sealing::finish(opened).await {
                Ok(value) => records.push(Kept { name, value }),
                Err(_) => damaged.push(name),
            }
        }
        (records, damaged)
    }

    /// Carries out all changes, or none. Done means on the disk.
    pub async fn apply(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        self.write(writes, Durability::Strict).await
    }

    /// Carries out all changes, or none. A crash of the machine may lose them, unless something else is applied after
    /// them: for what can be had again.
    pub async fn apply_loosely(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        self.write(writes, Durability::Relaxed).await
    }

    async fn write(&self, writes: Vec<Write>, durability: Durability) -> Result<(), StoreError> {
        let mut sealing = Vec::with_capacity(writes.len());
        for write in writes {
            sealing.push(match write {
                Write::Put(Kept { name, value }) => (Some(self.key.seal(&name, &value)), name),
                Write::Delete(name) => (None, name),
            });
        }
        // A transaction ends by itself while other promises are waited for, so everything is sealed before it begins.
        let mut sealed = Vec::with_capacity(sealing.len());
        for (value, name) in sealing {
            sealed.push((
                name,
                match value {
                    Some(value) => Some(value.finish().await.map_err(failure)?),
                    None => None,
                },
            ));
        }
        Ok(self.database.write(&sealed, durability).await?)
    }

    /// Takes the whole database away, whatever state it is in.
    pub async fn destroy() -> Result<(), StoreError> {
        Database::destroy().await.map_err(failure)
    }

    /// Forgets everything, the key too: what a disk may still hold of it cannot be opened any more.
    pub async fn clear(&mut self) -> Result<(), StoreError> {
        let next = StoreKey::generate().await.map_err(failure)?;
        self.database.clear(next.to_kept()).await?;
        self.key = next;
        Ok(())
    }
}

impl From<WriteError> for StoreError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::TakenOver => Self::TakenOver,
            WriteError::Browser(error) => failure(error),
        }
    }
}

/// Some browsers refuse a page in a private window to keep anything; a store that is there and broken is another matter.
fn not_opened(error: JsValue) -> StoreError {
    match js::name_of(&error).as_str() {
        "UnknownError" | "NotFoundError" | "VersionError" | "DataError" | "NotReadableError" => {
            StoreError::Unusable(js::message(&error))
        }
        "QuotaExceededError" => StoreError::Full,
        _ => StoreError::Unavailable(js::message(&error)),
    }
}

fn failure(error: JsValue) -> StoreError {
    if js::name_of(&error) == "QuotaExceededError" {
        StoreError::Full
    } else {
        StoreError::Failed(js::message(&error))
    }
}
