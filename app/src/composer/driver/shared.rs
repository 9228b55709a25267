//! Drafts that a person has on all their devices: what was typed on one is there on the other. What is being typed here
//! is never replaced.

use leptos::prelude::{GetUntracked, Update, WithUntracked};
use litemap::LiteMap;
use parley_client::Engine;

use crate::composer::store::{ComposerStore, Mode};
use crate::ids::ChannelId;

/// Each draft is a value of its own, behind this name.
const NAME: &str = "draft/";
/// Bytes of a draft that is shared: longer ones stay here.
const LONGEST: usize = 2_000;
/// Drafts at a time. Somebody who has begun more messages finds the others where they were begun.
const MOST: usize = 50;

type Drafts = LiteMap<ChannelId, String>;

/// What all devices have.
pub struct SharedDrafts {
    store: ComposerStore,
    /// As they were last heard or told.
    known: Drafts,
}

impl SharedDrafts {
    pub fn new(store: ComposerStore) -> Self {
        Self {
            store,
            known: Drafts::new(),
        }
    }

    /// A device is here, with what was typed on it.
    pub fn enter(&mut self, engine: &Engine) {
        self.known = Drafts::new();
        self.show(engine);
    }

    /// Tells the other devices what was typed here.
    pub fn share(&mut self, engine: &mut Engine, now: u64) {
        // What is typed over a message is no draft.
        let edited = self.store.mode.with_untracked(|mode| match mode {
            Some(Mode::Edit { channel, .. }) => Some(self.store.desk(channel)),
            Some(Mode::Reply { .. }) | None => None,
        });
        for (channel, text) in changes(&self.known, &self.store.drafts.get_untracked()) {
            if edited.as_ref() == Some(&channel) {
                continue;
            }
            let name = format!("{NAME}{channel}");
            if engine.set_account_data(name, text.clone(), now).is_ok() {
                self.known.insert(channel, text);
            }
        }
    }

    /// Takes what was typed elsewhere.
    pub fn show(&mut self, engine: &Engine) {
        let heard = heard(engine);
        let news = self
            .store
            .drafts
            .with_untracked(|here| news(&self.known, &heard, here));
        self.known = heard;
        if !news.is_empty() {
            self.store.drafts.update(|drafts| {
                for (channel, text) in news {
                    drafts.insert(channel, text);
                }
            });
        }
    }
}

fn heard(engine: &Engine) -> Drafts {
    let mut heard = Drafts::new();
    for (name, text) in engine.account_data_beginning_with(NAME) {
        if let Some(channel) = name.strip_prefix(NAME) {
            heard.insert(ChannelId::from(channel), text.to_owned());
        }
    }
    heard
}

fn of<'a>(drafts: &'a Drafts, channel: &ChannelId) -> &'a str {
    drafts.get(channel).map(String::as_str).unwrap_or_default()
}

/// What is to be told: what was typed, and what is gone.
fn changes(known: &Drafts, here: &Drafts) -> Vec<(ChannelId, String)> {
    let shared = known.values().filter(|text| !text.is_empty()).count();
    let mut room = MOST.saturating_sub(shared);
    let mut changes = Vec::new();
    for (channel, text) in here.iter() {
        let before = of(known, channel);
        let is_new = before.is_empty();
        if before == text || text.len() > LONGEST || (is_new && room == 0) {
            continue;
        }
        room -= usize::from(is_new);
        changes.push((channel.clone(), text.clone()));
    }
    let gone = known
        .iter()
        .filter(|(channel, text)| !text.is_empty() && here.get(channel).is_none());
    changes.extend(gone.map(|(channel, _)| (channel.clone(), String::new())));
    changes
}

/// What was typed elsewhere, in channels where nothing was typed here since it was last heard.
fn news(known: &Drafts, heard: &Drafts, here: &Drafts) -> Vec<(ChannelId, String)> {
    let channels = known
        .keys()
        .chain(heard.keys().filter(|it| known.get(it).is_none()));
    let changed = channels.filter(|channel| {
        let before = of(known, channel);
        of(heard, channel) != before && of(here, channel) == before
    });
    let news = changed.map(|channel| (channel.clone(), of(heard, channel).to_owned()));
    news.collect()
}

#[cfg(test)]
mod tests {
    use super::{Drafts, LONGEST, MOST, changes, news};
    use crate::ids::ChannelId;

    fn drafts(all: &[(&str, &str)]) -> Drafts {
        let mut drafts = Drafts::new();
        for (channel, text) in all {
            drafts.insert(ChannelId::from(*channel), (*text).to_owned());
        }
        drafts
    }

    fn one(channel: &str, text: &str) -> Vec<(ChannelId, String)> {
        vec![(channel.into(), text.to_owned())]
    }

    #[test]
    fn what_was_typed_or_sent_is_told_once() {
        let known = drafts(&[("a", "old"), ("b", "same"), ("c", "")]);
        let here = drafts(&[("a", "new"), ("b", "same"), ("c", "")]);
        assert_eq!(changes(&known, &here), one("a", "new"));
        assert_eq!(changes(&known, &drafts(&[("a", "old")])), one("b", ""));
        assert!(changes(&here, &here).is_empty());
    }

    #[test]
    fn long_drafts_and_more_than_a_few_stay_here() {
        let long = "x".repeat(LONGEST + 1);
        assert!(changes(&Drafts::new(), &drafts(&[("a", &long)])).is_empty());
        let mut many = Drafts::new();
        for n in 0..MOST + 5 {
            many.insert(ChannelId::from(n.to_string()), "so".to_owned());
        }
        assert_eq!(changes(&Drafts::new(), &many).len(), MOST);
    }

    #[test]
    fn what_is_being_typed_here_is_not_replaced() {
        let known = drafts(&[("a", "old")]);
        let heard = drafts(&[("a", "theirs"), ("b", "theirs too")]);
        assert_eq!(
            news(&known, &heard, &drafts(&[("a", "mine")])),
            one("b", "theirs too")
        );
        assert_eq!(
            news(&known, &heard, &drafts(&[("a", "old"), ("b", "mine")])),
            one("a", "theirs")
        );
        assert_eq!(news(&known, &Drafts::new(), &known), one("a", ""));
    }
}
