//! Devices and a relay on one bench, joined by wires without delay. A wire can be unplugged, and what comes
//! down a wire can be changed.

use std::collections::BTreeMap;

use parley_client::alert::Alert;
use parley_client::effect::ConnectFailure;
use parley_client::engine::Engine;
use parley_client::enrol::{self, DeviceEnrolment, Enrolment, Founding, Joining};
use parley_client::password::{Cost, PasswordKeys, stretch};
use parley_client::store::Change;
use parley_client::timeline::{Body, Mark, OutboxItem, Timeline, TimelineItem, Unreadable};
use parley_client::{Effect, Rng};
use parley_protocol::Millis;
use parley_protocol::auth::{LoginRequest, RegisterRequest};
use parley_protocol::entry::{Action, ChannelDetails, ChannelKind, Entry, History, Readers};
use parley_protocol::error::ApiError;
use parley_protocol::frame::{RelayToClient, encode};
use parley_protocol::ids::{ChannelId, CommunityId, UserId};
use parley_protocol::invite::InviteLink;
use parley_relay::RefreshToken;
use parley_relay::config::Rate;
use parley_relay::entropy::SeededEntropy;
use parley_relay::local::{LocalOptions, LocalRelay, Received};

use super::ratchets::Ratchets;

mod device;

pub(super) use device::Device;

pub(super) const START: Millis = 1_800_000_000_000;
const CHEAP: Cost = Cost {
    memory: 8,
    passes: 1,
};

pub(super) type Tamper = Box<dyn FnMut(RelayToClient) -> Vec<RelayToClient>>;

pub(super) struct Bench {
    pub(super) now: Millis,
    pub(super) devices: Vec<Device>,
    pub(super) relay: LocalRelay,
    pub(super) ratchets: Ratchets,
    rng: Rng,
    folder: tempfile::TempDir,
}

impl Bench {
    /// A community with its owner, who is device 0.
    pub(super) fn new() -> Self {
        Self::with(LocalOptions::default())
    }

