//! The community as the log defines it. [`Community::apply`] is the reducer that relay and clients run, so that
//! each checks the other. Deterministic; the only times are those in the entries.

mod administering;
mod calls;
mod change;
mod checkpoint;
mod deleting;
mod guests;
mod index;
mod parts;
mod past;
mod rejection;
mod rules;
mod writing;

pub use calls::{EndedStay, Restriction, Silence};
pub use parts::{Channel, Device, Guest, Invite, Member, Role, VaultPosition};
pub use rejection::Rejection;

use index::Index;
use past::Past;

use crate::entry::{
    Action, Entry, EntryBody, Head, History, MemberDetails, Permission, Permissions, Readers,
};
use crate::ids::{ChannelId, CommunityId, DeviceId, EntryId, InviteId, RoleId, UserId};
use crate::keys::{Ed25519PublicKey, Hash};
use crate::limits::MAX_ENTRY_BYTES;
use crate::map::{IdMap, IdSet};
use crate::{Millis, names, signing};

/// Members, devices, roles, channels and invites as of one sequence number of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Community {
    id: CommunityId,
    name: String,
    owner: UserId,
    hashes: Vec<Hash>,
    entry_ids: IdSet<EntryId>,
    members: IdMap<UserId, Member>,
    devices: IdMap<DeviceId, Device>,
    roles: IdMap<RoleId, Role>,
    channels: IdMap<ChannelId, Channel>,
    invites: IdMap<InviteId, Invite>,
    guests: IdMap<UserId, Guest>,
    index: Index,
    past: Past,
}

impl Community {
    /// Creates a community from its genesis entry.
    ///
    /// # Errors
    /// [`Rejection`] if the entry is not a well-formed, self-consistent genesis.
    pub fn found(entry: &Entry) -> Result<Self, Rejection> {
        let body = parse(entry)?;
        let (empty, owner) = Self::without_members(&body)?;
        if body.head != Head::EMPTY {
            return Err(Rejection::UnknownHead);
        }
        if body.founded_community() != Some(body.community) {
            return Err(Rejection::WrongCommunityId);
        }
        names::check(&empty.name)?;
        empty.check_newcomer(entry, body.community, owner)?;
        Ok(empty.with_founder(entry, body.id, owner))
    }

    /// Creates a community from a genesis that [`Community::found`] accepted before, and that was kept in a trusted
    /// store since. Rules and signatures are not checked again.
    ///
    /// # Errors
    /// [`Rejection`] if it cannot be that entry.
    pub fn found_again(entry: &Entry) -> Result<Self, Rejection> {
        let body = entry.parse_body().map_err(|_| Rejection::Malformed)?;
        let (empty, owner) = Self::without_members(&body)?;
        Ok(empty.with_founder(entry, body.id, owner))
    }

    /// What a genesis creates but for its first member, who is beside it.
    fn without_members(genesis: &EntryBody) -> Result<(Self, &MemberDetails), Rejection> {
        let Action::CommunityCreated {
            name,
            owner,
            everyone,
        } = &genesis.action
        else {
            return Err(Rejection::NotGenesis);
        };
        let everyone = Role {
            name: "everyone".to_owned(),
            permissions: everyone.clone(),
        };
        let community = Self {
            id: genesis.community,
            name: name.clone(),
            owner: owner.user,
            hashes: Vec::new(),
            entry_ids: IdSet::new(),
            members: IdMap::new(),
            devices: IdMap::new(),
            roles: IdMap::from([(RoleId::EVERYONE, everyone)]),
            channels: IdMap::new(),
            invites: IdMap::new(),
            guests: IdMap::new(),
            index: Index::default(),
            past: Past::default(),
        };
        Ok((community, owner))
    }

    fn with_founder(mut self, genesis: &Entry, id: EntryId, owner: &MemberDetails) -> Self {
        self.insert_member(owner, None, 1);
        self.note_permissions(RoleId::EVERYONE, 1);
        self.record(genesis, id);
        self
    }

    /// Applies the next entry. On an error nothing has changed.
    ///
    /// # Errors
    /// [`Rejection`] says why the entry is not allowed at this sequence number.
    pub fn apply(&mut self, entry: &Entry) -> Result<EntryBody, Rejection> {
        let (author, body) = self.judge(entry)?;
        self.perform(&body, author);
        self.record(entry, body.id);
        Ok(body)
    }

