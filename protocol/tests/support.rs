//! A community made of real, signed entries, with helpers that read like a story. All keys and ids come from
//! a counter, so that every run is the same. No test is here.

pub mod model;
pub mod people;
pub mod storm;

use parley_protocol::community::{Community, Rejection};
use parley_protocol::entry::{
    Action, ChannelDetails, ChannelKind, Entry, EntryBody, Head, History, Permission, Permissions,
    Readers,
};
use parley_protocol::ids::{ChannelId, CommunityId, RoleId};
use parley_protocol::{Millis, signing};

pub use people::{Numbers, Person, TestDevice, TestInvite, sign};

/// The authors' clock in all tests.
pub const NOW: Millis = 1_700_000_000_000;

/// A community, its whole log, and the numbers that the next keys are made from.
#[derive(Clone)]
pub struct TestCommunity {
    pub community: Community,
    pub log: Vec<Entry>,
    pub numbers: Numbers,
}

impl TestCommunity {
    /// A community of one: Ada, who owns it. Everybody may write and speak.
    pub fn founded() -> (Self, Person) {
        Self::founded_with(&[Permission::SendMessages, Permission::Speak])
    }

    pub fn founded_with(everyone: &[Permission]) -> (Self, Person) {
        let mut numbers = Numbers::default();
        let owner = Person::new(&mut numbers, "Ada");
        let genesis = genesis_entry(&mut numbers, &owner, everyone);
        let community = Community::found(&genesis).expect("a good genesis");
        let log = vec![genesis];
        let test = Self {
            community,
            log,
            numbers,
        };
        (test, owner)
    }

    /// The body of an entry that the author makes now.
    pub fn body(&mut self, action: Action) -> EntryBody {
        EntryBody {
            community: self.community.id(),
            id: self.numbers.id(),
            at: NOW,
            head: self.community.head(),
            action,
        }
    }

    /// A signed entry that is not in the log.
    pub fn entry(&mut self, by: &TestDevice, action: Action) -> Entry {
        let body = self.body(action);
        sign_body(by, &body)
    }

    pub fn apply(&mut self, entry: &Entry) -> Result<EntryBody, Rejection> {
        let body = self.community.apply(entry)?;
        self.log.push(entry.clone());
        Ok(body)
    }

    /// Somebody does something with their first device.
    pub fn by(&mut self, author: &Person, action: Action) -> Result<(), Rejection> {
        let entry = self.entry(&author.device, action);
        self.apply(&entry).map(drop)
    }

    /// The same, where the story goes on only if it is allowed.
    pub fn must(&mut self, author: &Person, action: Action) {
        self.by(author, action).expect("this is allowed");
    }

    /// Applies, and shows that a refused entry changed nothing.
    pub fn refusal(&mut self, entry: &Entry) -> Rejection {
        let before = self.community.clone();
        let rejection = self.apply(entry).expect_err("this is not allowed");
        assert_eq!(self.community, before, "a refused entry changed something");
        rejection
    }

    /// Somebody tries something that is not allowed.
    pub fn refused(&mut self, author: &Person, action: Action) -> Rejection {
        let entry = self.entry(&author.device, action);
        self.refusal(&entry)
    }

    pub fn invite_by(&mut self, author: &Person) -> TestInvite {
        let invite = self.new_invite();
        self.must(author, invite.made(None, None));
        invite
    }

    /// An invite that nobody put in the log.
    pub fn new_invite(&mut self) -> TestInvite {
        TestInvite {
            id: self.numbers.id(),
            key: self.numbers.key(),
        }
    }

    pub fn new_person(&mut self, name: &str) -> Person {
        Person::new(&mut self.numbers, name)
    }

    /// The action with which a person comes in.
    pub fn join_action(&self, invite: &TestInvite, person: &Person) -> Action {
        let message = signing::invite_use(
            &self.community.id(),
            &invite.id,
            &person.user,
            &person.identity_key(),
        );
        Action::MemberJoined {
            invite: invite.id,
            invite_signature: sign(&invite.key, &message),
            member: person.details(self.community.id()),
        }
    }

    /// Somebody tries to come in by an invite.
    pub fn join_by(&mut self, invite: &TestInvite, person: &Person) -> Result<(), Rejection> {
        let action = self.join_action(invite, person);
        self.by(person, action)
    }

    /// Somebody new, by a fresh invite of the owner or whoever invites.
    pub fn member(&mut self, inviter: &Person, name: &str) -> Person {
        let invite = self.invite_by(inviter);
        let person = self.new_person(name);
        self.join_by(&invite, &person).expect("the invite is good");
        person
    }

