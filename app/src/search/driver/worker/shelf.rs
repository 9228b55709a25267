//! Where the index is kept: in the store of the device, sealed like everything there, under names that a start does not
//! read. Signing out takes it away with the rest. What is damaged is begun anew.

use std::collections::BTreeMap;
use std::ops::Range;

use parley_client::search::{Changes, Entry, Index, Kept as KeptIndex};
use parley_client::store::{Record, Table};
use parley_protocol::json;

use super::todo::Todo;
use crate::driver::keeper::journal::{self, NEWS, Stretch};
use crate::platform::store::{Kept, Store, StoreError, Write};

/// What the names of all of it begin with.
const ALL: &str = "words/";
/// Names the segments, and what waits for messages.
const INDEX: &str = "words/index";
/// What is not in the index yet.
const TODO: &str = "words/todo";
const SEGMENT: &str = "words/segment/";
/// Items that are read at once.
const STEP: usize = 250;

pub(super) struct Shelf {
    store: Store,
}

impl Shelf {
    pub(super) async fn open(holder: &str) -> Result<Self, StoreError> {
        let store = Store::open_beside(holder).await?;
        Ok(Self { store })
    }

    /// The index, and what is not in it yet.
    pub(super) async fn load(&self) -> Result<(Index, Todo), StoreError> {
        let kept = self.store.load_beginning_with(ALL).await?;
        let records = kept.into_iter().map(|it| (it.name, it.value));
        match opened(records.collect()) {
            Some(opened) => Ok(opened),
            None => self.begin_anew().await,
        }
    }

    /// An empty index, and everything to read.
    async fn begin_anew(&self) -> Result<(Index, Todo), StoreError> {
        let names = self.store.names_between(&between(ALL)).await?;
        if !names.is_empty() {
            let deletes = names.into_iter().map(Write::Delete);
            self.store.apply_loosely(deletes.collect()).await?;
        }
        let items = format!("{}/", Table::Items.as_str());
        let names = self.store.names_between(&between(&items)).await?;
        let all = names.iter().filter_map(|name| journal::place(name));
        let all: Vec<(&str, u64)> = all.collect();
        let places = all.chunk_by(|one, other| one.0 == other.0);
        let stretches = places.map(|of_place| of_place.rchunks(STEP).filter_map(stretch).collect());
        Ok((Index::default(), Todo::all(stretches.collect())))
    }

    /// What changed and was not taken in yet, each with the name of its record.
    pub(super) async fn news(
        &self,
        todo: &Todo,
    ) -> Result<Vec<(String, Vec<Stretch>)>, StoreError> {
        let kept = self.store.load_beginning_with(NEWS).await?;
        let new = kept.into_iter().filter(|it| !todo.has_taken(&it.name));
        Ok(new
            .map(|record| {
                let stretches = journal::read(&record);
                (record.name, stretches)
            })
            .collect())
    }

    /// What stands there now, in order.
    pub(super) async fn read(&self, stretch: &Stretch) -> Result<Vec<Entry>, StoreError> {
        let table = Table::Items.as_str();
        let name = |seq| format!("{table}/{}/{seq:020}", stretch.place);
        let range = name(stretch.first)..format!("{}~", name(stretch.last));
        let kept = self.store.load_between(&range).await?;
        let entries = kept.into_iter().filter_map(|Kept { name, value }| {
            let key = name.split_once('/')?.1.to_owned();
            let table = Table::Items;
            Entry::of(&Record { table, key, value })
        });
        Ok(entries.collect())
    }

    /// Keeps the index and what is not in it yet, all or nothing.
    pub(super) async fn keep(&self, changes: Changes, todo: &mut Todo) -> Result<(), StoreError> {
        let Changes { kept, put, delete } = changes;
        let record = |name: String, value| Write::Put(Kept { name, value });
        let mut writes = vec![
            record(INDEX.to_owned(), kept),
            record(TODO.to_owned(), json::write(&todo.to_kept()).into_bytes()),
        ];
        writes.extend(
            put.into_iter()
                .map(|(number, bytes)| record(segment(number), bytes)),
        );
        writes.extend(
            delete
                .into_iter()
                .map(|number| Write::Delete(segment(number))),
        );
        writes.extend(todo.taken().iter().cloned().map(Write::Delete));
        self.store.apply_loosely(writes).await?;
        todo.set_kept();
        Ok(())
    }
}

fn stretch(items: &[(&str, u64)]) -> Option<Stretch> {
    let (place, first) = *items.first()?;
    let (_, last) = *items.last()?;
    Some(Stretch {
        place: place.to_owned(),
        first,
        last,
    })
}

fn opened(mut records: BTreeMap<String, Vec<u8>>) -> Option<(Index, Todo)> {
    let kept = KeptIndex::read(&records.remove(INDEX)?)?;
    let todo = json::read(records.remove(TODO)?).ok()?;
    let index = Index::open(kept, |number| records.remove(&segment(number)))?;
    Some((index, Todo::from_kept(todo)))
}

fn segment(number: u32) -> String {
    format!("{SEGMENT}{number:010}")
}

/// The names that begin so.
fn between(beginning: &str) -> Range<String> {
    beginning.to_owned()..format!("{beginning}\u{ffff}")
}