    /// Applies an entry that [`Community::apply`] accepted at this sequence number before, and that was kept in a
    /// trusted store since. Rules and signatures are not checked again.
    ///
    /// # Errors
    /// [`Rejection`] if it cannot be that entry. Nothing has changed then.
    pub fn apply_again(&mut self, entry: &Entry) -> Result<EntryBody, Rejection> {
        let body = entry.parse_body().map_err(|_| Rejection::Malformed)?;
        let author = match &body.action {
            Action::CommunityCreated { .. } => return Err(Rejection::AlreadyCreated),
            Action::MemberJoined { member, .. } => member.user,
            Action::DeviceAdded { user, .. } => *user,
            Action::InviteMade { .. }
            | Action::InviteRevoked { .. }
            | Action::MemberRemoved { .. }
            | Action::MemberRenamed { .. }
            | Action::DeviceRevoked { .. }
            | Action::VaultKeySet { .. }
            | Action::VaultNoted { .. }
            | Action::RoleDefined { .. }
            | Action::RoleGiven { .. }
            | Action::RoleTaken { .. }
            | Action::ChannelCreated { .. }
            | Action::ChannelChanged { .. }
            | Action::ChannelArchived { .. }
            | Action::CallsOrdered { .. } => {
                let device = self.devices.get(&entry.author);
                device.ok_or(Rejection::UnknownAuthor)?.user
            }
        };
        self.perform(&body, author);
        self.record(entry, body.id);
        Ok(body)
    }

    /// Whether an entry would be accepted next; nothing changes.
    ///
    /// # Errors
    /// The same as [`Community::apply`].
    pub fn check(&self, entry: &Entry) -> Result<EntryBody, Rejection> {
        self.judge(entry).map(|(_, body)| body)
    }

    fn judge(&self, entry: &Entry) -> Result<(UserId, EntryBody), Rejection> {
        let body = parse(entry)?;
        if body.community != self.id {
            return Err(Rejection::WrongCommunity);
        }
        if self.entry_ids.contains(&body.id) {
            return Err(Rejection::Repeated);
        }
        if body.head.seq == 0 || self.hash_at(body.head.seq) != Some(body.head.hash) {
            return Err(Rejection::UnknownHead);
        }
        let author = self.check_author(entry, &body.action)?;
        self.check_action(author, &body)?;
        Ok((author, body))
    }

    /// The community's id.
    pub fn id(&self) -> CommunityId {
        self.id
    }

    /// The community's display name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The owner, who has every permission.
    pub fn owner(&self) -> UserId {
        self.owner
    }

    /// The head of the log that this state is based on.
    pub fn head(&self) -> Head {
        Head {
            seq: self.hashes.len() as u64,
            hash: self.hashes.last().copied().unwrap_or(Head::EMPTY.hash),
        }
    }

    /// The chained hash after entry `seq`; `None` beyond the head. 0 is the empty log.
    pub fn hash_at(&self, seq: u64) -> Option<Hash> {
        match usize::try_from(seq).ok()?.checked_sub(1) {
            None => Some(Head::EMPTY.hash),
            Some(index) => self.hashes.get(index).copied(),
        }
    }

    /// All present and former members by id. See [`Member::is_active`].
    pub fn members(&self) -> &IdMap<UserId, Member> {
        &self.members
    }

    /// A member, unless removed.
    pub fn active_member(&self, user: &UserId) -> Option<&Member> {
        self.members.get(user).filter(|member| member.is_active())
    }

    /// An active member by login name, without regard to case.
    pub fn member_named(&self, name: &str) -> Option<(UserId, &Member)> {
        self.look_alike(name)
            .filter(|(_, member)| names::fold(&member.name) == names::fold(&names::normalize(name)))
    }

    /// An active member whose login name equals or resembles this one.
    pub fn look_alike(&self, name: &str) -> Option<(UserId, &Member)> {
        let user = self.index.user_named(name)?;
        Some((user, self.active_member(&user)?))
    }

    /// All devices that were ever added, by id. See [`Community::active_device`].
    pub fn devices(&self) -> &IdMap<DeviceId, Device> {
        &self.devices
    }

    /// The number of active members.
    pub fn member_count(&self) -> usize {
        self.index.active_member_count()
    }

    fn inviter_of(&self, member: &Member) -> Option<UserId> {
        let invite = self.invites.get(&member.invite?)?;
        Some(invite.by)
    }

    /// A device, unless it is revoked or its member is removed.
    pub fn active_device(&self, device: &DeviceId) -> Option<&Device> {
        self.devices
            .get(device)
            .filter(|found| found.revoked_at.is_none() && self.active_member(&found.user).is_some())
    }

    /// All roles by id, including [`RoleId::EVERYONE`].
    pub fn roles(&self) -> &IdMap<RoleId, Role> {
        &self.roles
    }

    /// All channels by id, archived ones included.
    pub fn channels(&self) -> &IdMap<ChannelId, Channel> {
        &self.channels
    }

    /// All invites by id, used and revoked ones included.
    pub fn invites(&self) -> &IdMap<InviteId, Invite> {
        &self.invites
    }

    /// The active devices of a member; empty if the member is not active.
    pub fn devices_of(&self, user: &UserId) -> impl Iterator<Item = (DeviceId, &Device)> {
        self.index
            .active_devices(user)
            .filter_map(|id| Some((id, self.devices.get(&id)?)))
    }

