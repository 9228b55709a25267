//! Devices, the way of messages between them, the relay's rooms and a clock. All of it repeats itself for the same seed.

use std::collections::BTreeMap;

use parley_client::ringing::{
    About, CallMark, CallOutcome, Mine, MineState, RingEffect, RingSays, Ringing, Sender, To,
    WhyEnded,
};
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};

/// How messages travel.
#[derive(Clone, Copy)]
pub(super) struct Weather {
    /// Of a hundred, so many are lost.
    pub(super) loss: u64,
    /// A message takes up to this long (ms).
    pub(super) delay: Millis,
}

pub(super) const CALM: Weather = Weather { loss: 0, delay: 20 };

pub(super) struct Phone {
    pub(super) me: Sender,
    pub(super) ringing: Ringing,
    pub(super) may_ring: bool,
    pub(super) kept: Option<Box<Mine>>,
    pub(super) heard: Vec<RingSays>,
    pub(super) rang: Vec<ChannelId>,
    /// Where the relay has it, and where it is on its way to.
    seat: Option<ChannelId>,
    joins: Option<(ChannelId, Millis)>,
    /// How long its browser asks for the microphone (ms).
    pub(super) asks: Millis,
    is_off: bool,
}

struct Flying {
    at: Millis,
    number: u64,
    from: Sender,
    to: usize,
    about: About,
    says: RingSays,
}

pub(super) struct World {
    pub(super) now: Millis,
    pub(super) phones: Vec<Phone>,
    pub(super) weather: Weather,
    pub(super) marks: Vec<CallMark>,
    /// The relay keeps what is said to these devices.
    pub(super) held: Vec<usize>,
    kept_back: Vec<(usize, Sender, About, RingSays)>,
    flying: Vec<Flying>,
    members: BTreeMap<ChannelId, Vec<UserId>>,
    dice: u64,
    number: u64,
    rooms: u8,
}

pub(super) fn user(byte: u8) -> UserId {
    UserId::from_bytes([byte; 16])
}

pub(super) const TALK: ChannelId = ChannelId::from_bytes([0x77; 16]);

impl World {
    /// One device for each of these people, who are in one conversation.
    pub(super) fn new(people: &[u8], seed: u64) -> Self {
        let mut world = Self {
            now: 1_000_000,
            phones: Vec::new(),
            weather: CALM,
            marks: Vec::new(),
            held: Vec::new(),
            kept_back: Vec::new(),
            flying: Vec::new(),
            members: BTreeMap::new(),
            dice: seed,
            number: 0,
            rooms: 0,
        };
        for (place, person) in people.iter().enumerate() {
            let device = DeviceId::from_bytes([u8::try_from(place).unwrap() + 1; 16]);
            let me = Sender {
                device,
                user: user(*person),
            };
            world.phones.push(Phone {
                me,
                ringing: Ringing::new(me),
                may_ring: true,
                kept: None,
                heard: Vec::new(),
                rang: Vec::new(),
                seat: None,
                joins: None,
                asks: 200,
                is_off: false,
            });
        }
        let mut everybody: Vec<UserId> = people.iter().map(|it| user(*it)).collect();
        everybody.sort();
        everybody.dedup();
        world.members.insert(TALK, everybody);
        world
    }

    pub(super) fn roll(&mut self, below: u64) -> u64 {
        self.dice = self.dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.dice;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % below
    }

    /// A conversation of its own.
    pub(super) fn add_conversation(&mut self, byte: u8, people: &[u8]) -> ChannelId {
        let id = ChannelId::from_bytes([byte; 16]);
        let people = people.iter().map(|it| user(*it)).collect();
        self.members.insert(id, people);
        id
    }

    pub(super) fn call(&mut self, phone: usize) -> ChannelId {
        self.call_in(phone, TALK)
    }

    pub(super) fn call_in(&mut self, phone: usize, conversation: ChannelId) -> ChannelId {
        self.rooms += 1;
        let first = u8::try_from(self.roll(200)).unwrap();
        let mut room = [first; 16];
        room[15] = self.rooms;
        let room = ChannelId::from_bytes(room);
        let mut people = self.members[&conversation].clone();
        people.retain(|it| *it != self.phones[phone].me.user);
        let is_group = people.len() > 1;
        let about = About { conversation, room };
        let now = self.now;
        self.phones[phone]
            .ringing
            .call(about, people, is_group, now);
        self.settle();
        room
    }

