//! A measuring program for the benchmarks: a community with a long log, as JSON what it costs to start with it
//! and to add an entry to it. The first argument is how many entries the log has.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measuring program: it prints what it measured, and ends at what should not be"
)]

use std::time::{Duration, Instant};

use ed25519_dalek::{Signer as _, SigningKey};
use parley_client::engine::Engine;
use parley_client::enrol::{self, Joining};
use parley_client::password::{Cost, stretch};
use parley_client::rng::Rng;
use parley_client::store::{Change, Record, Table};
use parley_protocol::community::Community;
use parley_protocol::entry::{
    Action, DeviceDetails, Entry, EntryBody, Head, MemberDetails, Permission,
};
use parley_protocol::ids::{CommunityId, DeviceId, EntryId, InviteId, UserId};
use parley_protocol::invite::InviteLink;
use parley_protocol::keys::{Curve25519PublicKey, Ed25519PublicKey, Signature};
use parley_protocol::{Millis, signing};

const NOW: Millis = 1_700_000_000_000;
/// Entries that came after the last checkpoint: the most that a device lets come together.
const AFTER_CHECKPOINT: usize = 63;
const APPENDS: usize = 500;
const FIRST_INVITE: [u8; 32] = [1; 32];
const STARTS: usize = 9;
const PEOPLE: usize = 15_000;
/// A new invite after so many entries.
const ENTRIES_PER_INVITE: usize = 1_000;

