//! Bytes as a story: each step is seven bytes, and says who tries what. Most steps are not allowed. Every
//! accepted entry is judged by a [`Model`] that knows nothing of the reducer; every refused one must change
//! nothing. The property tests and the fuzz target both feed this.

use parley_protocol::community::Community;
use parley_protocol::entry::{
    Action, CallOrder, CallRules, Entry, EntryBody, Head, Permission, Permissions, Readers,
    VaultChain,
};
use parley_protocol::ids::{CallSessionId, ChannelId, CommunityId, DeviceId, RoleId, UserId};
use parley_protocol::keys::Hash;

use super::model::Model;
use super::people::public;
use super::{Person, TestCommunity, TestDevice, TestInvite, details, sign_body};

/// Who tries, with which device, what, with what, how spoiled.
pub const STEP_BYTES: usize = 7;

/// Kinds of actions, and the one by which somebody comes back with new keys.
const KINDS: u8 = 20;
const COMES_BACK: u8 = 16;
const PEOPLE: usize = 8;
const ROLES: usize = 4;
const CHANNELS: usize = 3;
const INVITES: usize = 4;

/// How every story begins: two invites by which five come in, roles from weak to strong, a public channel, a
/// private one.
#[rustfmt::skip]
const PROLOGUE: [[u8; STEP_BYTES]; 17] = [
    [0, 1, 0, 0, 0, 0, 255], [0, 1, 0, 1, 0, 0, 255],
    [1, 1, 2, 0, 0, 0, 255], [2, 1, 2, 0, 0, 0, 255], [3, 1, 2, 0, 0, 0, 255], [4, 1, 2, 1, 0, 0, 255],
    [5, 1, 2, 1, 0, 0, 255],
    [0, 1, 7, 0, 0, 0b001_1000, 255], [0, 1, 7, 0, 1, 0b010_0100, 255], [0, 1, 7, 0, 2, 0b111_1111, 255],
    [0, 1, 7, 0, 3, 0, 255],
    [0, 1, 8, 1, 0, 0, 255], [0, 1, 8, 2, 1, 0, 255], [0, 1, 8, 3, 2, 0, 255], [0, 1, 8, 4, 3, 0, 255],
    [0, 1, 11, 0, 0, 0, 255], [0, 1, 11, 1, 3, 8, 255],
];

#[derive(Clone)]
pub struct Storm {
    pub test: TestCommunity,
    pub accepted: usize,
    pub refused: usize,
    model: Model,
    people: Vec<(Person, TestDevice)>,
    roles: Vec<RoleId>,
    channels: Vec<ChannelId>,
    invites: Vec<TestInvite>,
}

impl Storm {
    /// Runs the whole story. The first byte is what everybody may do at the start.
    pub fn run(bytes: &[u8]) -> Self {
        let (everyone, steps) = bytes.split_first().unwrap_or((&0, &[]));
        let mut storm = Self::begin(*everyone);
        storm.go_on(steps);
        storm
    }

    /// The beginning, which is always the same.
    pub fn begin(everyone: u8) -> Self {
        let mut storm = Self::new(&permissions_of(everyone));
        for step in PROLOGUE {
            storm.step(step);
        }
        assert_eq!(storm.accepted, PROLOGUE.len(), "the beginning is allowed");
        storm
    }

    pub fn go_on(&mut self, steps: &[u8]) {
        let (steps, _) = steps.as_chunks::<STEP_BYTES>();
        for step in steps {
            self.step(*step);
        }
    }

    fn new(everyone: &Permissions) -> Self {
        let list: Vec<Permission> = everyone.iter().collect();
        let (mut test, owner) = TestCommunity::founded_with(&list);
        let model = Model::new(&owner, everyone.clone());
        let mut people = vec![(owner, TestDevice::new(&mut test.numbers))];
        for index in 1..PEOPLE {
            let person = test.new_person(&format!("Person {index}"));
            people.push((person, TestDevice::new(&mut test.numbers)));
        }
        let mut roles: Vec<RoleId> = (0..ROLES).map(|_| test.numbers.id()).collect();
        roles.push(RoleId::EVERYONE);
        Self {
            channels: (0..CHANNELS).map(|_| test.numbers.id()).collect(),
            invites: (0..INVITES).map(|_| test.new_invite()).collect(),
            test,
            accepted: 0,
            refused: 0,
            model,
            people,
            roles,
        }
    }

