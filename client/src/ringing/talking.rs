//! The call that this device makes, or is in: how it begins, what is heard about it, and how it ends.

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};

use super::mine::Answer;
use super::timing::{CONFIRM_FOR, RETURN_FOR, RING_EVERY};
use super::{
    About, Ended, Incoming, Mine, Past, RingEffect, RingSays, Ringing, Sender, To, WhyEnded,
};

impl Ringing {
    /// The person calls the others of a conversation. Who calls them there already is answered. `room`: a random id.
    pub fn call(&mut self, about: About, people: Vec<UserId>, is_group: bool, now: Millis) {
        let mut theirs = self.incoming.iter();
        let theirs = theirs.rfind(|it| it.about.conversation == about.conversation && it.rings());
        if let Some(room) = theirs.map(|it| it.about.room) {
            self.answer(room, now);
            return;
        }
        let here = self.mine.as_ref().map(|it| it.conversation);
        if here == Some(about.conversation) {
            return;
        }
        self.hang_up(now);
        self.mine = Some(Mine::outgoing(about, people, is_group, now));
        self.change();
    }

    /// The person leaves the call, or gives up.
    pub fn hang_up(&mut self, now: Millis) {
        self.end(WhyEnded::ILeft, now);
    }

    /// Who is in the room that this device is in, by the relay, as far as they belong there. `None`: in no room, or the
    /// relay does not say.
    pub fn note_room(&mut self, room: Option<(ChannelId, &[Sender])>, now: Millis) {
        let Some(mine) = &mut self.mine else {
            return;
        };
        let me = self.me;
        let here = room.filter(|(id, _)| *id == mine.room).map(|(_, all)| all);
        let here = here.filter(|all| all.iter().any(|it| it.device == me.device));
        let Some(all) = here else {
            // Nothing is known: nobody is missed.
            mine.alone_since = None;
            return;
        };
        let before = mine.view();
        let was_seated = mine.seated;
        if !was_seated {
            mine.sit_down(now);
        }
        mine.note_others(all.iter().any(|it| it.user != me.user), now);
        if mine.view() != before {
            self.change();
        }
        if !was_seated {
            self.keep(now);
            self.go_on(now);
        }
    }

    /// Takes a call that rings here.
    pub(super) fn take(&mut self, incoming: Incoming, now: Millis) {
        let Incoming { about, by, .. } = incoming;
        self.remove_incoming(&about.room);
        let mut mine = Mine::answered(about, by, now);
        mine.until = Some(now.saturating_add(CONFIRM_FOR));
        self.mine = Some(mine);
        self.tell(To::Device(by.device), about, RingSays::Answer);
        self.tell(To::Own, about, RingSays::Stop { answered: true });
        self.keep(now);
        self.change();
    }

    /// Both called at once, and theirs stands.
    pub(super) fn drop_mine_for_theirs(&mut self) {
        if let Some(mine) = self.mine.take() {
            self.over.note(mine.room, Past::Over);
            self.tell(To::Others, mine.about(), RingSays::Over);
        }
    }

    /// The page was loaded anew.
    pub(super) fn come_back(&mut self, mut mine: Mine, now: Millis) {
        let was_a_moment_ago = now.saturating_sub(mine.keep_at()) < RETURN_FOR;
        mine.met = mine.answered_at.is_some();
        mine.returns = true;
        mine.next_at = Millis::MAX;
        mine.until = Some(now.saturating_add(RETURN_FOR));
        let is_on = mine.answered_at.is_some() && was_a_moment_ago;
        // A ring that was kept was heard.
        mine.seated = mine.is_ringing();
        let end = mine.kept_at;
        self.mine = Some(mine);
        if !is_on {
            self.end(WhyEnded::Lost, end);
        }
    }

    /// Does what is due in the own call.
    pub(super) fn go_on(&mut self, now: Millis) {
        let Some(mine) = &mut self.mine else {
            return;
        };
        if mine.lonely_at().is_some_and(|at| at <= now) {
            return self.end(WhyEnded::Lost, now);
        }
        if mine.until.is_some_and(|at| at <= now) {
            return self.run_out(now);
        }
        let is_kept = mine.keep_at() > now;
        if mine.next_at <= now {
            mine.next_at = now.saturating_add(RING_EVERY);
            let about = mine.about();
            match mine.caller {
                None => {
                    for user in mine.awaited() {
                        self.tell(To::Person(user), about, RingSays::Ring);
                    }
                }
                Some((device, _)) => self.tell(To::Device(device), about, RingSays::Answer),
            }
        }
        if !is_kept {
            self.keep(now);
        }
    }

    /// Something took too long.
    fn run_out(&mut self, now: Millis) {
        let Some(mine) = &mut self.mine else {
            return;
        };
        if mine.is_ringing() {
            return self.end(WhyEnded::NoAnswer, now);
        }
        if mine.caller.is_some() || !mine.seated {
            return self.end(WhyEnded::Lost, now);
        }
        // Some of a group did not take it; the others talk.
        mine.until = None;
        mine.next_at = Millis::MAX;
        let about = mine.about();
        for user in mine.awaited() {
            if let Some(answer) = self.mine.as_mut().and_then(|it| it.answer_of(user)) {
                *answer = Answer::Silent;
            }
            self.tell(To::Person(user), about, RingSays::Over);
        }
        self.change();
    }