    /// A new role with these permissions.
    pub fn role(&mut self, author: &Person, permissions: &[Permission]) -> RoleId {
        let role = self.numbers.id();
        self.must(author, define(role, permissions));
        role
    }

    /// Somebody new with a new role.
    pub fn member_with(&mut self, owner: &Person, name: &str, may: &[Permission]) -> Person {
        let person = self.member(owner, name);
        let role = self.role(owner, may);
        self.must(owner, give(&person, role));
        person
    }

    pub fn channel(&mut self, author: &Person, readers: Readers) -> ChannelId {
        let channel = self.numbers.id();
        self.must(author, create_channel(channel, readers));
        channel
    }

    /// One more device of a person, in the log.
    pub fn second_device(&mut self, person: &Person) -> TestDevice {
        let device = TestDevice::new(&mut self.numbers);
        let action = Action::DeviceAdded {
            user: person.user,
            device: person.certify(self.community.id(), &device),
            linked_by: None,
        };
        let entry = self.entry(&device, action);
        self.apply(&entry).expect("one more device is allowed");
        device
    }
}

pub fn genesis_entry(numbers: &mut Numbers, owner: &Person, everyone: &[Permission]) -> Entry {
    let unnamed = CommunityId::from_bytes([0; 32]);
    let mut body = EntryBody {
        community: unnamed,
        id: numbers.id(),
        at: NOW,
        head: Head::EMPTY,
        action: Action::CommunityCreated {
            name: "Lovelace".to_owned(),
            owner: owner.details(unnamed),
            everyone: everyone.iter().copied().collect(),
        },
    };
    commit(&mut body, owner);
    sign_body(&owner.device, &body)
}

/// Gives a genesis its community's id, and its owner's device the certificate for that.
pub fn commit(body: &mut EntryBody, owner: &Person) {
    body.community = body.founded_community().expect("a genesis");
    if let Action::CommunityCreated { owner: details, .. } = &mut body.action {
        *details = owner.details(body.community);
    }
}

pub fn sign_body(by: &TestDevice, body: &EntryBody) -> Entry {
    sign_text(by, body.to_text())
}

pub fn sign_text(by: &TestDevice, text: String) -> Entry {
    let signature = sign(&by.key, &signing::entry(&text));
    Entry {
        body: text,
        author: by.id,
        signature,
    }
}

pub fn define(role: RoleId, permissions: &[Permission]) -> Action {
    Action::RoleDefined {
        role,
        name: "helpers".to_owned(),
        permissions: permissions.iter().copied().collect(),
    }
}

pub fn give(to: &Person, role: RoleId) -> Action {
    Action::RoleGiven {
        user: to.user,
        role,
    }
}

pub fn take(from: &Person, role: RoleId) -> Action {
    Action::RoleTaken {
        user: from.user,
        role,
    }
}

pub fn remove(person: &Person) -> Action {
    Action::MemberRemoved { user: person.user }
}

pub fn roles(roles: &[RoleId]) -> Readers {
    Readers::Roles {
        roles: roles.iter().copied().collect(),
    }
}

pub fn details(readers: Readers) -> ChannelDetails {
    ChannelDetails {
        name: "general".to_owned(),
        topic: "Everything else".to_owned(),
        readers,
        history: History::Shared,
        expires_after: None,
    }
}

pub fn create_channel(channel: ChannelId, readers: Readers) -> Action {
    Action::ChannelCreated {
        channel,
        kind: ChannelKind::Text,
        details: details(readers),
    }
}

pub fn change_channel(channel: ChannelId, readers: Readers) -> Action {
    Action::ChannelChanged {
        channel,
        details: details(readers),
        opens_past: false,
    }
}

/// A channel for everyone, of which messages disappear after so many seconds.
pub fn expire(channel: ChannelId, expires_after: Option<u32>) -> Action {
    Action::ChannelChanged {
        channel,
        details: ChannelDetails {
            expires_after,
            ..details(Readers::Everyone)
        },
        opens_past: false,
    }
}

/// A change of a channel, after which whoever may read it now may read its past.
pub fn open_past(channel: ChannelId, readers: Readers) -> Action {
    Action::ChannelChanged {
        channel,
        details: details(readers),
        opens_past: true,
    }
}

pub fn permissions(list: &[Permission]) -> Permissions {
    list.iter().copied().collect()
}