    fn step(&mut self, step: [u8; STEP_BYTES]) {
        let [who, device, kind, a, b, mask, spoil] = step;
        let (person, second) = pick(&self.people, who).clone();
        let device = if device.is_multiple_of(4) {
            second
        } else {
            person.device.clone()
        };
        let renewed = (kind % KINDS == COMES_BACK).then(|| self.renewed(a));
        let (action, device) = match &renewed {
            Some(again) => {
                let invite = pick(&self.invites, b);
                (self.test.join_action(invite, again), again.device.clone())
            }
            None => (self.action(&person, &device, kind, a, b, mask), device),
        };
        let body = self.test.body(action);
        let (entry, must_fail) = self.spoil(&device, body, spoil, a);

        let before = self.test.community.clone();
        if let Ok(body) = self.test.apply(&entry) {
            assert!(!must_fail, "a spoiled entry was accepted: {entry:?}");
            self.accepted += 1;
            if let Some(again) = renewed {
                let at = usize::from(a) % self.people.len();
                self.people[at].0 = again;
            }
            self.model.accepted(&entry, &body);
            self.compare();
            self.names_are_apart();
        } else {
            self.refused += 1;
            let same = self.test.community == before;
            assert!(same, "a refused entry changed something: {entry:?}");
        }
    }

    fn action(
        &mut self,
        person: &Person,
        device: &TestDevice,
        kind: u8,
        a: u8,
        b: u8,
        mask: u8,
    ) -> Action {
        let other = pick(&self.people, a).0.user;
        let role = *pick(&self.roles, b);
        let channel = *pick(&self.channels, a);
        let invite = pick(&self.invites, a);
        let details = details(self.readers(b, mask));
        match kind % KINDS {
            14 => Action::InviteMade {
                invite: invite.id,
                key: public(&invite.key),
                expires_at: None,
                max_uses: Some(1),
                readmits: Some(other),
                guest: None,
            },
            17 if mask.is_multiple_of(2) => Action::MemberRenamed {
                name: format!("Name {}", mask % 16),
            },
            17 => Action::MemberRenamed {
                name: pick(&self.people, b).0.name.clone(),
            },
            15 => Action::VaultNoted {
                chains: vec![VaultChain {
                    device: pick(&self.people, b).0.device.id,
                    counter: u64::from(mask % 4),
                    hash: Hash::from_bytes([mask; 32]),
                }],
            },
            18 => Action::CallsOrdered {
                order: CallOrder::Restrict {
                    user: other,
                    muted: mask & 1 != 0,
                    deafened: mask & 2 != 0,
                },
            },
            19 => Action::CallsOrdered {
                order: call_order(mask, channel, pick(&self.people, a).0.device.id, other),
            },
            0 => invite.made(
                None,
                (!mask.is_multiple_of(3)).then_some(u32::from(mask % 3)),
            ),
            1 => Action::InviteRevoked { invite: invite.id },
            2 | 3 => self.test.join_action(invite, person),
            4 => Action::MemberRemoved { user: other },
            5 => Action::DeviceAdded {
                user: person.user,
                device: person.certify(self.test.community.id(), device),
                linked_by: None,
            },
            6 => Action::DeviceRevoked {
                device: pick(&self.people, a).1.id,
            },
            7 => Action::RoleDefined {
                role,
                name: "some role".to_owned(),
                permissions: permissions_of(mask),
            },
            8 | 9 => Action::RoleGiven { user: other, role },
            10 => Action::RoleTaken { user: other, role },
            11 => Action::ChannelCreated {
                channel,
                kind: parley_protocol::entry::ChannelKind::Text,
                details,
            },
            12 => Action::ChannelChanged {
                channel,
                details,
                opens_past: mask & 64 != 0,
            },
            _ if mask.is_multiple_of(8) => Action::ChannelArchived { channel },
            _ if mask % 8 == 1 => Action::DeviceRevoked { device: device.id },
            _ => Action::RoleGiven {
                user: person.user,
                role,
            },
        }
    }

    /// Nobody is called as another one is, or signs in.
    fn names_are_apart(&self) {
        let mut owners = std::collections::BTreeMap::new();
        let members = self.test.community.members().iter();
        for (user, member) in members.filter(|(_, member)| member.is_active()) {
            for name in [&member.name, &member.display_name().to_owned()] {
                for skeleton in parley_protocol::names::skeletons(name) {
                    let owner = *owners.entry(skeleton).or_insert(*user);
                    assert_eq!(owner, *user, "{name} is two members' name");
                }
            }
        }
    }

    /// Somebody with all keys new, under the same name.
    fn renewed(&mut self, a: u8) -> Person {
        let before = pick(&self.people, a).0.clone();
        let again = Person::new(&mut self.test.numbers, &before.name);
        Person {
            user: before.user,
            ..again
        }
    }

