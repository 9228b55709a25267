//! One file on the screen: how far it is, and what can be asked for it.

use std::sync::Arc;

use leptos::prelude::*;

use super::store::{File, FileState, FilesIntent};
use crate::stores::{Stores, stores};

#[derive(Clone)]
pub struct Handle {
    pub file: File,
    state: ArcRwSignal<FileState>,
    stores: Stores,
}

impl Handle {
    pub fn new(file: File) -> Self {
        let stores = stores();
        Self {
            state: stores.files.state(&file.id),
            file,
            stores,
        }
    }

    /// Reactive.
    pub fn state(&self) -> FileState {
        self.state.get()
    }

    /// Asks for it unless it is here or on its way.
    pub fn want(&self) {
        let is_away = self
            .state
            .with_untracked(|state| *state == FileState::NotFetched);
        if is_away && !self.file.is_broken {
            self.send(FilesIntent::Fetch(self.file.clone()));
        }
    }

    pub fn save(&self) {
        self.send(FilesIntent::Save(self.file.clone()));
    }

    pub fn retry(&self) {
        self.send(FilesIntent::Retry(self.file.clone()));
    }

    pub fn cancel(&self) {
        self.send(FilesIntent::Cancel(self.file.id.clone()));
    }

    /// Where it is, once it is here. Told of only when that changes.
    pub fn address(&self) -> Memo<Option<Arc<str>>> {
        let state = self.state.clone();
        Memo::new(move |_| {
            state.with(|state| match state {
                FileState::Here { address } => Some(Arc::clone(address)),
                FileState::NotFetched
                | FileState::Fetching { .. }
                | FileState::Sending { .. }
                | FileState::Waiting(_)
                | FileState::Failed(_)
                | FileState::Gone(_) => None,
            })
        })
    }

    fn send(&self, intent: FilesIntent) {
        self.stores.actions.send(intent);
    }
}