    /// The person takes what rings.
    pub(super) fn answer(&mut self, phone: usize) {
        let room = self.incoming(phone)[0];
        let now = self.now;
        assert!(self.phones[phone].ringing.answer(room, now));
        self.settle();
    }

    pub(super) fn decline(&mut self, phone: usize) {
        let room = self.incoming(phone)[0];
        self.phones[phone].ringing.decline(room);
        self.settle();
    }

    pub(super) fn hang_up(&mut self, phone: usize) {
        let now = self.now;
        self.phones[phone].ringing.hang_up(now);
        self.settle();
    }

    /// Says something that no client would say.
    pub(super) fn forge(&mut self, from: usize, to: usize, about: About, says: RingSays) {
        let from = self.phones[from].me;
        self.deliver(to, from, about, says);
        self.settle();
    }

    pub(super) fn incoming(&self, phone: usize) -> Vec<ChannelId> {
        let view = self.phones[phone].ringing.view();
        view.incoming.iter().map(|it| it.room).collect()
    }

    pub(super) fn rings(&self, phone: usize) -> bool {
        !self.incoming(phone).is_empty()
    }

    pub(super) fn state(&self, phone: usize) -> Option<MineState> {
        self.phones[phone].ringing.view().mine.map(|it| it.state)
    }

    pub(super) fn talks(&self, phone: usize) -> bool {
        matches!(self.state(phone), Some(MineState::Talking { .. }))
    }

    pub(super) fn why(&self, phone: usize) -> Option<WhyEnded> {
        self.phones[phone].ringing.view().ended.map(|it| it.why)
    }

    pub(super) fn outcomes(&self) -> Vec<CallOutcome> {
        self.marks.iter().map(|it| it.outcome).collect()
    }

    pub(super) fn seat(&self, phone: usize) -> Option<ChannelId> {
        self.phones[phone].seat
    }

    /// The page goes away. What it kept stays.
    pub(super) fn close(&mut self, phone: usize) {
        let me = self.phones[phone].me;
        let phone = &mut self.phones[phone];
        phone.ringing = Ringing::new(me);
        phone.is_off = true;
        phone.joins = None;
    }

    /// The relay misses a device whose connection broke.
    pub(super) fn unseat(&mut self, phone: usize) {
        self.phones[phone].seat = None;
        self.tell_rooms();
        self.settle();
    }

    pub(super) fn open(&mut self, phone: usize) {
        let now = self.now;
        let phone = &mut self.phones[phone];
        phone.is_off = false;
        let kept = phone.kept.take().map(|kept| *kept);
        phone.ringing = Ringing::restore(phone.me, kept, now);
        self.settle();
    }

    /// The relay gives out what it kept.
    pub(super) fn release(&mut self) {
        self.held.clear();
        for (to, from, about, says) in std::mem::take(&mut self.kept_back) {
            self.deliver(to, from, about, says);
        }
        self.settle();
    }

    /// Lets time pass.
    pub(super) fn run(&mut self, millis: Millis) {
        let end = self.now + millis;
        loop {
            self.settle();
            let next = self.next().filter(|at| *at <= end);
            let Some(at) = next else {
                break;
            };
            self.now = self.now.max(at);
            self.step();
        }
        self.now = end;
        self.settle();
    }

    fn next(&self) -> Option<Millis> {
        let on = self.phones.iter().filter(|it| !it.is_off);
        let timeouts = on.clone().filter_map(|it| it.ringing.poll_timeout());
        let joins = on.filter_map(|it| Some(it.joins?.1));
        let flying = self.flying.iter().map(|it| it.at);
        timeouts.chain(joins).chain(flying).min()
    }