    fn with(options: LocalOptions) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let relay = open(&folder, 1, options);
        let mut bench = Self {
            now: START,
            devices: Vec::new(),
            relay,
            ratchets: Ratchets::default(),
            rng: Rng::from_seed([3; 32]),
            folder,
        };
        let founding = Founding {
            community_name: "Bench".to_owned(),
            name: "ada".to_owned(),
            label: "first".to_owned(),
            setup_token: bench.relay.setup_token().expect("a token").to_owned(),
        };
        let draft = founding.draft(&mut bench.rng, bench.now).expect("a draft");
        let keys = password("ada", &draft.community());
        let made = draft.finish(&keys, &mut bench.rng).expect("founded");
        bench.register("ada", made).expect("registered");
        bench
    }

    /// A community with two members, devices 0 and 1.
    pub(super) fn of_two() -> Self {
        let mut bench = Self::new();
        bench.welcome("bob");
        bench
    }

    /// The same, at a relay that lets each device send only so much.
    pub(super) fn of_two_at(frame_rate: Rate) -> Self {
        let mut bench = Self::with(LocalOptions {
            frame_rate,
            ..LocalOptions::default()
        });
        bench.welcome("bob");
        bench
    }

    /// Somebody comes in by an invite of device 0. Says which device is theirs.
    pub(super) fn welcome(&mut self, name: &str) -> usize {
        let link = self.invite();
        let made = self.join(link, name).expect("may join");
        self.register(name, made).expect("registered")
    }

    pub(super) fn invite(&mut self) -> InviteLink {
        let (_, link) = self
            .tell(0, |engine, now| engine.make_invite(None, Some(1), now))
            .expect("connected");
        link
    }

    pub(super) fn join(
        &mut self,
        link: InviteLink,
        name: &str,
    ) -> Result<Enrolment, enrol::EnrolError> {
        let entries = self.log_for(&link).expect("a log");
        self.join_with(link, entries, name)
    }

    /// The same with a log that is at hand.
    pub(super) fn join_with(
        &mut self,
        link: InviteLink,
        entries: Vec<Entry>,
        name: &str,
    ) -> Result<Enrolment, enrol::EnrolError> {
        let joining = Joining {
            link,
            entries,
            name: name.to_owned(),
            label: "first".to_owned(),
        };
        let keys = password(name, &self.community());
        enrol::join(joining, &keys, &mut self.rng, self.now)
    }

    pub(super) fn log_for(&self, link: &InviteLink) -> Result<Vec<Entry>, ApiError> {
        let proof = enrol::invite_proof(link, &self.community(), self.now);
        let page = self.relay.log_by_invite(&proof, 1, self.now)?;
        Ok(page.entries)
    }

    pub(super) fn register(&mut self, name: &str, made: Enrolment) -> Result<usize, ApiError> {
        let request: RegisterRequest = made.request;
        let (_, cookie) = self.relay.register(request, self.now)?;
        Ok(self.plug_in(name, made.user, made.records, cookie))
    }

    /// The same, where the relay tampers with what it sends from the first frame on.
    pub(super) fn register_tampered(
        &mut self,
        name: &str,
        made: Enrolment,
        tamper: impl FnMut(RelayToClient) -> Vec<RelayToClient> + 'static,
    ) -> usize {
        let (_, cookie) = self
            .relay
            .register(made.request, self.now)
            .expect("registered");
        let index = self.seat(name, made.user, made.records, cookie);
        self.devices[index].tamper = Some(Box::new(tamper));
        self.start(index);
        index
    }

    /// A member logs in on another device.
    pub(super) fn another_device_of(&mut self, device: usize) -> usize {
        let name = self.devices[device].person.clone();
        let made = self.log_in_anew(device, &name).expect("may add a device");
        self.plug_in(&name, made.0, made.1.records, made.2)
    }

    /// Logs in with a password that is made from `name`, and adds a device.
    pub(super) fn log_in_anew(
        &mut self,
        device: usize,
        password_of: &str,
    ) -> Result<(UserId, DeviceEnrolment, RefreshToken), enrol::EnrolError> {
        self.log_in_shown(device, password_of, |entries| entries)
    }

    /// The same, at a relay that shows another log than it has.
    pub(super) fn log_in_shown(
        &mut self,
        device: usize,
        password_of: &str,
        shown: impl FnOnce(Vec<Entry>) -> Vec<Entry>,
    ) -> Result<(UserId, DeviceEnrolment, RefreshToken), enrol::EnrolError> {
        let name = self.devices[device].person.clone();
        let community = self.community();
        let request = LoginRequest {
            name: name.clone(),
            login_secret: password(&name, &community).login_secret(),
        };
        let (session, cookie) = self.relay.log_in(&request, self.now).expect("a login");
        let token = session.access_token;
        let entries = self.relay.log(&token, 1, self.now).expect("a log").entries;
        let made = enrol::add_device(
            &session.vault.expect("a vault"),
            session.user,
            shown(entries),
            "another".to_owned(),
            &password(password_of, &community),
            &mut self.rng,
            self.now,
        )?;
        let request = made.request.clone();
        self.relay
            .add_device(&token, request, self.now)
            .expect("the relay takes it");
        Ok((session.user, made, cookie))
    }

    fn plug_in(
        &mut self,
        person: &str,
        user: UserId,
        records: Vec<Change>,
        cookie: RefreshToken,
    ) -> usize {
        let index = self.seat(person, user, records, cookie);
        self.start(index);
        index
    }

    fn seat(
        &mut self,
        person: &str,
        user: UserId,
        records: Vec<Change>,
        cookie: RefreshToken,
    ) -> usize {
        let mut device = Device {
            person: person.to_owned(),
            user,
            disk: BTreeMap::new(),
            engine: None,
            connection: None,
            plugged: true,
            tamper: None,
            effects_left: None,
            events: Vec::new(),
            calls: Vec::new(),
            sent: Vec::new(),
            mail_only_to: None,
            lost: Vec::new(),
            cookie,
        };
        device.keep(records);
        self.devices.push(device);
        self.devices.len() - 1
    }

    pub(super) fn community(&self) -> CommunityId {
        let info = self.relay.community(self.now);
        info.community.expect("a community").id
    }

    /// Starts a device from what it has stored.
    pub(super) fn start(&mut self, index: usize) {
        let seed = self.rng.bytes();
        let device = &mut self.devices[index];
        let engine = Engine::restore(&device.records(), seed, self.now);
        device.engine = engine.expect("what was stored makes an engine");
        self.run();
    }

    /// The device is off from one moment to the next.
    pub(super) fn kill(&mut self, index: usize) {
        let device = &mut self.devices[index];
        device.engine = None;
        device.effects_left = None;
        if let Some(connection) = device.connection.take() {
            self.relay.disconnect(connection, self.now);
        }
        self.run();
    }

    /// The connection breaks, and the device does not notice yet.
    pub(super) fn cut(&mut self, index: usize) {
        if let Some(connection) = self.devices[index].connection.take() {
            self.relay.disconnect(connection, self.now);
        }
        self.run();
    }

    /// A hostile relay gives a device a frame.
    pub(super) fn hand(&mut self, index: usize, frame: &RelayToClient) {
        let text = encode(frame);
        self.tell(index, |engine, now| engine.handle_frame(&text, now));
    }

    pub(super) fn unplug(&mut self, index: usize) {
        self.devices[index].plugged = false;
        self.close(index);
        self.run();
    }

    pub(super) fn plug(&mut self, index: usize) {
        self.devices[index].plugged = true;
        self.tell(index, Engine::handle_online_hint);
        self.pass(20_000);
    }

    /// The relay is killed and started again.
    pub(super) fn restart_relay(&mut self) {
        for index in 0..self.devices.len() {
            self.devices[index].connection = None;
        }
        self.relay = open(&self.folder, 2, LocalOptions::default());
        let now = self.now;
        for device in &mut self.devices {
            if let Some(engine) = &mut device.engine {
                engine.handle_disconnected(now);
            }
        }
        self.pass(20_000);
    }

    /// Hands something to a device's engine, and lets everything that follows happen.
    pub(super) fn tell<T>(
        &mut self,
        index: usize,
        act: impl FnOnce(&mut Engine, Millis) -> T,
    ) -> T {
        let now = self.now;
        let engine = self.devices[index].engine.as_mut().expect("it is on");
        let result = act(engine, now);
        self.run();
        result
    }

    pub(super) fn write(&mut self, index: usize, channel: ChannelId, text: &str) {
        self.tell(index, |engine, now| {
            engine.send_text(channel, text.to_owned(), now)
        })
        .expect("it is taken");
    }

    pub(super) fn append(&mut self, index: usize, action: Action) {
        self.tell(index, |engine, now| engine.append(action, now))
            .expect("connected");
    }

    /// Makes a channel, by device 0.
    pub(super) fn make_channel(&mut self, readers: Readers, history: History) -> ChannelId {
        let details = ChannelDetails {
            name: "another".to_owned(),
            topic: String::new(),
            readers,
            history,
        };
        let (_, channel) = self
            .tell(0, |engine, now| {
                engine.create_channel(ChannelKind::Text, details, now)
            })
            .expect("connected");
        channel
    }

    /// Lets time pass.
    pub(super) fn pass(&mut self, millis: Millis) {
        let end = self.now + millis;
        self.run();
        loop {
            let engines = self.devices.iter().filter_map(|it| it.engine.as_ref());
            let due = engines.filter_map(Engine::poll_timeout);
            let Some(at) = due.chain(self.relay.poll_timeout()).min() else {
                break;
            };
            if at > end {
                break;
            }
            self.now = self.now.max(at);
            self.relay.handle_timeout(self.now);
            let now = self.now;
            for device in &mut self.devices {
                if let Some(engine) = &mut device.engine {
                    engine.handle_timeout(now);
                }
            }
            self.run();
        }
        self.now = end;
    }

    /// Until nothing moves any more.
    fn run(&mut self) {
        for _ in 0..10_000 {
            let moved = (0..self.devices.len()).any(|index| self.run_one(index));
            if !moved {
                return;
            }
        }
        panic!("it never ends");
    }

    fn run_one(&mut self, index: usize) -> bool {
        let mut moved = false;
        while let Some(effect) = self.devices[index].next_effect() {
            moved = true;
            self.carry_out(index, effect);
        }
        if self.devices[index].effects_left == Some(0) {
            return moved;
        }
        let Some(connection) = self.devices[index].connection else {
            return moved;
        };
        match self.relay.receive(connection, self.now) {
            Received::Frame(text) => self.devices[index].hear(&text, self.now),
            Received::Closed => self.close(index),
            Received::Nothing => return moved,
        }
        true
    }

    fn carry_out(&mut self, index: usize, effect: Effect) {
        let now = self.now;
        let device = &mut self.devices[index];
        match effect {
            Effect::Store(changes) => device.keep(changes),
            Effect::Connect { .. } if device.plugged => {
                let (session, cookie) = self.relay.refresh(&device.cookie, now).expect("live");
                device.cookie = cookie;
                device.connection = Some(self.relay.connect());
                let engine = device.engine.as_mut().expect("it is on");
                engine.handle_connected(session.access_token, now);
            }
            Effect::Connect { .. } => {
                let engine = device.engine.as_mut().expect("it is on");
                engine.handle_connect_failed(ConnectFailure::Unreachable, now);
            }
            Effect::Disconnect => {
                if let Some(connection) = device.connection.take() {
                    self.relay.disconnect(connection, now);
                }
            }
            Effect::Send(text) => {
                self.ratchets.watch(device.id(), &text);
                let Some(text) = device.without_lost_mail(&text) else {
                    device.lost.push(text);
                    return;
                };
                if let Some(connection) = device.connection {
                    self.relay.send(connection, &text, now);
                }
                device.sent.push(text);
            }
            Effect::Call(effect) => device.calls.push(effect),
            Effect::Event(event) => device.events.push(event),
        }
    }

    fn close(&mut self, index: usize) {
        let now = self.now;
        let device = &mut self.devices[index];
        if let Some(connection) = device.connection.take() {
            self.relay.disconnect(connection, now);
            if let Some(engine) = &mut device.engine {
                engine.handle_disconnected(now);
            }
        }
    }

    pub(super) fn engine(&self, index: usize) -> &Engine {
        self.devices[index].engine.as_ref().expect("it is on")
    }

    /// What a device warns of.
    pub(super) fn alerts(&self, index: usize) -> Vec<Alert> {
        let noted = self.engine(index).alerts().iter();
        noted.map(|noted| noted.alert).collect()
    }

    /// The first text channel.
    pub(super) fn general(&self) -> ChannelId {
        let community = self.engine(0).community();
        let mut channels = community.channels().iter();
        let general = channels.find(|(_, channel)| channel.details.name == "general");
        *general.expect("general").0
    }

    pub(super) fn items(&self, index: usize, channel: ChannelId) -> Vec<TimelineItem> {
        let timeline = self.engine(index).timeline(&channel);
        timeline
            .map(|timeline| timeline.items().cloned().collect())
            .unwrap_or_default()
    }

    /// Where a device says that something is wrong in the order of a channel.
    pub(super) fn marks(&self, index: usize, channel: ChannelId) -> Vec<(u64, Mark)> {
        let timeline = self.engine(index).timeline(&channel);
        let marks = timeline.into_iter().flat_map(Timeline::marks);
        marks.map(|place| (place.seq, place.mark)).collect()
    }

    /// What a device shows of a channel: texts, and reasons in brackets.
    pub(super) fn shown(&self, index: usize, channel: ChannelId) -> Vec<String> {
        let show = |item: TimelineItem| match item.body {
            Body::Text { text } => text,
            Body::Unreadable { why } => format!("[{why:?}]"),
        };
        self.items(index, channel).into_iter().map(show).collect()
    }

    pub(super) fn reasons(&self, index: usize, channel: ChannelId) -> Vec<Unreadable> {
        let items = self.items(index, channel).into_iter();
        items
            .filter_map(|item| match item.body {
                Body::Unreadable { why } => Some(why),
                Body::Text { .. } => None,
            })
            .collect()
    }

    pub(super) fn outbox(&self, index: usize, channel: ChannelId) -> Vec<OutboxItem> {
        let timeline = self.engine(index).timeline(&channel);
        timeline
            .map(|timeline| timeline.outbox().cloned().collect())
            .unwrap_or_default()
    }
}

fn open(folder: &tempfile::TempDir, seed: u64, options: LocalOptions) -> LocalRelay {
    let entropy = Box::new(SeededEntropy::new(seed));
    LocalRelay::open(folder.path(), entropy, options).expect("a relay")
}

pub(super) fn password(name: &str, community: &CommunityId) -> PasswordKeys {
    stretch("correct horse", name, community, CHEAP).expect("enough memory")
}
