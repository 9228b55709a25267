//! Who there is, and how they and their machines come in.

use parley_client::Rng;
use parley_client::enrol::{self, Founding, Joining, WayIn};
use parley_client::password::{Cost, PasswordKeys, stretch};
use parley_client::store::{Change, Table};
use parley_protocol::auth::LoginRequest;
use parley_protocol::entry::Entry;
use parley_protocol::error::ApiError;
use parley_protocol::ids::{CommunityId, DeviceId, UserId};
use parley_protocol::invite::InviteLink;
use parley_protocol::mail::Prekeys;
use parley_relay::RefreshToken;

use super::dice::Dice;
use super::machine::{Disk, Machine};
use super::witness::Witness;
use super::world::World;

/// The stretching is not what is simulated.
const CHEAP: Cost = Cost {
    memory: 8,
    passes: 1,
};
const NAMES: [&str; 12] = [
    "ada", "bob", "cyd", "dan", "eve", "fay", "gus", "hal", "ida", "jon", "kim", "lou",
];

pub(super) struct Person {
    pub(super) name: String,
    pub(super) user: UserId,
    keys: PasswordKeys,
}

impl World {
    /// The owner, their machine, and the witness.
    pub(super) fn found(&mut self) {
        let mut rng = self.rng(0);
        let relay = self.relay.as_mut().expect("the relay runs");
        let founding = Founding {
            community_name: "Storm".to_owned(),
            name: NAMES[0].to_owned(),
            label: "first".to_owned(),
            setup_token: relay.setup_token().expect("a token").to_owned(),
        };
        let draft = founding.draft(&mut rng, self.now).expect("a community");
        let keys = password_of(NAMES[0], &draft.community());
        let enrolment = draft.finish(&keys, &mut rng).expect("a member");
        let (_, cookie) = relay
            .register(enrolment.request, self.now)
            .expect("the relay takes it");
        self.people.push(Person {
            name: NAMES[0].to_owned(),
            user: enrolment.user,
            keys,
        });
        self.plug_in(0, enrolment.records, cookie);
        self.call_witness();
    }

    fn call_witness(&mut self) {
        let (records, cookie) = self.enrol_device(0, false).expect("the relay takes it");
        let mut disk = Disk::default();
        disk.keep(records);
        let device = device_on(&disk);
        let way_in = LoginRequest {
            name: self.people[0].name.clone(),
            login_secret: self.people[0].keys.login_secret(),
        };
        let mut witness = Witness::new(disk, device, cookie, way_in);
        let relay = self.relay.as_mut().expect("the relay runs");
        witness.connect(relay, self.now);
        self.witness = Some(witness);
    }

    /// Somebody opens an invite. If it is over by now, nothing happens.
    pub(super) fn join(&mut self, link: InviteLink) {
        let number = self.people.len();
        let Some(name) = NAMES.get(number) else {
            return;
        };
        let now = self.now;
        let Some(entries) = self.log_for(&link) else {
            return;
        };
        let mut rng = self.rng(number as u64);
        let view = enrol::inspect_invite(&link, &entries, now).expect("a good invite");
        let keys = password_of(name, &view.community);
        let joining = Joining {
            link,
            entries,
            name: (*name).to_owned(),
            label: "first".to_owned(),
        };
        let enrolment = enrol::join(joining, &keys, &mut rng, now).expect("allowed");
        let answer = self.with_relay(|relay, now| relay.register(enrolment.request, now));
        let Some(Ok((_, cookie))) = answer else {
            return;
        };
        self.people.push(Person {
            name: (*name).to_owned(),
            user: enrolment.user,
            keys,
        });
        self.plug_in(number, enrolment.records, cookie);
    }

    fn log_for(&mut self, link: &InviteLink) -> Option<Vec<Entry>> {
        self.with_relay(|relay, now| {
            let community = relay.community(now).community.expect("a community").id;
            let proof = enrol::invite_proof(link, &community, now);
            whole_log(|from| Ok(relay.log_by_invite(&proof, from, now)?.entries)).ok()
        })
        .flatten()
    }

    /// Somebody comes back with new keys. Nothing of the old ones is any good then.
    pub(super) fn come_back(&mut self, link: InviteLink, person: usize) {
        let now = self.now;
        let Some(entries) = self.log_for(&link) else {
            return;
        };
        self.enrolments += 1;
        let mut rng = self.rng(1_000 + self.enrolments);
        let joining = Joining {
            link,
            entries,
            name: "whatever was typed".to_owned(),
            label: "first".to_owned(),
        };
        let keys = self.people[person].keys.clone();
        let Ok(enrolment) = enrol::join(joining, &keys, &mut rng, now) else {
            return;
        };
        assert_eq!(enrolment.user, self.people[person].user);
        let answer = self.with_relay(|relay, now| relay.register(enrolment.request, now));
        if let Some(Ok((_, cookie))) = answer {
            self.counts.readmitted += 1;
            self.plug_in(person, enrolment.records, cookie);
        }
    }

