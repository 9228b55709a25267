//! Devices and a relay on one bench, joined by wires without delay. A wire can be unplugged, and what comes
//! down a wire can be changed.

use parley_client::Rng;
use parley_client::engine::Engine;
use parley_client::enrol::Founding;
use parley_client::password::{Cost, PasswordKeys, stretch};
use parley_protocol::Millis;
use parley_protocol::entry::{Action, ChannelDetails, ChannelKind, History, Readers};
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::{ChannelId, CommunityId};
use parley_relay::config::Rate;
use parley_relay::entropy::SeededEntropy;
use parley_relay::local::{LocalOptions, LocalRelay};

use super::ratchets::Ratchets;

mod device;
mod enrolment;
mod running;
mod vault;
mod views;

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

    /// A community with two members at a relay with these options.
    pub(super) fn of_two_with(options: LocalOptions) -> Self {
        let mut bench = Self::with(options);
        bench.welcome("bob");
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
        Self::of_two_with(LocalOptions {
            frame_rate,
            ..LocalOptions::default()
        })
    }

    pub(super) fn community(&self) -> CommunityId {
        let info = self.relay.community(self.now);
        info.community.expect("a community").id
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
            expires_after: None,
        };
        let (_, channel) = self
            .tell(0, |engine, now| {
                engine.create_channel(ChannelKind::Text, details, now)
            })
            .expect("connected");
        channel
    }
}

fn open(folder: &tempfile::TempDir, seed: u64, options: LocalOptions) -> LocalRelay {
    let entropy = Box::new(SeededEntropy::new(seed));
    LocalRelay::open(folder.path(), entropy, options).expect("a relay")
}

pub(super) fn password(name: &str, community: &CommunityId) -> PasswordKeys {
    stretch("correct horse", name, community, CHEAP).expect("enough memory")
}