    pub(super) fn hear_hear(&mut self, from: Sender, about: About, nonce: u32, now: Millis) {
        if !self.replies.take(now) {
            return;
        }
        let mine = self.mine.as_mut().filter(|it| it.about() == about);
        let answer = mine.and_then(|it| it.answer_of(from.user));
        let says = match answer {
            Some(answer @ (Answer::None | Answer::Rings)) => {
                *answer = Answer::Rings;
                self.change();
                RingSays::On { nonce }
            }
            Some(Answer::Taken(by)) => RingSays::Taken { by: *by },
            Some(Answer::Declined | Answer::Busy | Answer::Silent) | None => RingSays::Over,
        };
        self.tell(To::Device(from.device), about, says);
    }

    pub(super) fn hear_answer(&mut self, from: Sender, about: About, now: Millis) {
        if !self.replies.take(now) {
            return;
        }
        let mine = self.mine.as_mut().filter(|it| it.about() == about);
        let Some(mine) = mine else {
            return self.tell(To::Device(from.device), about, RingSays::Over);
        };
        let is_seated = mine.seated;
        match mine.answer_of(from.user).filter(|_| is_seated) {
            Some(answer @ (Answer::None | Answer::Rings)) => {
                let by = from.device;
                *answer = Answer::Taken(by);
                mine.answered_at.get_or_insert(now);
                if mine.awaited().is_empty() {
                    mine.until = None;
                    mine.next_at = Millis::MAX;
                }
                let others_are_there = mine.met;
                mine.note_others(others_are_there, now);
                self.tell(To::Person(from.user), about, RingSays::Taken { by });
                self.keep(now);
                self.change();
            }
            Some(Answer::Taken(by)) => {
                let says = RingSays::Taken { by: *by };
                self.tell(To::Device(from.device), about, says);
            }
            Some(Answer::Declined | Answer::Busy | Answer::Silent) | None => {
                self.tell(To::Device(from.device), about, RingSays::Over);
            }
        }
    }

    pub(super) fn hear_refusal(
        &mut self,
        from: Sender,
        room: ChannelId,
        is_busy: bool,
        now: Millis,
    ) {
        let mine = self.mine.as_mut().filter(|it| it.room == room);
        let Some(mine) = mine else {
            return;
        };
        let about = mine.about();
        let Some(answer) = mine.answer_of(from.user).filter(|it| it.is_awaited()) else {
            return;
        };
        *answer = if is_busy {
            Answer::Busy
        } else {
            Answer::Declined
        };
        let nobody_is_awaited = mine.awaited().is_empty();
        let nobody_took_it = mine.answered_at.is_none();
        self.tell(To::Person(from.user), about, RingSays::Over);
        self.change();
        if nobody_is_awaited && nobody_took_it {
            let why = if is_busy {
                WhyEnded::Busy
            } else {
                WhyEnded::Declined
            };
            self.end(why, now);
        }
    }

    pub(super) fn hear_left(&mut self, from: Sender, room: ChannelId, now: Millis) {
        let mine = self.mine.as_mut().filter(|it| it.room == room);
        let Some(mine) = mine.filter(|it| !it.is_group) else {
            return;
        };
        let has_it = mine.answer_of(from.user).copied();
        if has_it == Some(Answer::Taken(from.device)) {
            self.end(WhyEnded::TheyLeft, now);
        }
    }

    /// The caller says that this device has the call.
    pub(super) fn confirm(&mut self, from: Sender, room: ChannelId) {
        let mine = self.mine.as_mut().filter(|it| it.room == room);
        if let Some(mine) = mine.filter(|it| it.is_with_caller(from)) {
            mine.until = None;
            mine.next_at = Millis::MAX;
        }
    }

    pub(super) fn end_if_caller(
        &mut self,
        from: Sender,
        room: ChannelId,
        why: WhyEnded,
        now: Millis,
    ) {
        let mine = self.mine.as_ref().filter(|it| it.room == room);
        if mine.is_some_and(|it| it.is_with_caller(from)) {
            self.end(why, now);
        }
    }

    /// Who is out of the log is out of the call.
    pub(super) fn end_with_gone(&mut self, is_here: impl Fn(&DeviceId) -> bool, now: Millis) {
        let Some(mine) = self.mine.as_ref().filter(|it| !it.is_group) else {
            return;
        };
        let has_it = |answer: &Answer| match answer {
            Answer::Taken(device) => Some(*device),
            Answer::None | Answer::Rings | Answer::Declined | Answer::Busy | Answer::Silent => None,
        };
        let with = mine.caller.map(|(device, _)| device);
        let with = with.or_else(|| mine.answers.iter().find_map(has_it));
        if with.is_some_and(|device| !is_here(&device)) {
            self.end(WhyEnded::TheyLeft, now);
        }
    }

    fn keep(&mut self, now: Millis) {
        if let Some(mine) = &mut self.mine {
            mine.kept_at = now;
            let kept = Some(Box::new(mine.clone()));
            self.effects.push_back(RingEffect::Keep(kept));
        }
    }

    fn end(&mut self, why: WhyEnded, end: Millis) {
        let Some(mine) = self.mine.take() else {
            return;
        };
        let about = mine.about();
        self.over.note(about.room, Past::Over);
        let was_taken = mine.answered_at.is_some();
        match mine.caller {
            None if was_taken && mine.is_group => {
                for user in mine.awaited() {
                    self.tell(To::Person(user), about, RingSays::Over);
                }
            }
            None => self.tell(To::Others, about, RingSays::Over),
            Some(_) if matches!(why, WhyEnded::Elsewhere) => {}
            Some((device, _)) => self.tell(To::Device(device), about, RingSays::Left),
        }
        let mark = mine.mark(end);
        self.effects.push_back(RingEffect::Keep(None));
        if let Some(mark) = mark {
            let conversation = about.conversation;
            self.effects
                .push_back(RingEffect::Mark { conversation, mark });
        }
        self.ended = Some(Ended {
            conversation: about.conversation,
            room: about.room,
            why,
        });
        self.change();
    }
}
