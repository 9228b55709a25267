//! The community log in words, read from what this browser has checked and keeps. Names are those that people, roles and
//! channels have now.

use parley_client::sorted;
use parley_client::store::{Record, Table};
use parley_protocol::community::Community;
use parley_protocol::entry::{Action, CallOrder, ChannelKind, Entry, EntryBody, Permission};
use parley_protocol::ids::{ChannelId, DeviceId, InviteId, RoleId, UserId};
use parley_protocol::json;

use crate::admin::store::{Deed, DeedKind};
use crate::driver::convert::millis;
use crate::ui::direction::isolated;

/// All of them, newest first.
pub(super) fn read(records: &[Record], community: &Community) -> Vec<Deed> {
    let deeds = records.iter().filter_map(|record| deed(record, community));
    sorted::by_number(deeds, |deed| u64::MAX - deed.entry)
}

fn deed(record: &Record, community: &Community) -> Option<Deed> {
    if record.table != Table::Log {
        return None;
    }
    let entry = record.key.parse().ok()?;
    let signed: Entry = json::read(&record.value).ok()?;
    let body = signed.parse_body().ok()?;
    let names = Names {
        community,
        author: author(community, &signed, &body),
    };
    let (kind, what) = names.words(&body.action, entry);
    Some(Deed {
        entry,
        at: millis(body.at),
        who: names
            .author
            .map_or_else(String::new, |user| names.user(&user)),
        what,
        kind,
    })
}

fn author(community: &Community, signed: &Entry, body: &EntryBody) -> Option<UserId> {
    match &body.action {
        Action::CommunityCreated { owner, .. } => Some(owner.user),
        Action::MemberJoined { member, .. } => Some(member.user),
        Action::DeviceAdded { user, .. } => Some(*user),
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
            let device = community.devices().get(&signed.author)?;
            Some(device.user)
        }
    }
}

/// What things are called.
struct Names<'a> {
    community: &'a Community,
    author: Option<UserId>,
}