    /// Somebody logs in on another machine. Nothing happens if the relay is down or they are gone: says whether it did.
    pub(super) fn add_machine(&mut self, person: usize) -> bool {
        let made = self.enrol_device(person, true);
        let is_made = made.is_some();
        if let Some((records, cookie)) = made {
            self.plug_in(person, records, cookie);
        }
        is_made
    }

    /// Without keys at the relay nobody can send the device anything.
    fn enrol_device(
        &mut self,
        person: usize,
        with_keys: bool,
    ) -> Option<(Vec<Change>, RefreshToken)> {
        let now = self.now;
        self.enrolments += 1;
        let mut rng = self.rng(1_000 + self.enrolments);
        let Person { name, user, keys } = &self.people[person];
        let request = LoginRequest {
            name: name.clone(),
            login_secret: keys.login_secret(),
        };
        let (user, keys) = (*user, keys.clone());
        self.with_relay(|relay, _| {
            let (session, cookie) = relay.log_in(&request, now).ok()?;
            let token = session.access_token;
            let entries = whole_log(|from| Ok(relay.log(&token, from, now)?.entries)).ok()?;
            let way = WayIn {
                wrap: session.wraps.first()?,
                key: &keys.wrap_key(),
            };
            let label = "another".to_owned();
            let device = enrol::add_device(way, user, entries, label, &mut rng, now);
            let mut device = device.expect("allowed");
            if !with_keys {
                device.request.prekeys = Prekeys::default();
            }
            relay.add_device(&token, device.request, now).ok()?;
            Some((device.records, cookie))
        })
        .flatten()
    }

    /// The session ended: somebody types their password.
    pub(super) fn log_in(&mut self, index: usize) {
        let Person { name, keys, .. } = &self.people[self.machines[index].person];
        let request = LoginRequest {
            name: name.clone(),
            login_secret: keys.login_secret(),
        };
        match self.with_relay(|relay, now| relay.log_in(&request, now)) {
            Some(Ok((session, cookie))) => {
                let machine = &mut self.machines[index];
                machine.cookie = cookie;
                machine.access = Some((session.access_token, session.expires_at));
                self.tell(index, parley_client::Engine::reconnect);
            }
            Some(Err(_)) if self.is_removed(index) => self.machines[index].gone = true,
            Some(Err(_)) | None => {
                self.machines[index].log_in_at = Some(self.now + 5_000);
            }
        }
    }

    fn is_removed(&self, index: usize) -> bool {
        let witness = self.witness.as_ref().expect("the witness is here");
        let device = self.machines[index].device;
        witness.community().active_device(&device).is_none()
    }

    fn plug_in(&mut self, person: usize, records: Vec<Change>, cookie: RefreshToken) {
        let mut disk = Disk::default();
        disk.keep(records);
        let index = self.machines.len();
        let membership = self.membership(person).unwrap_or(1);
        self.machines.push(Machine {
            person,
            membership,
            device: device_on(&disk),
            disk,
            engine: None,
            link: None,
            cookie,
            access: None,
            connect_at: None,
            start_at: None,
            log_in_at: None,
            read_at: None,
            reading: None,
            crash_after: None,
            gone: false,
            lost: false,
            dice: Dice::of(&[self.seed, 77, index as u64]),
        });
        self.start(index);
    }

    /// Since when somebody is a member. `None`: they are not.
    pub(super) fn membership(&self, person: usize) -> Option<u64> {
        let community = self.witness.as_ref()?.community();
        let member = community.active_member(&self.people[person].user)?;
        Some(member.joined_at)
    }

    fn rng(&self, number: u64) -> Rng {
        Rng::from_seed(Dice::of(&[self.seed, 55, number]).seed())
    }
}

fn password_of(name: &str, community: &CommunityId) -> PasswordKeys {
    stretch("correct horse", name, community, CHEAP).expect("enough memory")
}

fn whole_log(
    mut page: impl FnMut(u64) -> Result<Vec<Entry>, ApiError>,
) -> Result<Vec<Entry>, ApiError> {
    let mut entries = Vec::new();
    loop {
        let more = page(entries.len() as u64 + 1)?;
        if more.is_empty() {
            return Ok(entries);
        }
        entries.extend(more);
    }
}

fn device_on(disk: &Disk) -> DeviceId {
    let (_, record) = disk.of(Table::Device).next().expect("a device record");
    let record: serde_json::Value = serde_json::from_slice(record).expect("JSON");
    record["device"].as_str().unwrap().parse().expect("an id")
}