fn main() {
    let length: Option<usize> = std::env::args().nth(1).and_then(|it| it.parse().ok());
    let length = length.unwrap_or(20_000);
    let mut town = Town::found();
    town.grow(length.saturating_sub(AFTER_CHECKPOINT));
    let checkpoint = Record {
        table: Table::Checkpoint,
        key: number(town.log.len()),
        value: town.community.to_checkpoint(),
    };
    let checkpoint_bytes = checkpoint.value.len();
    town.grow(length);
    let start = town.starts(checkpoint);
    let append = town.appends();
    println!(
        "{{\"entries\":{},\"members\":{},\"checkpoint_bytes\":{checkpoint_bytes},\"start_ms\":{:.1},\"append_ms\":{:.4}}}",
        town.log.len(),
        town.community.member_count(),
        milliseconds(start),
        milliseconds(append),
    );
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// A community whose entries are made here.
struct Town {
    rng: Rng,
    owner: Newcomer,
    community: Community,
    log: Vec<Entry>,
    invite: (InviteId, SigningKey),
    invite_until: usize,
}

struct Newcomer {
    identity: SigningKey,
    key: SigningKey,
    details: MemberDetails,
}

impl Newcomer {
    fn new(rng: &mut Rng, community: CommunityId, name: String) -> Self {
        let identity = SigningKey::from_bytes(&rng.bytes());
        let key = SigningKey::from_bytes(&rng.bytes());
        let mut newcomer = Self {
            details: MemberDetails {
                user: UserId::from_bytes(rng.bytes()),
                name,
                identity: public(&identity),
                vault: None,
                device: DeviceDetails {
                    id: DeviceId::from_bytes(rng.bytes()),
                    ed25519: public(&key),
                    curve25519: Curve25519PublicKey::from_bytes(rng.bytes()),
                    label: "Firefox on Linux".to_owned(),
                    certificate: Signature::from_bytes([0; 64]),
                },
            },
            identity,
            key,
        };
        newcomer.certify(community);
        newcomer
    }

    fn certify(&mut self, community: CommunityId) {
        let user = self.details.user;
        let device = &mut self.details.device;
        let message = signing::device_certificate(
            &community,
            &user,
            &device.id,
            &device.ed25519,
            &device.curve25519,
        );
        device.certificate = sign(&self.identity, &message);
    }

    fn entry(&self, body: &EntryBody) -> Entry {
        let text = body.to_text();
        Entry {
            author: self.details.device.id,
            signature: sign(&self.key, &signing::entry(&text)),
            body: text,
        }
    }
}

impl Town {
    fn found() -> Self {
        let mut rng = Rng::from_seed([9; 32]);
        let mut owner = Newcomer::new(&mut rng, CommunityId::from_bytes([0; 32]), "Ada".into());
        let mut body = EntryBody {
            community: CommunityId::from_bytes([0; 32]),
            id: EntryId::from_bytes(rng.bytes()),
            at: NOW,
            head: Head::EMPTY,
            action: Action::CommunityCreated {
                name: "A long log".to_owned(),
                owner: owner.details.clone(),
                everyone: [Permission::SendMessages].into(),
            },
        };
        body.community = body.founded_community().expect("a genesis");
        owner.certify(body.community);
        if let Action::CommunityCreated { owner: details, .. } = &mut body.action {
            *details = owner.details.clone();
        }
        let genesis = owner.entry(&body);
        Self {
            community: Community::found(&genesis).expect("a community"),
            log: vec![genesis],
            invite: (
                InviteId::from_bytes([0; 16]),
                SigningKey::from_bytes(&[1; 32]),
            ),
            invite_until: 0,
            rng,
            owner,
        }
    }

    fn body(&mut self, action: Action) -> EntryBody {
        EntryBody {
            community: self.community.id(),
            id: EntryId::from_bytes(self.rng.bytes()),
            at: NOW,
            head: self.community.head(),
            action,
        }
    }

    /// Nine of ten entries let somebody in. A tenth of those leave again, and all who come to a full community.
    fn grow(&mut self, length: usize) {
        while self.log.len() < length {
            if self.log.len() >= self.invite_until {
                self.make_invite();
                self.invite_until = self.log.len() + ENTRIES_PER_INVITE;
            }
            let entry = self.join();
            self.add(entry);
            let full = self.community.member_count() >= PEOPLE;
            if full || self.log.len().is_multiple_of(10) {
                let newest = self.log.last().map(|entry| entry.author);
                let user = newest.and_then(|device| self.community.devices().get(&device));
                if let Some(user) = user.map(|device| device.user) {
                    let body = self.body(Action::MemberRemoved { user });
                    let entry = self.owner.entry(&body);
                    self.add(entry);
                }
            }
        }
    }

    fn add(&mut self, entry: Entry) {
        // Signed a moment ago: checking it would only make the benchmark slow.
        self.community.apply_again(&entry).expect("it can be read");
        self.log.push(entry);
    }

    fn make_invite(&mut self) {
        let invite = InviteId::from_bytes(self.rng.bytes());
        let key = if self.log.len() == 1 {
            SigningKey::from_bytes(&FIRST_INVITE)
        } else {
            SigningKey::from_bytes(&self.rng.bytes())
        };
        let body = self.body(Action::InviteMade {
            invite,
            key: public(&key),
            expires_at: None,
            max_uses: None,
            readmits: None,
            guest: None,
        });
        let entry = self.owner.entry(&body);
        self.invite = (invite, key);
        self.add(entry);
    }

    fn join(&mut self) -> Entry {
        let community = self.community.id();
        let name = format!("Person {}", self.log.len());
        let person = Newcomer::new(&mut self.rng, community, name);
        let (invite, key) = &self.invite;
        let message = signing::invite_use(
            &community,
            invite,
            &person.details.user,
            &person.details.identity,
        );
        let action = Action::MemberJoined {
            invite: *invite,
            invite_signature: sign(key, &message),
            member: person.details.clone(),
        };
        let body = self.body(action);
        person.entry(&body)
    }

    /// One entry after the other, each judged as relay and clients do.
    fn appends(&mut self) -> Duration {
        let mut times = Vec::new();
        for _ in 0..APPENDS {
            let entry = self.join();
            let begun = Instant::now();
            self.community.apply(&entry).expect("it is allowed");
            times.push(begun.elapsed());
            self.log.push(entry);
        }
        median(times)
    }

    /// A device that has the log starts: from its checkpoint, and with the last entries after it.
    fn starts(&mut self, checkpoint: Record) -> Duration {
        let covered = checkpoint.key.clone();
        let mut records = self.newcomer();
        records.push(checkpoint);
        for (seq, entry) in (1..).zip(&self.log) {
            let key = number(seq);
            if key > covered {
                records.push(Record {
                    table: Table::Log,
                    key,
                    value: parley_protocol::json::write(entry).into_bytes(),
                });
            }
        }
        let times = (0..STARTS).map(|round| {
            let seed = [u8::try_from(round).unwrap_or(0); 32];
            let begun = Instant::now();
            let engine = Engine::restore(&records, seed, NOW).expect("good records");
            let elapsed = begun.elapsed();
            let engine = engine.expect("a device");
            assert_eq!(engine.community().head(), self.community.head());
            elapsed
        });
        median(times.collect())
    }

    /// The keys of a device that joins, as it keeps them. It is shown the beginning of the log only.
    fn newcomer(&mut self) -> Vec<Record> {
        let entries: Vec<Entry> = self.log.iter().take(2).cloned().collect();
        let Ok(Action::InviteMade { invite, .. }) = entries[1].parse_body().map(|body| body.action)
        else {
            unreachable!("the second entry is an invite");
        };
        let link = InviteLink {
            invite,
            genesis: self.community.hash_at(1).expect("a genesis"),
            secret: FIRST_INVITE,
        };
        let cheap = Cost {
            memory: 64,
            passes: 1,
        };
        let joining = Joining {
            link,
            entries,
            name: "Bob".to_owned(),
            label: "Firefox on Linux".to_owned(),
        };
        let keys = stretch("tulip", "Bob", &self.community.id(), cheap).expect("enough memory");
        let enrolment = enrol::join(joining, &keys, &mut self.rng, NOW).expect("may join");
        let kept = enrolment.records.into_iter();
        kept.filter_map(|change| match change {
            Change::Put(record) if record.table != Table::Log => Some(record),
            Change::Put(_) | Change::Delete { .. } => None,
        })
        .collect()
    }
}

fn number(seq: usize) -> String {
    format!("{seq:020}")
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn public(key: &SigningKey) -> Ed25519PublicKey {
    Ed25519PublicKey::from_bytes(key.verifying_key().to_bytes())
}

fn sign(key: &SigningKey, message: &[u8]) -> Signature {
    Signature::from_bytes(key.sign(message).to_bytes())
}
