//! Direct calls: who rings, who is rung, who answered. Pure: it is told what devices say, what the person does, who is in
//! the room and what time it is, and gives out what to say. Media is in [`crate::call`]: a direct call is a room of its
//! own at the relay, whose id is random and known only to the devices that are called.
//!
//! A ring is believed only after its caller's device said that it is still on: a relay that keeps rings back or a device
//! that was asleep does not make anything ring late, whatever the clocks say.
//!
//! ```text
//! caller            called, each device        called, the own other devices
//!   ring ---------------->
//!   <------------------ hear
//!   on ------------------>  rings
//!   <---------------- answer  stop ------------------> silent
//!   taken --------------->  (everybody: by whom)
//! ```
//!
//! Everything may be lost: rings and answers are said again until they are answered. Two who call each other at once meet
//! in the call with the smaller room.

mod budget;
mod incoming;
mod mine;
mod over;
mod says;
mod talking;
mod timing;
mod view;

use std::collections::VecDeque;

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};

pub use mine::Mine;
pub use says::{CallMark, CallOutcome, RingSays};
pub use view::{Ended, IncomingView, MineState, MineView, RingingView, WhyEnded};

use budget::{Budget, Replies};
use incoming::{Incoming, Stage};
use over::{Over, Past};
use timing::{ASK_FOR, RING_FOR_AT_MOST, SILENCE_FOR};

/// Calls that ring here at once. More are not heard.
const MOST_INCOMING: usize = 3;

/// A device that says something; the log names it now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender {
    /// The device.
    pub device: DeviceId,
    /// Its member, who is in the conversation, or this one.
    pub user: UserId,
}

/// Which call something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// The conversation.
    pub conversation: ChannelId,
    /// The room, which is the call's id.
    pub room: ChannelId,
}

/// Who is to hear something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// One device.
    Device(DeviceId),
    /// All devices of a person.
    Person(UserId),
    /// All devices of everybody else in the conversation.
    Others,
    /// This member's other devices.
    Own,
}

/// What is to be done, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RingEffect {
    /// Say something, now or not at all.
    Tell {
        /// To whom.
        to: To,
        /// About which call.
        about: About,
        /// What.
        says: RingSays,
    },
    /// Write into the conversation what became of a call.
    Mark {
        /// The conversation.
        conversation: ChannelId,
        /// What became of it.
        mark: CallMark,
    },
    /// Keep this, in the place of what was kept before.
    Keep(Option<Box<Mine>>),
    /// The view changed.
    Changed,
}

/// All direct calls of this device: at most one that it is in, and few that ring.
#[derive(Debug)]
pub struct Ringing {
    me: Sender,
    mine: Option<Mine>,
    incoming: Vec<Incoming>,
    over: Over,
    budget: Budget,
    replies: Replies,
    ended: Option<Ended>,
    effects: VecDeque<RingEffect>,
}

impl Ringing {
    /// Nothing rings.
    pub fn new(me: Sender) -> Self {
        Self {
            me,
            mine: None,
            incoming: Vec::new(),
            over: Over::default(),
            budget: Budget::default(),
            replies: Replies::default(),
            ended: None,
            effects: VecDeque::new(),
        }
    }

    /// As before the page was loaded anew, as far as that is not over: a ring ended with its page.
    pub fn restore(me: Sender, kept: Option<Mine>, now: Millis) -> Self {
        let mut ringing = Self::new(me);
        if let Some(mine) = kept {
            ringing.come_back(mine, now);
        }
        ringing
    }

    /// What to do next. Ask until there is nothing more.
    pub fn poll_effect(&mut self) -> Option<RingEffect> {
        self.effects.pop_front()
    }

