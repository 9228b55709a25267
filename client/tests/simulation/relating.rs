//! What people do with messages in the storm, and that everybody sees the same of it when it is over.

use std::collections::BTreeMap;

use parley_client::Engine;
use parley_client::engine::Draft;
use parley_client::relations::{Poll, Target};
use parley_client::timeline::{Body, Timeline};
use parley_protocol::Millis;
use parley_protocol::ids::ChannelId;

use super::dice::Dice;
use super::seen::{Seen, seen};
use super::world::{World, Written};

const EMOJI: [&str; 4] = ["👍", "🎉", "🙈", ":party:"];
/// Acts of one deed.
const ACTS: u64 = 6;

impl World {
    pub(super) fn relate(&mut self, dice: &mut Dice) {
        let Some(index) = self.some_machine(dice) else {
            return;
        };
        let Some(channel) = self.some_channel(index, dice) else {
            return;
        };
        for _ in 0..dice.between(1, ACTS) {
            let newest = |engine: &Engine, dice: &mut Dice| {
                let items = engine.timeline(&channel)?.items().rev().take(8);
                let targets: Vec<(Target, bool)> = items
                    .filter(|item| !matches!(item.body, Body::Unreadable { .. }))
                    .map(|item| (item.target(), matches!(item.body, Body::Poll { .. })))
                    .collect();
                dice.one_of(&targets).copied()
            };
            let engine = self.machines[index].engine.as_ref();
            let target = engine.and_then(|engine| newest(engine, dice));
            match (dice.below(10), target) {
                (0 | 1, Some((root, _))) => {
                    let text = format!("{} in a thread", self.written_order.len());
                    self.send(index, channel, in_thread(&text, root), text);
                }
                (2, _) => {
                    let text = format!("{} asked", self.written_order.len());
                    self.send(index, channel, question(&text, dice), text);
                }
                (_, Some((target, is_poll))) => {
                    let act = |engine: &mut Engine, now| {
                        act_on(engine, channel, target, is_poll, dice, now)
                    };
                    let done = self.ask(index, act);
                    self.counts.acts += usize::from(done == Some(true));
                }
                (_, None) => {}
            }
        }
    }

    fn send(&mut self, index: usize, channel: ChannelId, draft: Draft, text: String) {
        let sent = self.ask(index, |engine, now| {
            engine.send_message(channel, draft, now)
        });
        if let Some(Ok(id)) = sent
            && self.has_kept(index, id)
        {
            let written = Written {
                machine: index,
                channel,
                text,
                refused: false,
            };
            self.written.insert(id, written);
            self.written_order.push(id);
        }
    }

    /// Who can read the same of a channel sees the same of it.
    pub(super) fn check_relations(&self) -> Result<(), String> {
        let mut first_by_reading: BTreeMap<(ChannelId, Vec<u64>), (usize, Vec<Seen>)> =
            BTreeMap::new();
        for (index, channel) in self.readings() {
            let engine = self.machines[index].engine.as_ref().ok_or("off")?;
            let unread = engine.timeline(&channel).map(unread).unwrap_or_default();
            let sees = seen(engine, &channel);
            let (other, first) = first_by_reading
                .entry((channel, unread))
                .or_insert_with(|| (index, sees.clone()));
            for (one, other_one) in sees.iter().zip(first.iter()) {
                if one != other_one {
                    return Err(format!(
                        "machine {index} sees {one:?}, {other} {other_one:?}"
                    ));
                }
            }
        }
        Ok(())
    }

    /// Messages with which something was done, as everybody sees them.
    pub(super) fn count_related(&self) -> usize {
        let mut related: BTreeMap<(ChannelId, u64), bool> = BTreeMap::new();
        for (index, channel) in self.readings() {
            let engine = self.machines[index].engine.as_ref();
            for it in engine.map(|it| seen(it, &channel)).unwrap_or_default() {
                let is_related = !it.edits.is_empty()
                    || !it.reactions.is_empty()
                    || it.deleted.is_some()
                    || it.pinned
                    || it.thread.is_some()
                    || it.poll.is_some();
                *related.entry((channel, it.seq)).or_default() |= is_related;
            }
        }
        related.values().filter(|it| **it).count()
    }

    fn readings(&self) -> impl Iterator<Item = (usize, ChannelId)> {
        self.active().flat_map(|index| {
            let engine = self.machines[index].engine.iter();
            let channels: Vec<_> = engine.flat_map(Engine::readable_channels).collect();
            channels.into_iter().map(move |channel| (index, channel))
        })
    }
}

fn unread(timeline: &Timeline) -> Vec<u64> {
    let unread = timeline
        .all_items()
        .filter(|item| matches!(item.body, Body::Unreadable { .. }));
    unread.map(|item| item.seq).collect()
}

fn in_thread(text: &str, root: Target) -> Draft {
    Draft {
        text: text.to_owned(),
        thread: Some(root),
        ..Draft::default()
    }
}

fn question(text: &str, dice: &mut Dice) -> Draft {
    let poll = Poll {
        question: text.to_owned(),
        options: ["now", "then", "never"].map(str::to_owned).to_vec(),
        several: dice.percent(50),
    };
    Draft {
        poll: Some(poll),
        ..Draft::default()
    }
}

/// Says whether it was let.
fn act_on(
    engine: &mut Engine,
    channel: ChannelId,
    target: Target,
    is_poll: bool,
    dice: &mut Dice,
    now: Millis,
) -> bool {
    let chosen = EMOJI[usize::try_from(dice.clone().below(4)).unwrap_or(0)];
    let emoji = || chosen.to_owned();
    let on = dice.percent(70);
    let done = match dice.below(20) {
        0 => engine.delete(channel, target, now),
        1 | 2 => engine.pin(channel, target, on, now),
        3..=8 if is_poll => {
            let options = match dice.below(4) {
                3 => vec![0, 2],
                one => vec![u8::try_from(one).unwrap_or(0)],
            };
            engine.vote(channel, target, options, now)
        }
        9 if is_poll => engine.close_poll(channel, target, now),
        3..=10 => {
            let text = format!("edited {}", dice.below(1_000));
            engine.edit(channel, target, text, now)
        }
        _ => engine.react(channel, target, emoji(), on, now),
    };
    done.is_ok()
}
