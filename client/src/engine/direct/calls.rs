//! Calls in conversations: what devices say about them reaches [`crate::ringing`], and what that wants is said over Olm,
//! kept, and written into the conversation. Who is in a conversation, and whether it is wanted, is decided here.

use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::json;
use parley_protocol::voice::Roster;

use super::{CallAct, Direct};
use crate::content::ToDeviceBody;
use crate::content::direct::{DirectBody, With};
use crate::direct::{DirectError, Standing};
use crate::effect::Event;
use crate::engine::account_data::{AccountData, other_devices};
use crate::engine::context::Cx;
use crate::engine::presence::is_to_be_left_alone;
use crate::ringing::{About, Mine, RingEffect, RingSays, Ringing, Sender, To};
use crate::store::{Change, Record, Table, of_table};

/// Under which the store keeps the own call.
const CALL: &str = "call";

/// As it was kept.
pub(super) fn restore(records: &[Record], cx: &Cx<'_>) -> Ringing {
    let mut all = of_table(records, Table::Direct).into_iter();
    let record = all.find(|record| record.key == CALL);
    let kept = record.and_then(Record::read::<Mine>);
    Ringing::restore(me(cx), kept, cx.now)
}

fn me(cx: &Cx<'_>) -> Sender {
    Sender {
        device: cx.me.device,
        user: cx.me.user,
    }
}

impl Direct {
    /// A device says something about a call; the log names it now.
    pub(super) fn hear_call(
        &mut self,
        from: DeviceId,
        about: About,
        says: RingSays,
        data: &AccountData,
        cx: &mut Cx<'_>,
    ) {
        let me = cx.me.user;
        let Some(user) = cx.log.active_device(&from).map(|it| it.user) else {
            return;
        };
        let known = self.conversations.get(&about.conversation);
        if !known.is_some_and(|it| it.has(&user, me)) {
            return;
        }
        // A room that a channel of the log has as its id is none.
        if cx.log.channels().contains_key(&about.room) {
            return;
        }
        let is_wanted = self.standing(&about.conversation, data, cx) == Standing::Accepted;
        let may_ring = is_wanted && !is_to_be_left_alone(data);
        let from = Sender { device: from, user };
        let nonce = u32::from_be_bytes(cx.rng.bytes());
        self.calls
            .hear(from, about, says, (may_ring, nonce), cx.now);
    }

    /// The person does something about a call.
    pub(super) fn act_on(&mut self, act: CallAct, cx: &mut Cx<'_>) -> Result<(), DirectError> {
        match act {
            CallAct::Call(conversation) => self.call(conversation, cx)?,
            CallAct::Answer(room) => {
                if !self.calls.answer(room, cx.now) {
                    return Err(DirectError::Unknown);
                }
            }
            CallAct::Decline(room) => self.calls.decline(room),
            CallAct::LeaveBut(room) => {
                let mine = self.calls.mine().map(|it| it.room);
                if mine.is_some() && mine != room {
                    self.calls.hang_up(cx.now);
                }
            }
        }
        self.tend_calls(cx);
        Ok(())
    }

    fn call(&mut self, conversation: ChannelId, cx: &mut Cx<'_>) -> Result<(), DirectError> {
        let known = self.conversations.get(&conversation);
        let known = known.ok_or(DirectError::Unknown)?;
        let is_group = matches!(known.record.with, With::Group(_));
        let mut people = known.people(cx.me.user);
        people.retain(|user| *user != cx.me.user && cx.log.active_member(user).is_some());
        if people.is_empty() || !self.is_writable(&conversation, cx) {
            return Err(DirectError::NotPermitted);
        }
        Self::accept(&conversation, cx);
        let room = ChannelId::from_bytes(cx.rng.bytes());
        let about = About { conversation, room };
        self.calls.call(about, people, is_group, cx.now);
        Ok(())
    }

    /// Where this device is at the relay, and who is there.
    pub(super) fn note_who_is_in(&mut self, roster: Option<&Roster>, cx: &mut Cx<'_>) {
        if self.calls.mine().is_none() {
            return;
        }
        let here: Option<(ChannelId, Vec<Sender>)> = roster.map(|roster| {
            let all = roster.participants.iter().map(|it| Sender {
                device: it.device,
                user: it.user,
            });
            (roster.channel, all.collect())
        });
        let here = here.as_ref().map(|(room, all)| (*room, all.as_slice()));
        self.calls.note_room(here, cx.now);
        self.tend_calls(cx);
    }

    /// What is due, and what calls want.
    pub(super) fn tend_calls(&mut self, cx: &mut Cx<'_>) {
        if self.calls.poll_timeout().is_some_and(|at| at <= cx.now) {
            self.calls.handle_timeout(cx.now);
        }
        while let Some(effect) = self.calls.poll_effect() {
            match effect {
                RingEffect::Tell { to, about, says } => self.say(to, about, says, cx),
                RingEffect::Mark { conversation, mark } => self.queue_call(conversation, mark, cx),
                RingEffect::Keep(Some(mine)) => {
                    cx.output.store(Change::put(Table::Direct, CALL, &*mine));
                }
                RingEffect::Keep(None) => {
                    cx.output.store(Change::delete(Table::Direct, CALL));
                }
                RingEffect::Changed => cx.output.event(Event::Direct),
            }
        }
    }

    fn say(&self, to: To, about: About, says: RingSays, cx: &mut Cx<'_>) {
        let me = cx.me.user;
        let of = |user| cx.log.devices_of(user).map(|(device, _)| device);
        let devices: Vec<DeviceId> = match to {
            To::Device(device) => vec![device],
            To::Person(user) => of(&user).collect(),
            To::Others => {
                let known = self.conversations.get(&about.conversation);
                let people = known.map_or_else(Vec::new, |it| it.people(me));
                let others = people.iter().filter(|user| **user != me);
                others.flat_map(of).collect()
            }
            To::Own => other_devices(cx).into_iter().collect(),
        };
        let About { conversation, room } = about;
        let body = DirectBody::Call {
            conversation,
            room,
            says,
        };
        let content = json::write(&body);
        for to in devices {
            let content = content.clone();
            cx.output
                .send_transient(to, ToDeviceBody::Direct { content });
        }
    }
}