    /// When to call [`Ringing::handle_timeout`], if no input comes first.
    pub fn poll_timeout(&self) -> Option<Millis> {
        let incoming = self.incoming.iter().map(Incoming::deadline);
        incoming.chain(self.mine.as_ref().map(Mine::deadline)).min()
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Millis) {
        let due: Vec<Incoming> = self
            .incoming
            .extract_if(.., |it| it.deadline() <= now)
            .collect();
        for incoming in due {
            if incoming.rings() {
                self.over.note(incoming.about.room, Past::Over);
                self.change();
            }
        }
        self.go_on(now);
    }

    /// What to show.
    pub fn view(&self) -> RingingView {
        let ringing = self.incoming.iter().filter(|it| it.rings());
        let view = |it: &Incoming| IncomingView {
            conversation: it.about.conversation,
            room: it.about.room,
            by: it.by.user,
        };
        RingingView {
            incoming: ringing.map(view).collect(),
            mine: self.mine.as_ref().map(Mine::view),
            ended: self.ended,
        }
    }

    /// The call that this device makes or is in: the room that it is to be in.
    pub fn mine(&self) -> Option<About> {
        self.mine.as_ref().map(Mine::about)
    }

    /// The person takes a call that rings. Leaves any other. Says whether there is one to take.
    pub fn answer(&mut self, room: ChannelId, now: Millis) -> bool {
        let mut found = self.incoming.iter();
        let found = found.rfind(|it| it.rings() && it.about.room == room);
        let Some(incoming) = found.copied() else {
            return false;
        };
        self.hang_up(now);
        self.take(incoming, now);
        true
    }

    /// The person does not take a call that rings.
    pub fn decline(&mut self, room: ChannelId) {
        let Some(incoming) = self.remove_incoming(&room) else {
            return;
        };
        self.over.note(room, Past::Declined);
        let about = incoming.about;
        self.tell(To::Device(incoming.by.device), about, RingSays::Decline);
        self.tell(To::Own, about, RingSays::Stop { answered: false });
        self.change();
    }

    /// A device says something. `may_ring`: the person wants calls of that conversation, and is not to be left alone.
    /// `nonce`: a random number.
    pub fn hear(
        &mut self,
        from: Sender,
        about: About,
        says: RingSays,
        (may_ring, nonce): (bool, u32),
        now: Millis,
    ) {
        if from.device == self.me.device {
            return;
        }
        let is_own = from.user == self.me.user;
        match says {
            RingSays::Stop { answered } if is_own => self.hear_stop(about.room, answered),
            RingSays::Stop { .. } => {}
            _ if is_own => {}
            RingSays::Ring => self.hear_ring(from, about, (may_ring, nonce), now),
            RingSays::On { nonce } => self.hear_on(from, about, nonce, now),
            RingSays::Over => self.hear_over(from, about.room, now),
            RingSays::Taken { by } => self.hear_taken(from, about.room, by, now),
            RingSays::Hear { nonce } => self.hear_hear(from, about, nonce, now),
            RingSays::Answer => self.hear_answer(from, about, now),
            RingSays::Decline => self.hear_refusal(from, about.room, false, now),
            RingSays::Busy => self.hear_refusal(from, about.room, true, now),
            RingSays::Left => self.hear_left(from, about.room, now),
        }
    }

    /// Devices that are gone neither ring nor are in a call.
    pub fn drop_gone(&mut self, is_here: impl Fn(&DeviceId) -> bool, now: Millis) {
        let before = self.incoming.len();
        self.incoming.retain(|it| is_here(&it.by.device));
        if self.incoming.len() != before {
            self.change();
        }
        self.end_with_gone(is_here, now);
    }