    fn readers(&self, b: u8, mask: u8) -> Readers {
        if mask.is_multiple_of(3) {
            return Readers::Everyone;
        }
        Readers::Roles {
            roles: [*pick(&self.roles, b), *pick(&self.roles, mask)].into(),
        }
    }

    /// The signed entry, spoiled in a way that must be noticed, or not.
    fn spoil(&self, by: &TestDevice, body: EntryBody, spoil: u8, a: u8) -> (Entry, bool) {
        let other = &pick(&self.people, a).0.device;
        let head = body.head;
        let with_head = |head: Head| {
            sign_body(
                by,
                &EntryBody {
                    head,
                    ..body.clone()
                },
            )
        };
        match spoil {
            0 if other.id != by.id => {
                let mut forger = other.clone();
                forger.id = by.id;
                (sign_body(&forger, &body), true)
            }
            1 if other.id != by.id => {
                let entry = sign_body(by, &body);
                let author = other.id;
                (Entry { author, ..entry }, true)
            }
            2 => (pick(&self.test.log, a).clone(), true),
            3 => (with_head(Head::EMPTY), true),
            4 => {
                let hash = Hash::from_bytes([spoil; 32]);
                (with_head(Head { hash, ..head }), true)
            }
            5 => {
                let community = CommunityId::from_bytes([a; 32]);
                (sign_body(by, &EntryBody { community, ..body }), true)
            }
            6 => {
                let mut entry = sign_body(by, &body);
                entry.body = entry.body.replacen("17000", "17001", 1);
                (entry, true)
            }
            7..=40 => {
                let seq = u64::from(a) % head.seq + 1;
                let hash = self.test.community.hash_at(seq).unwrap_or(head.hash);
                (with_head(Head { seq, hash }), false)
            }
            _ => (sign_body(by, &body), false),
        }
    }

    /// Reducer and model say the same about everybody.
    fn compare(&self) {
        let community = &self.test.community;
        for (person, second) in &self.people {
            let user = &person.user;
            assert_eq!(community.permissions_of(user), self.model.permissions(user));
            for channel in &self.channels {
                let expected = self.model.reads(user, channel);
                assert_eq!(community.may_read(user, channel), expected);
                let since = self.model.reads_since(user, channel);
                assert_eq!(community.reads_since(user, channel), since);
                assert_eq!(since.is_some(), expected);
            }
            for device in [&person.device, second] {
                let active = community.active_device(&device.id).map(|found| found.user);
                assert_eq!(active, self.model.device_user(&device.id));
                let listed = community.devices_of(user).any(|(id, _)| id == device.id);
                assert_eq!(listed, active == Some(*user));
            }
        }
        for channel in &self.channels {
            assert!(community.reader_devices(channel).all(|(id, device)| {
                self.model.device_user(&id) == Some(device.user)
                    && self.model.reads(&device.user, channel)
            }));
        }
    }

    /// The log, read again by somebody who was never shown the refused entries.
    pub fn replayed(&self) -> Community {
        let genesis = self.test.log.first().expect("genesis");
        let community = Community::found(&reread(genesis)).expect("the same genesis");
        self.replayed_from(community)
    }

    /// The same, by somebody who has read the beginning.
    pub fn replayed_from(&self, mut community: Community) -> Community {
        let read = usize::try_from(community.head().seq).expect("a short log");
        for entry in self.test.log.iter().skip(read) {
            community
                .apply(&reread(entry))
                .expect("was accepted before");
        }
        community
    }
}

/// As it comes out of a database or off the wire.
fn reread(entry: &Entry) -> Entry {
    let text = serde_json::to_string(entry).expect("a text");
    serde_json::from_str(&text).expect("the same entry")
}

fn pick<T>(items: &[T], byte: u8) -> &T {
    &items[usize::from(byte) % items.len()]
}

fn permissions_of(mask: u8) -> Permissions {
    let chosen = |index: usize| mask & (1 << index) != 0;
    Permission::ALL
        .into_iter()
        .enumerate()
        .filter(|(index, _)| chosen(*index))
        .map(|(_, permission)| permission)
        .collect()
}

/// An order that is about a channel or a stay.
fn call_order(mask: u8, channel: ChannelId, device: DeviceId, user: UserId) -> CallOrder {
    match mask % 4 {
        0 => CallOrder::Speaker {
            channel,
            user,
            speaks: mask & 4 != 0,
        },
        1 => CallOrder::Rules {
            channel,
            rules: CallRules {
                limit: Some(u32::from(mask)),
                stage: mask & 8 != 0,
            },
        },
        _ => CallOrder::End {
            device,
            stay: CallSessionId::from_bytes([mask; 16]),
            to: (mask & 16 != 0).then_some(channel),
        },
    }
}
