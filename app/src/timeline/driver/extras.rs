//! What stands around a message's text, of what the engine knows of it.

use parley_client::Engine;
use parley_client::file::clean_name;
use parley_client::relations::{Poll as EnginePoll, Summary, Tally, Target};
use parley_client::timeline::{Body, Timeline, TimelineItem};
use parley_protocol::entry::Permission;
use parley_protocol::ids::{ChannelId, UserId};

use crate::composer::store::excerpt;
use crate::driver::convert::item_id;
use crate::timeline::markup;
use crate::timeline::store::{Can, Extras, Poll, PollOption, Quote, Reaction, Thread};

/// What I may do in a channel, whatever the message.
#[derive(Clone, Copy)]
pub(super) struct Rights {
    write: bool,
    moderate: bool,
    pin: bool,
}

impl Rights {
    pub(super) fn of(engine: &Engine, channel: &ChannelId) -> Self {
        let (me, _) = engine.me();
        let community = engine.community();
        let has = |permission| community.may(&me, permission);
        Self {
            write: community.may_write(&me, channel) || engine.is_conversation(channel),
            moderate: has(Permission::ModerateMessages) && !engine.is_conversation(channel),
            pin: engine.is_conversation(channel)
                || has(Permission::ModerateMessages)
                || has(Permission::ManageChannels),
        }
    }
}

/// Under which name it is kept how far one has read in the thread of a message.
pub(super) fn thread_mark(root: Target) -> String {
    format!("thread/{}/{}", root.device, root.id)
}

/// Under which name it is kept up to where one has read in all threads of a channel.
pub(super) fn threads_mark(channel: ChannelId) -> String {
    format!("threads/{channel}")
}

/// Whether somebody else wrote something in the thread of a message that was not seen on any own device.
pub(super) fn is_unread_thread(
    engine: &Engine,
    channel: ChannelId,
    timeline: &Timeline,
    root: Target,
) -> bool {
    let seen = |name: String| {
        let seen = engine.account_data(&name);
        seen.and_then(|seen| seen.parse::<u64>().ok()).unwrap_or(0)
    };
    let seen = seen(thread_mark(root)).max(seen(threads_mark(channel)));
    let unseen = timeline.thread(root).rev();
    let mut unseen = unseen.take_while(|it| it.seq > seen);
    unseen.any(|it| it.user != engine.me().0)
}

/// Whether something in the threads of a channel was not seen.
pub(super) fn unread_threads(engine: &Engine, channel: ChannelId, timeline: &Timeline) -> bool {
    let mut threads = timeline.threads(engine.me());
    threads.any(|(root, _)| is_unread_thread(engine, channel, timeline, root.target()))
}

/// The extras of messages in one channel.
pub(super) struct Around<'a> {
    pub(super) engine: &'a Engine,
    pub(super) channel: ChannelId,
    pub(super) timeline: &'a Timeline,
    pub(super) rights: Rights,
}

impl Around<'_> {
    /// Of a message in the channel.
    pub(super) fn message(&self, item: &TimelineItem, summary: &Summary) -> Extras {
        let is_message = matches!(item.body, Body::Text { .. } | Body::Poll { .. });
        let can_answer = is_message && self.rights.write;
        let carry_thread = is_message && self.timeline.thread_of(item).is_none();
        let mut extras = self.extras(&item.body, item.user, summary, can_answer);
        extras.calls_everyone = item.may_call_everyone() && !extras.forwarded;
        extras.can.carry_thread = carry_thread;
        extras.thread = summary
            .thread
            .filter(|_| carry_thread)
            .map(|thread| Thread {
                count: thread.count,
                unread: is_unread_thread(self.engine, self.channel, self.timeline, item.target()),
            });
        extras
    }

    /// Of one that waits to be sent: it can be taken back and changed.
    pub(super) fn waiting(&self, body: &Body, summary: &Summary) -> Extras {
        let mut extras = self.extras(body, self.engine.me().0, summary, false);
        extras.calls_everyone = self.rights.pin && !extras.forwarded;
        extras
    }

    fn extras(&self, body: &Body, author: UserId, summary: &Summary, can_answer: bool) -> Extras {
        let is_mine = author == self.engine.me().0;
        let is_text = matches!(body, Body::Text { .. });
        Extras {
            edited: summary.text.is_some(),
            pinned: summary.pinned,
            saved: false,
            forwarded: body.is_forwarded(),
            links: Vec::new(),
            reply: self.quote(body),
            reactions: summary
                .reactions
                .iter()
                .map(|it| Reaction {
                    emoji: it.emoji.clone(),
                    names: self.names(it.users.iter()),
                    mine: it.mine,
                })
                .collect(),
            files: Vec::new(),
            poll: self.poll(body, summary, is_mine),
            can: Can {
                answer: can_answer,
                edit: is_mine && is_text && self.rights.write && !body.is_forwarded(),
                delete: (is_mine && self.rights.write) || (self.rights.moderate && can_answer),
                pin: self.rights.pin && can_answer,
                carry_thread: false,
            },
            thread: None,
            calls_everyone: false,
        }
    }

    fn quote(&self, body: &Body) -> Option<Quote> {
        let Body::Text {
            reply: Some(target),
            ..
        } = body
        else {
            return None;
        };
        let said = self.timeline.find(*target).and_then(|found| {
            let summary = self.timeline.summary(found, self.engine.me());
            let says = summary.says(&found.body)?;
            let file = found.body.files().first().filter(|_| says.is_empty());
            let said = file.map_or_else(
                || excerpt(&markup::in_words(says)),
                |it| clean_name(&it.name),
            );
            Some((self.name(&found.user), said))
        });
        Some(Quote {
            item: item_id(target.device, target.id),
            said,
        })
    }

    fn poll(&self, body: &Body, summary: &Summary, is_mine: bool) -> Option<Poll> {
        let Body::Poll { poll, .. } = body else {
            return None;
        };
        let nothing = Tally {
            choices: Vec::new(),
            voters: 0,
            closed: false,
        };
        let tally = summary.poll.as_ref().unwrap_or(&nothing);
        let EnginePoll {
            question: _,
            options,
            several,
        } = poll;
        let option = |(at, text): (usize, &String)| {
            let choice = tally.choices.get(at);
            PollOption {
                text: text.clone(),
                names: choice
                    .map(|it| self.names(it.users.iter()))
                    .unwrap_or_default(),
                mine: choice.is_some_and(|it| it.mine),
            }
        };
        Some(Poll {
            options: options.iter().enumerate().map(option).collect(),
            several: *several,
            voters: tally.voters,
            closed: tally.closed,
            can_close: is_mine,
        })
    }

    fn names(&self, users: impl Iterator<Item = UserId>) -> Vec<String> {
        users.map(|user| self.name(&user)).collect()
    }

    fn name(&self, user: &UserId) -> String {
        let member = self.engine.community().members().get(user);
        member
            .map(|member| member.display_name().to_owned())
            .unwrap_or_default()
    }
}