    fn hear_ring(
        &mut self,
        from: Sender,
        about: About,
        (may_ring, nonce): (bool, u32),
        now: Millis,
    ) {
        let is_mine = self.mine.as_mut().filter(|it| it.room == about.room);
        if let Some(mine) = is_mine {
            // They did not hear that it was answered.
            if mine.is_with_caller(from) {
                self.tell(To::Device(from.device), about, RingSays::Answer);
            }
            return;
        }
        if let Some(past) = self.over.of(&about.room) {
            if past == Past::Declined && self.replies.take(now) {
                self.tell(To::Device(from.device), about, RingSays::Decline);
            }
            return;
        }
        let mut known = self.incoming.iter_mut();
        if let Some(known) = known.find(|it| it.about.room == about.room) {
            if known.by != from {
                return;
            }
            match known.heard_again(now) {
                Some(nonce) if self.replies.take(now) => {
                    self.tell(To::Device(from.device), about, RingSays::Hear { nonce });
                }
                Some(_) | None => {}
            }
            return;
        }
        if !may_ring || self.incoming.len() >= MOST_INCOMING {
            return;
        }
        if let Some(mine) = &self.mine {
            if mine.conversation != about.conversation {
                if self.replies.take(now) {
                    self.tell(To::Device(from.device), about, RingSays::Busy);
                }
                return;
            }
            if !mine.gives_way_to(&about.room) {
                return;
            }
        }
        if !self.budget.take(from.user, about.room, now) {
            return;
        }
        self.incoming.push(Incoming {
            about,
            by: from,
            stage: Stage::Asking {
                nonce,
                until: now.saturating_add(ASK_FOR),
            },
        });
        self.tell(To::Device(from.device), about, RingSays::Hear { nonce });
    }

    /// The ring is as new as the question about it.
    fn hear_on(&mut self, from: Sender, about: About, nonce: u32, now: Millis) {
        let asked =
            |it: &&mut Incoming| it.by == from && it.about == about && it.waits_for(nonce, now);
        let Some(incoming) = self.incoming.iter_mut().find(asked) else {
            return;
        };
        let is_there = |mine: &&Mine| mine.conversation == about.conversation && mine.is_ringing();
        let calls_them = self.mine.as_ref().filter(is_there);
        // This call was heard since the question: only one of the two gives way.
        if calls_them.is_some_and(|mine| !mine.gives_way_to(&about.room)) {
            self.remove_incoming(&about.room);
            return;
        }
        let calls_them = calls_them.is_some();
        incoming.stage = Stage::Rings {
            until: now.saturating_add(RING_FOR_AT_MOST),
            silent_at: now.saturating_add(SILENCE_FOR),
        };
        let incoming = *incoming;
        if calls_them {
            self.drop_mine_for_theirs();
            self.take(incoming, now);
        }
        self.change();
    }

    fn hear_stop(&mut self, room: ChannelId, answered: bool) {
        let past = if answered { Past::Over } else { Past::Declined };
        self.over.note(room, past);
        if self.remove_incoming(&room).is_some() {
            self.change();
        }
    }

    fn hear_over(&mut self, from: Sender, room: ChannelId, now: Millis) {
        let is_theirs = |it: &Incoming| it.about.room == room && it.by.device == from.device;
        if self.incoming.iter().any(is_theirs) {
            self.remove_incoming(&room);
            self.over.note(room, Past::Over);
            self.change();
        }
        self.end_if_caller(from, room, WhyEnded::TheyLeft, now);
    }

    fn hear_taken(&mut self, from: Sender, room: ChannelId, by: DeviceId, now: Millis) {
        let is_theirs = |it: &Incoming| it.about.room == room && it.by.device == from.device;
        if self.incoming.iter().any(is_theirs) {
            self.remove_incoming(&room);
            self.over.note(room, Past::Over);
            self.change();
        }
        if by == self.me.device {
            self.confirm(from, room);
        } else {
            self.end_if_caller(from, room, WhyEnded::Elsewhere, now);
        }
    }

    fn remove_incoming(&mut self, room: &ChannelId) -> Option<Incoming> {
        let place = self.incoming.iter().position(|it| it.about.room == *room)?;
        Some(self.incoming.remove(place))
    }

    fn tell(&mut self, to: To, about: About, says: RingSays) {
        self.effects.push_back(RingEffect::Tell { to, about, says });
    }

    fn change(&mut self) {
        if self.effects.back() != Some(&RingEffect::Changed) {
            self.effects.push_back(RingEffect::Changed);
        }
    }
}