impl Names<'_> {
    fn words(&self, action: &Action, entry: u64) -> (DeedKind, String) {
        match action {
            Action::CommunityCreated { name, .. } => {
                (DeedKind::Members, format!("founded {}", isolated(name)))
            }
            Action::MemberJoined { invite, member, .. } => {
                (DeedKind::Members, self.joined(invite, &member.user, entry))
            }
            Action::MemberRemoved { user } if self.author == Some(*user) => {
                (DeedKind::Members, "left".to_owned())
            }
            Action::MemberRemoved { user } => {
                (DeedKind::Members, format!("removed {}", self.name(user)))
            }
            Action::MemberRenamed { name } => (
                DeedKind::Members,
                format!("took the name {}", isolated(name)),
            ),
            Action::InviteMade {
                max_uses, readmits, ..
            } => (
                DeedKind::Invites,
                self.invited(*max_uses, readmits.as_ref()),
            ),
            Action::InviteRevoked { invite } => (
                DeedKind::Invites,
                format!("took back an invite{}", self.of_invite(invite)),
            ),
            Action::DeviceAdded {
                device, linked_by, ..
            } => (
                DeedKind::Devices,
                format!(
                    "added {}{}",
                    label(&device.label),
                    linked_by.map_or("", |_| ", linked from another device")
                ),
            ),
            Action::DeviceRevoked { device } => (DeedKind::Devices, self.revoked(device)),
            Action::VaultKeySet { .. } => {
                (DeedKind::Vaults, "gave their vault a new key".to_owned())
            }
            Action::VaultNoted { .. } => (
                DeedKind::Vaults,
                "noted how far their vault goes".to_owned(),
            ),
            Action::RoleDefined {
                role,
                name,
                permissions,
            } => {
                let rights: Vec<&str> = permissions.iter().map(right).collect();
                (DeedKind::Roles, defined(*role, name, &rights))
            }
            Action::RoleGiven { user, role } => (
                DeedKind::Roles,
                format!("gave {} the role {}", self.name(user), self.role(role)),
            ),
            Action::RoleTaken { user, role } => (
                DeedKind::Roles,
                format!("took the role {} from {}", self.role(role), self.name(user)),
            ),
            Action::ChannelCreated { kind, details, .. } => {
                let kind = match kind {
                    ChannelKind::Text => "text channel",
                    ChannelKind::Voice => "voice channel",
                };
                (
                    DeedKind::Channels,
                    format!("made the {kind} {}", isolated(&details.name)),
                )
            }
            Action::ChannelChanged {
                details,
                opens_past,
                ..
            } => (
                DeedKind::Channels,
                format!(
                    "changed the channel {}{}",
                    isolated(&details.name),
                    if *opens_past {
                        ", and opened its past"
                    } else {
                        ""
                    }
                ),
            ),
            Action::ChannelArchived { channel } => (
                DeedKind::Channels,
                format!("archived the channel {}", self.channel(channel)),
            ),
            Action::CallsOrdered { order } => (DeedKind::Channels, self.ordered(order)),
        }
    }

    fn ordered(&self, order: &CallOrder) -> String {
        match order {
            CallOrder::Restrict {
                user,
                muted,
                deafened,
            } => {
                let how = match (muted, deafened) {
                    (_, true) => "deafened and silenced",
                    (true, false) => "silenced",
                    (false, false) => "gave the voice back to",
                };
                format!("{how} {} in calls", self.name(user))
            }
            CallOrder::Speaker {
                channel,
                user,
                speaks,
            } => {
                let (user, channel) = (self.name(user), self.channel(channel));
                if *speaks {
                    format!("let {user} speak on the stage {channel}")
                } else {
                    format!("sent {user} back to the listeners of {channel}")
                }
            }
            CallOrder::End { device, to, .. } => {
                let owner = self.community.devices().get(device);
                let name = owner.map_or_else(String::new, |device| self.name(&device.user));
                match to {
                    Some(to) => format!("moved {name} to {}", self.channel(to)),
                    None => format!("put {name} out of a call"),
                }
            }
            CallOrder::Rules { channel, rules } => {
                let limit = rules.limit.map_or_else(
                    || "no limit of people".to_owned(),
                    |limit| format!("a limit of {limit}"),
                );
                let stage = if rules.stage { ", as a stage" } else { "" };
                format!("gave {} {limit}{stage}", self.channel(channel))
            }
        }
    }

    fn joined(&self, invite: &InviteId, user: &UserId, entry: u64) -> String {
        let came_back = self.community.members().get(user).is_some_and(|member| {
            let mut replaced = member.former_identities.iter();
            replaced.any(|(_, seq)| *seq == entry)
        });
        let how = self.of_invite(invite);
        if came_back {
            format!("came back with new keys, by an invite{how}")
        } else {
            format!("joined by an invite{how}")
        }
    }

    fn invited(&self, max_uses: Option<u32>, readmits: Option<&UserId>) -> String {
        match (readmits, max_uses) {
            (Some(user), _) => format!("made a link for {} to come back", self.name(user)),
            (None, Some(1)) => "made an invite for 1 person".to_owned(),
            (None, Some(uses)) => format!("made an invite for {uses} people"),
            (None, None) => "made an invite for any number of people".to_owned(),
        }
    }

    fn revoked(&self, device: &DeviceId) -> String {
        let Some(found) = self.community.devices().get(device) else {
            return "signed a device out for good".to_owned();
        };
        let what = label(&found.label);
        if self.author == Some(found.user) {
            format!("signed out {what} for good")
        } else {
            format!("signed out {what} of {} for good", self.name(&found.user))
        }
    }

    /// " of Ada", unless it is the author's own.
    fn of_invite(&self, invite: &InviteId) -> String {
        let by = self.community.invites().get(invite).map(|invite| invite.by);
        match by {
            Some(by) if self.author != Some(by) => format!(" of {}", self.name(&by)),
            Some(_) | None => String::new(),
        }
    }

    fn user(&self, user: &UserId) -> String {
        let member = self.community.members().get(user);
        member
            .map(|member| member.display_name().to_owned())
            .unwrap_or_default()
    }

    fn name(&self, user: &UserId) -> String {
        isolated(&self.user(user))
    }

    fn role(&self, role: &RoleId) -> String {
        let role = self.community.roles().get(role);
        role.map(|role| isolated(&role.name)).unwrap_or_default()
    }

    fn channel(&self, channel: &ChannelId) -> String {
        let channel = self.community.channels().get(channel);
        channel
            .map(|channel| isolated(&channel.details.name))
            .unwrap_or_default()
    }
}

fn defined(role: RoleId, name: &str, rights: &[&str]) -> String {
    let whose = if role == RoleId::EVERYONE {
        "what everybody may do".to_owned()
    } else {
        format!("what the role {} lets people do", isolated(name))
    };
    if rights.is_empty() {
        format!("set {whose}: nothing")
    } else {
        format!("set {whose}: {}", rights.join(", "))
    }
}

fn right(permission: Permission) -> &'static str {
    match permission {
        Permission::SendMessages => "write",
        Permission::Speak => "speak",
        Permission::Invite => "invite",
        Permission::ManageChannels => "manage channels",
        Permission::ManageRoles => "manage roles",
        Permission::RemoveMembers => "remove members",
        Permission::ModerateMessages => "delete messages of others",
        Permission::ModerateCalls => "moderate calls",
    }
}

fn label(label: &str) -> String {
    if label.is_empty() {
        "a browser".to_owned()
    } else {
        isolated(label)
    }
}
