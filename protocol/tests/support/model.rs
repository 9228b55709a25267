//! A second opinion on the log: who was granted what by whom, kept in the plainest way, without a look at
//! the reducer's state. It assumes that an entry was accepted, and objects where nobody could have granted it.

use std::collections::{BTreeMap, BTreeSet};

use parley_protocol::entry::{
    Action, CallOrder, Entry, EntryBody, Permission, Permissions, Readers,
};
use parley_protocol::ids::{ChannelId, DeviceId, InviteId, RoleId, UserId};

use super::Person;

type Gains = (
    BTreeSet<(UserId, Permission)>,
    BTreeSet<(UserId, ChannelId)>,
);

#[derive(Clone)]
pub struct Model {
    owner: UserId,
    members: BTreeSet<UserId>,
    devices: BTreeMap<DeviceId, UserId>,
    roles: BTreeMap<RoleId, Permissions>,
    given: BTreeSet<(UserId, RoleId)>,
    channels: BTreeMap<ChannelId, Readers>,
    /// Who made it, and how many may still come.
    invites: BTreeMap<InviteId, (UserId, Option<u32>)>,
    /// Whom an invite brings back.
    readmits: BTreeMap<InviteId, UserId>,
    /// How far the chains of devices were noted.
    noted: BTreeMap<DeviceId, (UserId, u64)>,
    place: u64,
    /// Since when they read it without a break.
    reading_since: BTreeMap<(UserId, ChannelId), u64>,
    /// The first sequence number at which it was private since its past was opened.
    private_at: BTreeMap<ChannelId, u64>,
}

impl Model {
    pub fn new(owner: &Person, everyone: Permissions) -> Self {
        Self {
            owner: owner.user,
            members: [owner.user].into(),
            devices: [(owner.device.id, owner.user)].into(),
            roles: [(RoleId::EVERYONE, everyone)].into(),
            given: BTreeSet::new(),
            channels: BTreeMap::new(),
            invites: BTreeMap::new(),
            readmits: BTreeMap::new(),
            noted: [(owner.device.id, (owner.user, 0))].into(),
            place: 1,
            reading_since: BTreeMap::new(),
            private_at: BTreeMap::new(),
        }
    }

    /// The sequence number from which on they read a channel that shares its history.
    pub fn reads_since(&self, user: &UserId, channel: &ChannelId) -> Option<u64> {
        let since = *self.reading_since.get(&(*user, *channel))?;
        let private_at = self.private_at.get(channel);
        let hidden = private_at.is_some_and(|at| *at < since) && *user != self.owner;
        Some(if hidden { since } else { 1 })
    }

    fn note_readers(&mut self, action: &Action) {
        if let Action::ChannelChanged {
            channel,
            opens_past: true,
            ..
        } = action
        {
            self.private_at.remove(channel);
        }
        for (channel, readers) in self.channels.clone() {
            if readers != Readers::Everyone {
                self.private_at.entry(channel).or_insert(self.place);
            }
            for user in self.members.clone() {
                if self.reads(&user, &channel) {
                    let since = self.reading_since.entry((user, channel));
                    since.or_insert(self.place);
                } else {
                    self.reading_since.remove(&(user, channel));
                }
            }
        }
        let members = &self.members;
        self.reading_since
            .retain(|(user, _), _| members.contains(user));
    }

    pub fn permissions(&self, user: &UserId) -> Permissions {
        let has = |permission: &Permission| {
            *user == self.owner
                || self.roles.iter().any(|(role, permits)| {
                    permits.contains(permission)
                        && (*role == RoleId::EVERYONE || self.given.contains(&(*user, *role)))
                })
        };
        let all = Permission::ALL.into_iter();
        all.filter(|permission| self.members.contains(user) && has(permission))
            .collect()
    }

    pub fn reads(&self, user: &UserId, channel: &ChannelId) -> bool {
        self.members.contains(user)
            && match self.channels.get(channel) {
                None => false,
                Some(Readers::Everyone) => true,
                Some(Readers::Roles { roles }) => {
                    *user == self.owner
                        || roles.iter().any(|role| self.given.contains(&(*user, role)))
                }
            }
    }

