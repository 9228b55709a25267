//! From what was done with a message, in the order of the channel, to what became of it. Pure: the same for everybody
//! who has the same items. What the author of an act may not do, or what does not fit the message, counts nothing.

use parley_protocol::Millis;
use parley_protocol::ids::UserId;
use parley_protocol::map::IdMap;

use super::limits::{MAX_ACTS, MAX_EDITS, MAX_EMOJI};
use super::{Act, Choice, Edit, Poll, Reaction, Summary, Tally};

/// A message as far as it decides what can be done with it.
#[derive(Clone, Copy)]
pub(crate) struct Message<'a> {
    pub(crate) author: UserId,
    pub(crate) is_text: bool,
    pub(crate) poll: Option<&'a Poll>,
}

/// An act that comes after its message.
#[derive(Clone, Copy)]
pub(crate) struct Done<'a> {
    pub(crate) by: UserId,
    pub(crate) at: Millis,
    pub(crate) act: &'a Act,
    /// Whether the log gave its author the right to do this with messages of others, when they did it.
    pub(crate) by_right: bool,
}

/// Takes acts in order.
pub(crate) struct Fold<'a> {
    message: Message<'a>,
    me: UserId,
    summary: Summary,
    votes: IdMap<UserId, &'a [u8]>,
    is_closed: bool,
    acts_by_user: IdMap<UserId, u32>,
}

impl<'a> Fold<'a> {
    pub(crate) fn new(message: Message<'a>, me: UserId) -> Self {
        Self {
            message,
            me,
            summary: Summary::default(),
            votes: IdMap::new(),
            is_closed: false,
            acts_by_user: IdMap::new(),
        }
    }

    pub(crate) fn take(&mut self, done: Done<'a>) {
        let acts = self.acts_by_user.or_default(done.by);
        *acts = acts.saturating_add(1);
        if *acts > MAX_ACTS && *done.act != Act::Delete {
            return;
        }
        let is_author = done.by == self.message.author;
        match done.act {
            Act::Edit(text) if is_author && self.message.is_text => self.edit(done.at, text),
            Act::React(emoji) => self.react(done.by, emoji),
            Act::Unreact(emoji) => self.unreact(done.by, emoji),
            Act::Delete if is_author || done.by_right => {
                self.summary.deleted.get_or_insert(done.by);
            }
            Act::Pin if done.by_right => self.summary.pinned = true,
            Act::Unpin if done.by_right => self.summary.pinned = false,
            Act::Vote(options) => self.vote(done.by, options),
            Act::ClosePoll if is_author => self.is_closed = true,
            Act::Edit(_) | Act::Delete | Act::Pin | Act::Unpin | Act::ClosePoll => {}
        }
    }

    fn edit(&mut self, at: Millis, text: &str) {
        if self.summary.edits.len() >= MAX_EDITS {
            self.summary.edits.remove(0);
        }
        let text = text.to_owned();
        self.summary.edits.push(Edit { at, text });
    }

    fn react(&mut self, by: UserId, emoji: &str) {
        let reactions = &mut self.summary.reactions;
        if let Some(reaction) = reactions.iter_mut().find(|it| it.emoji == emoji) {
            reaction.users.insert(by);
        } else if reactions.len() < MAX_EMOJI {
            reactions.push(Reaction {
                emoji: emoji.to_owned(),
                users: [by].into(),
                mine: false,
            });
        }
    }

    fn unreact(&mut self, by: UserId, emoji: &str) {
        let reactions = &mut self.summary.reactions;
        let Some(place) = reactions.iter().position(|it| it.emoji == emoji) else {
            return;
        };
        if let Some(reaction) = reactions.get_mut(place) {
            reaction.users.remove(&by);
            if reaction.users.is_empty() {
                reactions.remove(place);
            }
        }
    }

    fn vote(&mut self, by: UserId, options: &'a [u8]) {
        let Some(poll) = self.message.poll.filter(|_| !self.is_closed) else {
            return;
        };
        let is_one_too_many = options.len() > 1 && !poll.several;
        let is_beyond = |it: &u8| usize::from(*it) >= poll.options.len();
        if is_one_too_many || options.iter().any(is_beyond) {
            return;
        }
        if options.is_empty() {
            self.votes.remove(&by);
        } else {
            self.votes.insert(by, options);
        }
    }

    pub(crate) fn finish(self) -> Summary {
        let mut summary = self.summary;
        summary.own_acts = self.acts_by_user.get(&self.me).copied().unwrap_or(0);
        if summary.deleted.is_some() {
            return Summary {
                deleted: summary.deleted,
                own_acts: summary.own_acts,
                ..Summary::default()
            };
        }
        summary.text = summary.edits.last().map(|edit| edit.text.clone());
        for reaction in &mut summary.reactions {
            reaction.mine = reaction.users.contains(&self.me);
        }
        summary.poll = self
            .message
            .poll
            .map(|poll| count(poll, &self.votes, self.is_closed, self.me));
        summary
    }
}

fn count(poll: &Poll, votes: &IdMap<UserId, &[u8]>, closed: bool, me: UserId) -> Tally {
    let mut choices = vec![Choice::default(); poll.options.len()];
    for (user, options) in votes {
        for option in *options {
            if let Some(choice) = choices.get_mut(usize::from(*option)) {
                choice.users.insert(*user);
                choice.mine |= *user == me;
            }
        }
    }
    Tally {
        choices,
        voters: votes.len(),
        closed,
    }
}