    /// The permissions of a member; empty if the member is not active.
    pub fn permissions_of(&self, user: &UserId) -> Permissions {
        let all = Permission::ALL.into_iter();
        all.filter(|permission| self.may(user, *permission))
            .collect()
    }

    /// Whether a member has a permission.
    pub fn may(&self, user: &UserId, permission: Permission) -> bool {
        self.active_member(user)
            .is_some_and(|member| *user == self.owner || self.roles_permit(member, permission))
    }

    /// Whether a present or former member's roles give a permission.
    fn roles_permit(&self, member: &Member, permission: Permission) -> bool {
        std::iter::once(RoleId::EVERYONE)
            .chain(&member.roles)
            .filter_map(|role| self.roles.get(&role))
            .any(|role| role.permissions.contains(&permission))
    }

    /// Whether a member may see and read a channel now.
    pub fn may_read(&self, user: &UserId, channel: &ChannelId) -> bool {
        let (Some(member), Some(channel)) = (self.active_member(user), self.channels.get(channel))
        else {
            return false;
        };
        self.is_reader(user, member, &channel.details.readers)
    }

    fn is_reader(&self, user: &UserId, member: &Member, readers: &Readers) -> bool {
        match readers {
            Readers::Everyone => true,
            Readers::Roles { roles } => *user == self.owner || !member.roles.is_disjoint(roles),
        }
    }

    /// The sequence number in the log from which on a member may read a channel; 1 means everything, `None`
    /// nothing.
    ///
    /// Reading starts with the member's present, unbroken time as a reader. Where the channel shares its history,
    /// it starts at 1, unless the channel was private at some point before, and nobody opened its past since.
    pub fn reads_since(&self, user: &UserId, channel: &ChannelId) -> Option<u64> {
        if !self.may_read(user, channel) {
            return None;
        }
        if *user == self.owner {
            return Some(1);
        }
        let history = self.channels.get(channel)?.details.history;
        let joined_at = self.members.get(user)?.joined_at;
        let since = self.past.reads_since(user, channel).max(joined_at);
        let everything =
            history == History::Shared && !self.past.was_private_before(channel, since);
        Some(if everything { 1 } else { since })
    }

    /// Whether a member may post in a channel now.
    pub fn may_write(&self, user: &UserId, channel: &ChannelId) -> bool {
        self.may_read(user, channel)
            && self.may(user, Permission::SendMessages)
            && self
                .channels
                .get(channel)
                .is_some_and(|found| !found.archived)
    }

    /// The active devices of all who may read a channel, member by member.
    pub fn reader_devices(&self, channel: &ChannelId) -> impl Iterator<Item = (DeviceId, &Device)> {
        let readers = self.channels.get(channel).map(|it| &it.details.readers);
        self.members
            .iter()
            .filter(|(_, member)| member.is_active())
            .filter(move |(user, member)| {
                readers.is_some_and(|readers| self.is_reader(user, member, readers))
            })
            .flat_map(|(user, _)| self.devices_of(user))
    }

    /// Whether an invite is usable at time `now`: known, not revoked, not used up, not expired.
    ///
    /// # Errors
    /// The [`Rejection`] that a use of it would get.
    pub fn check_invite(&self, invite: &InviteId, now: Millis) -> Result<&Invite, Rejection> {
        let invite = self.invites.get(invite).ok_or(Rejection::UnknownInvite)?;
        invite.check(now)?;
        Ok(invite)
    }

    fn note_permissions(&mut self, role: RoleId, seq: u64) {
        let given = self.roles.get(&role).map(|role| &role.permissions);
        for permission in Permission::ALL {
            let on = given.is_some_and(|given| given.contains(&permission));
            self.past.role_gives(role, permission, on, seq);
        }
    }

    fn record(&mut self, entry: &Entry, id: EntryId) {
        let head = self.head().after(entry);
        self.hashes.push(head.hash);
        self.entry_ids.insert(id);
    }
}

/// Parses a body, which must be exactly its canonical text. Otherwise one signed text could be read in two ways: by
/// a duplicate key, an unknown field, or a list in place of an object.
fn parse(entry: &Entry) -> Result<EntryBody, Rejection> {
    if entry.body.len() > MAX_ENTRY_BYTES {
        return Err(Rejection::TooLarge {
            bytes: entry.body.len(),
        });
    }
    let body = entry.parse_body().map_err(|_| Rejection::Malformed)?;
    if body.to_text() != entry.body {
        return Err(Rejection::Malformed);
    }
    Ok(body)
}

fn check_signature(entry: &Entry, key: &Ed25519PublicKey) -> Result<(), Rejection> {
    key.verify(&signing::entry(&entry.body), &entry.signature)
        .map_err(|_| Rejection::BadSignature)
}
