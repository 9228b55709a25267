//! Files that are shown and held by the page as a whole: the newest, up to a size.

use std::collections::VecDeque;
use std::sync::Arc;

use leptos::prelude::Set;

use crate::files::store::{FileId, FileState, FilesStore};
use crate::files::text;
use crate::platform::blob::{Address, Blob};

/// Bytes that are held. Older ones are fetched again when somebody comes back to them.
const HELD: u64 = 256 * 1024 * 1024;

pub(super) struct ShownFiles {
    store: FilesStore,
    held: VecDeque<(FileId, Address, u64)>,
}

impl ShownFiles {
    pub(super) fn new(store: FilesStore) -> Self {
        Self {
            store,
            held: VecDeque::new(),
        }
    }

    /// Shows bytes of a type that is safe to show.
    pub(super) fn keep(&mut self, id: FileId, parts: &[Blob], mime: &str) {
        let whole = Blob::of_parts(parts, mime);
        let size = whole.as_ref().map(Blob::size).unwrap_or_default();
        let Some(address) = whole.and_then(|it| it.address()) else {
            return self
                .store
                .state(&id)
                .set(FileState::Failed(text::NOT_FETCHED));
        };
        let shown = Arc::from(address.as_str());
        self.store
            .state(&id)
            .set(FileState::Here { address: shown });
        self.held.push_back((id, address, size));
        self.let_go();
    }

    fn let_go(&mut self) {
        let mut bytes: u64 = self.held.iter().map(|(_, _, size)| size).sum();
        while bytes > HELD && self.held.len() > 1 {
            let Some((id, _, size)) = self.held.pop_front() else {
                return;
            };
            bytes -= size;
            self.store.state(&id).set(FileState::NotFetched);
        }
    }

    /// Where a file is, if it is held.
    pub(super) fn address(&self, id: &FileId) -> Option<String> {
        let found = self.held.iter().rev().find(|(held, _, _)| held == id);
        found.map(|(_, address, _)| address.as_str().to_owned())
    }
}
