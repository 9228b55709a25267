//! How one's own stay ends when it was not oneself who ended it.

use parley_protocol::voice::Participant;

use super::Voice;
use crate::call::CallEnd;
use crate::effect::Event;
use crate::engine::context::Cx;

impl Voice {
    /// Ends the stay if the log does not allow it (any more): whoever is moved or disconnected goes by themselves.
    pub(super) fn obey(&mut self, cx: &mut Cx<'_>) {
        if let Some(why) = self.must_end(cx) {
            self.end_because(why, cx);
        }
    }

    fn must_end(&self, cx: &Cx<'_>) -> Option<CallEnd> {
        let stay = self.stay.as_ref()?;
        let device = cx.log.devices().get(&cx.me.device);
        // Orders are about channels: nobody is put out of a direct call by the log.
        let ended = device.and_then(|device| device.ended_stay);
        let ended = ended.filter(|_| !stay.is_room);
        if let Some(ended) = ended.filter(|ended| ended.stay == stay.session) {
            return Some(CallEnd::Ordered {
                to: ended.to,
                by: ended.by,
            });
        }
        if !self
            .rosters
            .lets_in(cx.log, &cx.me.user, &stay.channel, cx.now)
        {
            return Some(CallEnd::NotAllowed);
        }
        let known = self.rosters.get(&stay.channel);
        let is_in = known.is_some_and(|it| {
            it.participants
                .iter()
                .any(|one| one.session == stay.session)
        });
        let is_left_out = !is_in && self.rosters.is_told(&stay.channel, stay.session);
        is_left_out.then_some(CallEnd::Full)
    }

    /// Whether the call went on on another device of this member while this one was away for so long that it is off the
    /// roster. Joining again would take it back from there.
    pub(super) fn is_elsewhere(&self, cx: &Cx<'_>) -> bool {
        let Some(stay) = &self.stay else {
            return false;
        };
        let known = self.rosters.get(&stay.channel);
        let there = known.map_or(&[] as &[_], |roster| roster.participants.as_slice());
        let mine = |one: &Participant| one.user == cx.me.user && one.device != cx.me.device;
        !there.iter().any(|one| one.session == stay.session) && there.iter().any(mine)
    }

    pub(super) fn end_because(&mut self, why: CallEnd, cx: &mut Cx<'_>) {
        if self.end(cx) {
            Self::ask_to_leave(cx);
            cx.output.event(Event::VoiceEnded { why });
        }
    }
}
