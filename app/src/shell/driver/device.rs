//! The device that this tab holds: the lock that keeps other tabs out, the store, and the engine made from it. The
//! engine is never here without the store.

use parley_client::Engine;
use parley_client::engine::RestoreError;
use parley_client::store::{Change, Record};

use crate::driver::keeper::{Keeper, Loaded, NoteWrite};
use crate::platform::store::StoreError;
use crate::platform::{clock, locks, random};

const LOCK: &str = "parley-device";

#[derive(Default)]
pub struct Device {
    lock: Option<locks::Held>,
    keeper: Option<Keeper>,
    engine: Option<Engine>,
}

impl Device {
    pub fn engine(&self) -> Option<&Engine> {
        self.engine.as_ref()
    }

    pub fn engine_mut(&mut self) -> Option<&mut Engine> {
        self.engine.as_mut()
    }

    /// The engine and the store, for a part that stores by itself what it then tells the engine.
    pub fn both(&mut self) -> Option<(&mut Engine, &Keeper)> {
        Some((self.engine.as_mut()?, self.keeper.as_ref()?))
    }

    /// For somebody who has no device here, or whose session ended: keys go into the store.
    pub fn for_enrolment(&mut self) -> Option<(&mut Keeper, Option<&mut Engine>)> {
        Some((self.keeper.as_mut()?, self.engine.as_mut()))
    }

    /// Whether this tab is the only one that holds the device now. `lost` is called when another one takes it over.
    pub async fn lock(
        &mut self,
        ask: locks::Ask,
        lost: impl Fn() + 'static,
    ) -> Result<bool, locks::LockError> {
        let held = locks::request(LOCK, ask, lost).await?;
        let is_held = held.is_some();
        if is_held {
            self.lock = held;
        }
        Ok(is_held)
    }

    /// Opens the store and reads it.
    pub async fn open(&mut self) -> Result<Loaded, StoreError> {
        let keeper = Keeper::open().await?;
        let loaded = keeper.load().await?;
        self.keeper = Some(keeper);
        Ok(loaded)
    }

    /// Reads the open store again.
    pub async fn load(&self) -> Result<Loaded, StoreError> {
        match &self.keeper {
            Some(keeper) => keeper.load().await,
            None => Ok(Loaded::default()),
        }
    }

    /// Makes the engine of what was read; whether there is a device in it. With a checkpoint that is of no use, the
    /// whole log makes it.
    pub async fn restore(&mut self, loaded: &mut Loaded) -> Result<bool, RestoreError> {
        let mut made = engine_of(loaded);
        if let Err(RestoreError::CheckpointDamaged) = &made
            && let Some(keeper) = &self.keeper
            && let Ok(whole) = keeper.load_whole().await
        {
            *loaded = whole;
            made = engine_of(loaded);
        }
        self.engine = made?;
        Ok(self.engine.is_some())
    }

    /// Carries out changes. If the browser has no room left, old messages give way, which the relay has as well.
    pub async fn apply(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let Some(keeper) = &self.keeper else {
            return Ok(());
        };
        match keeper.apply(changes.clone()).await {
            Err(StoreError::Full) => {
                keeper.make_room().await?;
                keeper.apply(changes).await
            }
            done => done,
        }
    }

    /// Items of a channel between two keys; none if the store fails, since what is not found is asked for elsewhere.
    pub async fn find_items(&self, first: &str, last: &str, newest: Option<u32>) -> Vec<Record> {
        match &self.keeper {
            Some(keeper) => {
                let found = keeper.find_items(first, last, newest).await;
                found.unwrap_or_default()
            }
            None => Vec::new(),
        }
    }

    /// The whole community log; nothing if the store fails.
    pub async fn find_log(&self) -> Vec<Record> {
        match &self.keeper {
            Some(keeper) => keeper.find_log().await.unwrap_or_default(),
            None => Vec::new(),
        }
    }

    /// Records of the archive; none if the store fails, since what is not found is asked for elsewhere.
    pub async fn find(&self, beginnings: &[String]) -> Vec<Record> {
        match &self.keeper {
            Some(keeper) => keeper.find(beginnings).await.unwrap_or_default(),
            None => Vec::new(),
        }
    }

    pub async fn keep(&self, note: NoteWrite) -> Result<(), StoreError> {
        match &self.keeper {
            Some(keeper) => keeper.keep(note).await,
            None => Ok(()),
        }
    }

    pub async fn forget_damaged_notes(&self, damaged: &[String]) -> Result<(), StoreError> {
        match &self.keeper {
            Some(keeper) => keeper.forget_damaged_notes(damaged).await,
            None => Ok(()),
        }
    }

    /// Forgets everything that is kept.
    pub async fn clear(&mut self) -> Result<(), StoreError> {
        match &mut self.keeper {
            Some(keeper) => keeper.clear().await,
            None => Ok(()),
        }
    }

    /// Takes the store away, whatever state it is in, and opens an empty one.
    pub async fn begin_anew(&mut self) -> Result<(), StoreError> {
        self.engine = None;
        self.keeper = None;
        Keeper::destroy().await?;
        self.keeper = Some(Keeper::open().await?);
        Ok(())
    }

    /// Nothing is sent or received any more.
    pub fn stop(&mut self) {
        self.engine = None;
    }

    /// Another tab has the device now: nothing is written any more.
    pub fn hand_over(&mut self) {
        *self = Self::default();
    }
}

fn engine_of(loaded: &Loaded) -> Result<Option<Engine>, RestoreError> {
    let Ok(seed) = random::bytes() else {
        return Err(RestoreError::KeysMissing);
    };
    Engine::restore(&loaded.records, seed, clock::now())
}
