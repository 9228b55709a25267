//! Messages of whichever channel, as far as this device has them and the person may read them: those to which others
//! link, and those that carry threads.

use parley_client::Engine;
use parley_client::relations::Target;
use parley_client::sorted;
use parley_client::timeline::{Timeline, TimelineItem};
use parley_protocol::ids::{ChannelId, UserId};

use super::Timelines;
use super::extras::is_unread_thread;
use super::lines::Lines;
use super::relating::names;
use crate::composer::store::excerpt;
use crate::driver::convert::{channel_id, item_id, millis};
use crate::driver::readable::is_shown;
use crate::driver::set_changed::set_changed;
use crate::driver::wish::Wishes;
use crate::ids::{self, ItemId};
use crate::timeline::markup;
use crate::timeline::own_link::{self, OwnLink};
use crate::timeline::store::{Item, ItemKind, Linked, ThreadLine};

/// Previews below one message. More would push away what others wrote.
const PREVIEWS: usize = 3;

/// What a device has of a message.
pub(super) enum Here<'a> {
    Message(&'a Timeline, &'a TimelineItem),
    Deleted,
    /// Not loaded, or gone.
    Not,
    /// The channel is not the person's to read.
    NotReadable,
}

/// Looks for a message.
pub(super) fn find(engine: &Engine, channel: ChannelId, target: Target) -> Here<'_> {
    if !is_shown(engine, &channel) {
        return Here::NotReadable;
    }
    let found = engine.timeline(&channel);
    let Some((timeline, item)) = found.and_then(|it| Some((it, it.find(target)?))) else {
        return Here::Not;
    };
    match timeline.summary(item, engine.me()).deleted {
        Some(_) => Here::Deleted,
        None => Here::Message(timeline, item),
    }
}

/// The channel's name, if the person may read it.
pub(super) fn name_of(engine: &Engine, channel: ChannelId) -> Option<String> {
    let found = engine.community().channels().get(&channel)?;
    is_shown(engine, &channel).then(|| found.details.name.clone())
}

impl Lines<'_> {
    /// The messages to which a text links, as far as they are here.
    pub(super) fn linked(&self, text: &str) -> Vec<Linked> {
        // Most texts link to nothing: they are not read for it.
        if !own_link::may_have(text, &self.origin) {
            return Vec::new();
        }
        let mut linked: Vec<Linked> = Vec::new();
        for address in markup::links(&markup::parse(text)) {
            let Some(OwnLink::Message { channel, item }) = own_link::read(&address, &self.origin)
            else {
                continue;
            };
            if linked.len() < PREVIEWS && linked.iter().all(|it| it.item != item) {
                linked.extend(self.preview(channel, item));
            }
        }
        linked
    }

    fn preview(&self, id: ids::ChannelId, item: ItemId) -> Option<Linked> {
        let (channel, target) = names(&id, &item)?;
        let Here::Message(timeline, found) = find(self.engine, channel, target) else {
            return None;
        };
        let summary = timeline.summary(found, self.engine.me());
        Some(Linked {
            channel: id,
            item,
            channel_name: name_of(self.engine, channel)?,
            author_name: member_name(self.engine, &found.user),
            at: millis(found.at),
            text: excerpt(&markup::in_words(summary.says(&found.body)?)),
        })
    }
}

impl Timelines {
    /// Remembers to which channels the messages in a window link.
    pub(super) fn note_links(&mut self, channel: ChannelId, items: &[Item]) {
        let mut to = Vec::new();
        for item in items {
            let ItemKind::Message(message) = &item.kind else {
                continue;
            };
            let links = message.extras.links.iter();
            to.extend(links.filter_map(|it| channel_id(&it.channel)));
        }
        if to.is_empty() {
            self.links.remove(&channel);
        } else {
            self.links.insert(channel, to);
        }
    }

    /// The other channels in whose windows something links to this one.
    pub(super) fn linking_to(&self, channel: ChannelId) -> Vec<ChannelId> {
        let links = self.links.iter();
        let here = links.filter(|(from, to)| **from != channel && to.contains(&channel));
        here.map(|(from, _)| *from).collect()
    }

    /// The threads of a channel, as far as they are here.
    pub(super) fn show_threads(&self, id: &ids::ChannelId, engine: &Engine) -> Wishes {
        let threads = channel_id(id).and_then(|channel| {
            let timeline = engine.timeline(&channel)?;
            let found = timeline.threads(engine.me());
            let newest_first = sorted::by_number(found, |(_, it)| u64::MAX - it.last_seq);
            let lines = newest_first.into_iter().filter_map(|(root, thread)| {
                let last = timeline.thread(root.target()).next_back()?;
                let summary = timeline.summary(root, engine.me());
                Some(ThreadLine {
                    item: item_id(root.device, root.id),
                    author_name: member_name(engine, &root.user),
                    text: excerpt(&markup::in_words(summary.says(&root.body)?)),
                    count: thread.count,
                    unread: is_unread_thread(engine, channel, timeline, root.target()),
                    last_name: member_name(engine, &last.user),
                    last_at: millis(last.at),
                })
            });
            Some(lines.collect())
        });
        let threads = Some((id.clone(), threads.unwrap_or_default()));
        set_changed(self.store.threads, threads);
        Wishes::new()
    }
}

fn member_name(engine: &Engine, user: &UserId) -> String {
    let member = engine.community().members().get(user);
    member
        .map(|member| member.display_name().to_owned())
        .unwrap_or_default()
}