    fn step(&mut self) {
        let now = self.now;
        let mut here: Vec<Flying> = Vec::new();
        let mut later = Vec::new();
        for it in std::mem::take(&mut self.flying) {
            if it.at <= now {
                here.push(it);
            } else {
                later.push(it);
            }
        }
        self.flying = later;
        here.sort_by_key(|it| (it.at, it.number));
        for it in here {
            if self.held.contains(&it.to) {
                self.kept_back.push((it.to, it.from, it.about, it.says));
            } else {
                self.deliver(it.to, it.from, it.about, it.says);
            }
            self.settle();
        }
        for place in 0..self.phones.len() {
            let phone = &mut self.phones[place];
            if phone.is_off {
                continue;
            }
            if phone.ringing.poll_timeout().is_some_and(|at| at <= now) {
                phone.ringing.handle_timeout(now);
            }
            if let Some((room, at)) = phone.joins
                && at <= now
            {
                phone.joins = None;
                phone.seat = Some(room);
                self.tell_rooms();
            }
            self.settle();
        }
    }

    fn deliver(&mut self, to: usize, from: Sender, about: About, says: RingSays) {
        let nonce = u32::try_from(self.roll(u64::from(u32::MAX))).unwrap();
        let now = self.now;
        let phone = &mut self.phones[to];
        if !phone.is_off {
            phone.heard.push(says);
            let may_ring = phone.may_ring;
            phone
                .ringing
                .hear(from, about, says, (may_ring, nonce), now);
        }
    }

    fn tell_rooms(&mut self) {
        let now = self.now;
        for place in 0..self.phones.len() {
            let seat = self.phones[place].seat;
            let here = self.phones.iter().filter(|it| it.seat == seat);
            let here: Vec<Sender> = here.map(|it| it.me).collect();
            let room = seat.map(|room| (room, here.as_slice()));
            self.phones[place].ringing.note_room(room, now);
        }
    }

    /// Carries out what all devices want, until they want nothing.
    fn settle(&mut self) {
        let mut is_news = true;
        while std::mem::take(&mut is_news) {
            for place in 0..self.phones.len() {
                while let Some(effect) = self.phones[place].ringing.poll_effect() {
                    is_news = true;
                    self.carry_out(place, effect);
                }
                is_news |= self.follow(place);
            }
        }
    }

    /// The page joins and leaves rooms as the view says.
    fn follow(&mut self, place: usize) -> bool {
        let phone = &mut self.phones[place];
        if phone.is_off {
            return false;
        }
        for incoming in phone.ringing.view().incoming {
            if !phone.rang.contains(&incoming.room) {
                phone.rang.push(incoming.room);
            }
        }
        let wanted = phone.ringing.mine().map(|it| it.room);
        let going = phone.joins.map(|(room, _)| room).or(phone.seat);
        if wanted == going {
            return false;
        }
        phone.joins = wanted.map(|room| (room, self.now + phone.asks));
        if phone.seat.is_some() {
            phone.seat = None;
            self.tell_rooms();
        }
        true
    }

    fn carry_out(&mut self, place: usize, effect: RingEffect) {
        match effect {
            RingEffect::Tell { to, about, says } => self.fly(place, to, about, says),
            RingEffect::Mark { conversation, mark } => {
                assert!(self.members.contains_key(&conversation));
                self.marks.push(mark);
            }
            RingEffect::Keep(kept) => self.phones[place].kept = kept,
            RingEffect::Changed => {}
        }
    }

    fn fly(&mut self, place: usize, to: To, about: About, says: RingSays) {
        let from = self.phones[place].me;
        let members = self.members[&about.conversation].clone();
        for to_place in 0..self.phones.len() {
            let it = self.phones[to_place].me;
            let is_meant = match to {
                To::Device(device) => it.device == device,
                To::Person(user) => it.user == user,
                To::Others => it.user != from.user && members.contains(&it.user),
                To::Own => it.user == from.user,
            };
            if !is_meant || it.device == from.device || self.roll(100) < self.weather.loss {
                continue;
            }
            let delay = 1 + self.roll(self.weather.delay);
            self.number += 1;
            self.flying.push(Flying {
                at: self.now + delay,
                number: self.number,
                from,
                to: to_place,
                about,
                says,
            });
        }
    }
}