    pub fn device_user(&self, device: &DeviceId) -> Option<UserId> {
        self.devices.get(device).copied()
    }

    /// Takes an entry that the reducer accepted, and checks that its author could do that.
    pub fn accepted(&mut self, entry: &Entry, body: &EntryBody) {
        let before = self.clone();
        let author = self.author(entry, &body.action);
        self.place += 1;
        self.change(author, &body.action);
        self.note_readers(&body.action);
        before.check_act(author, &body.action);
        let (permissions, channels) = self.gained_since(&before);
        for (user, permission) in permissions {
            let granted = match body.action {
                Action::MemberJoined { invite, .. } => {
                    before.roles[&RoleId::EVERYONE].contains(&permission)
                        || before.readmits.get(&invite) == Some(&user)
                            && before.has(before.invites[&invite].0, permission)
                }
                Action::RoleDefined { .. } | Action::RoleGiven { .. } => {
                    before.has(author, Permission::ManageRoles) && before.has(author, permission)
                }
                _ => false,
            };
            assert!(granted, "{user:?} gained {permission:?} by {body:?}");
        }
        for (user, channel) in channels {
            let granted = match &body.action {
                Action::MemberJoined { invite, .. } => {
                    before.channels[&channel] == Readers::Everyone
                        || before.readmits.get(invite) == Some(&user)
                            && before.reads(&before.invites[invite].0, &channel)
                }
                Action::ChannelCreated { .. } => before.has(author, Permission::ManageChannels),
                Action::ChannelChanged { .. } => {
                    before.has(author, Permission::ManageChannels)
                        && before.reads(&author, &channel)
                }
                Action::RoleGiven { .. } => {
                    before.has(author, Permission::ManageRoles) && before.reads(&author, &channel)
                }
                _ => false,
            };
            assert!(granted, "{user:?} may read {channel:?} by {body:?}");
        }
    }

    fn has(&self, user: UserId, permission: Permission) -> bool {
        self.permissions(&user).contains(&permission)
    }

    fn author(&self, entry: &Entry, action: &Action) -> UserId {
        match action {
            Action::MemberJoined { invite, member, .. } => {
                match self.readmits.get(invite) {
                    Some(user) => assert_eq!(*user, member.user),
                    None => assert!(!self.members.contains(&member.user)),
                }
                assert_eq!(entry.author, member.device.id);
                member.user
            }
            Action::DeviceAdded { user, device, .. } => {
                assert!(self.members.contains(user));
                assert_eq!(entry.author, device.id);
                *user
            }
            _ => self.devices[&entry.author],
        }
    }

    /// What needs a permission of its own, whether or not anybody gains by it.
    fn check_act(&self, author: UserId, action: &Action) {
        let allowed = match action {
            Action::InviteMade { readmits, .. } => {
                let weaker = readmits.is_none_or(|user| {
                    user != self.owner
                        && self.has(author, Permission::RemoveMembers)
                        && self
                            .permissions(&user)
                            .is_subset(&self.permissions(&author))
                });
                self.has(author, Permission::Invite) && weaker
            }
            Action::VaultKeySet { .. } | Action::MemberRenamed { .. } => true,
            Action::VaultNoted { chains } => chains.iter().all(|chain| {
                let (user, noted) = self.noted[&chain.device];
                user == author && noted < chain.counter
            }),
            Action::InviteRevoked { invite } => {
                self.invites[invite].0 == author || self.has(author, Permission::RemoveMembers)
            }
            Action::MemberJoined { invite, .. } => self
                .invites
                .get(invite)
                .is_some_and(|(_, left)| *left != Some(0)),
            Action::MemberRemoved { user } => {
                let weaker = self.permissions(user).is_subset(&self.permissions(&author));
                let removes = self.has(author, Permission::RemoveMembers) && weaker;
                *user != self.owner && (*user == author || removes)
            }
            Action::DeviceRevoked { device } => self.devices.get(device) == Some(&author),
            Action::DeviceAdded { user, .. } => *user == author,
            Action::RoleDefined { .. } | Action::RoleGiven { .. } | Action::RoleTaken { .. } => {
                self.has(author, Permission::ManageRoles)
            }
            Action::ChannelCreated { .. } => self.has(author, Permission::ManageChannels),
            Action::ChannelChanged {
                channel,
                opens_past,
                ..
            } => {
                let whole = self.reads_since(&author, channel) == Some(1);
                self.has(author, Permission::ManageChannels)
                    && self.reads(&author, channel)
                    && (whole || !opens_past)
            }
            Action::ChannelArchived { channel } => {
                self.has(author, Permission::ManageChannels) && self.reads(&author, channel)
            }
            Action::CallsOrdered { order } => self.may_order(author, order),
            Action::CommunityCreated { .. } => false,
        };
        assert!(allowed, "{author:?} could not do {action:?}");
    }

