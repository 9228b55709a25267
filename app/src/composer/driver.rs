//! What was typed and not sent, kept for the next time the page opens. Encrypted like everything else that is kept.

use leptos::prelude::{Effect, Get, Set, WithUntracked};

use crate::driver::keeper::{Loaded, Note};
use crate::ids::ChannelId;
use crate::platform::clock::Timer;
use crate::shell::driver::coordinator::Driver;
use crate::shell::driver::inbox::{Inbox, Input};
use crate::stores::Stores;

/// A pause in typing, in milliseconds, after which the text is kept.
const PAUSE: u64 = 600;

/// Tells the driver when typing pauses. Called once, while the page is being built.
pub fn follow(stores: Stores, inbox: Inbox) {
    Effect::new(move |timer: Option<Option<Timer>>| {
        stores.composer.drafts.get();
        let inbox = inbox.clone();
        // Nothing was typed yet when this runs first; each later run ends the timer of the one before.
        timer.and_then(|_ended| Timer::after(PAUSE, move || inbox.put(Input::KeepDrafts)))
    });
}

impl Driver {
    pub fn restore_drafts(&self, loaded: &Loaded) {
        let drafts: Vec<(String, String)> = loaded.note(Note::Drafts).unwrap_or_default();
        let drafts = drafts
            .into_iter()
            .map(|(channel, text)| (ChannelId::from(channel), text))
            .collect();
        self.stores.composer.drafts.set(drafts);
    }

    pub async fn keep_drafts(&mut self) {
        let (Some(keeper), Some(_)) = (&self.keeper, &self.engine) else {
            return;
        };
        let drafts: Vec<(String, String)> = self.stores.composer.drafts.with_untracked(|drafts| {
            let written = drafts.iter().filter(|(_, text)| !text.is_empty());
            written
                .map(|(channel, text)| (channel.as_str().to_owned(), text.clone()))
                .collect()
        });
        if let Err(error) = keeper.keep(Note::Drafts, &drafts).await {
            self.store_failed(&error);
        }
    }
}