    fn may_order(&self, author: UserId, order: &CallOrder) -> bool {
        let moderates = |user: &UserId| {
            *user != self.owner
                && self.has(author, Permission::ModerateCalls)
                && self.permissions(user).is_subset(&self.permissions(&author))
        };
        match order {
            CallOrder::Restrict { user, .. } => moderates(user),
            CallOrder::End { device, .. } => self.devices.get(device).is_some_and(&moderates),
            // There are only text channels here.
            CallOrder::Speaker { .. } | CallOrder::Rules { .. } => false,
        }
    }

    fn change(&mut self, author: UserId, action: &Action) {
        match action.clone() {
            Action::InviteMade {
                invite,
                max_uses,
                readmits,
                ..
            } => {
                self.readmits.extend(readmits.map(|user| (invite, user)));
                self.invites.insert(invite, (author, max_uses));
            }
            Action::InviteRevoked { invite } => {
                self.invites
                    .entry(invite)
                    .and_modify(|(_, left)| *left = Some(0));
            }
            Action::MemberJoined { invite, member, .. } => {
                if self.readmits.contains_key(&invite) {
                    self.remove(member.user);
                }
                self.members.insert(member.user);
                self.devices.insert(member.device.id, member.user);
                self.noted.insert(member.device.id, (member.user, 0));
                self.invites.entry(invite).and_modify(|(_, left)| {
                    *left = left.map(|left| left.saturating_sub(1));
                });
            }
            Action::MemberRemoved { user } => {
                self.remove(user);
            }
            Action::VaultNoted { chains } => {
                for chain in chains {
                    self.noted.insert(chain.device, (author, chain.counter));
                }
            }
            Action::DeviceAdded { user, device, .. } => {
                self.noted.insert(device.id, (user, 0));
                self.devices.insert(device.id, user);
            }
            Action::DeviceRevoked { device } => {
                self.devices.remove(&device);
            }
            Action::RoleDefined {
                role, permissions, ..
            } => {
                self.roles.insert(role, permissions);
            }
            Action::RoleGiven { user, role } => {
                self.given.insert((user, role));
            }
            Action::RoleTaken { user, role } => {
                self.given.remove(&(user, role));
            }
            Action::ChannelCreated {
                channel, details, ..
            }
            | Action::ChannelChanged {
                channel, details, ..
            } => {
                self.channels.insert(channel, details.readers);
            }
            Action::CommunityCreated { .. }
            | Action::ChannelArchived { .. }
            | Action::CallsOrdered { .. }
            | Action::VaultKeySet { .. }
            | Action::MemberRenamed { .. } => {}
        }
    }

    /// Roles stay, for when the member comes back.
    fn remove(&mut self, user: UserId) {
        self.members.remove(&user);
        self.devices.retain(|_, of| *of != user);
        self.reading_since.retain(|(of, _), _| *of != user);
        for (_, left) in self.invites.values_mut().filter(|(by, _)| *by == user) {
            *left = Some(0);
        }
    }

    fn gained_since(&self, before: &Self) -> Gains {
        let mut permissions = BTreeSet::new();
        let mut channels = BTreeSet::new();
        for user in &self.members {
            let had = before.permissions(user);
            let has = self.permissions(user);
            let gained = has.iter().filter(|it| !had.contains(it));
            permissions.extend(gained.map(|permission| (*user, permission)));
            let readable = self.channels.keys().filter(|id| self.reads(user, id));
            let gained = readable.filter(|id| !before.reads(user, id));
            channels.extend(gained.map(|channel| (*user, *channel)));
        }
        (permissions, channels)
    }
}
