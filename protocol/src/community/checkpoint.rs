//! The whole state in a compact form, to be kept in a store of one's own and loaded in place of the entries. It is
//! not signed: it is as trustworthy as the store.

use super::index::Index;
use super::past::Past;
use super::{
    Channel, Community, Device, EndedStay, Guest, Invite, Member, Restriction, Role, VaultPosition,
};
use crate::entry::{
    CallRules, ChannelDetails, ChannelKind, GuestTerms, History, Permission, Readers,
};
use crate::flat::{Flat, flat_fields, take_bytes};

/// Version of the encoding. Others are not read; the entries are still there.
const FORM: u8 = 6;

impl Community {
    /// Encodes the state: about 250 bytes per member and 50 per entry.
    pub fn to_checkpoint(&self) -> Vec<u8> {
        let Self {
            id,
            name,
            owner,
            hashes,
            entry_ids,
            members,
            devices,
            roles,
            channels,
            invites,
            guests,
            index: _,
            past,
        } = self;
        let mut out = vec![FORM];
        id.put(&mut out);
        name.put(&mut out);
        owner.put(&mut out);
        hashes.put(&mut out);
        entry_ids.put(&mut out);
        members.put(&mut out);
        devices.put(&mut out);
        roles.put(&mut out);
        channels.put(&mut out);
        invites.put(&mut out);
        guests.put(&mut out);
        past.put(&mut out);
        out
    }

    /// Decodes what [`Community::to_checkpoint`] encoded. `None` if it is damaged or of another version.
    pub fn from_checkpoint(mut bytes: &[u8]) -> Option<Self> {
        let rest = &mut bytes;
        if take_bytes(rest)? != [FORM] {
            return None;
        }
        let mut community = Self {
            id: Flat::take(rest)?,
            name: Flat::take(rest)?,
            owner: Flat::take(rest)?,
            hashes: Flat::take(rest)?,
            entry_ids: Flat::take(rest)?,
            members: Flat::take(rest)?,
            devices: Flat::take(rest)?,
            roles: Flat::take(rest)?,
            channels: Flat::take(rest)?,
            invites: Flat::take(rest)?,
            guests: Flat::take(rest)?,
            index: Index::default(),
            past: Past::take(rest)?,
        };
        let whole = rest.is_empty() && !community.hashes.is_empty();
        community.index = Index::of(&community);
        whole.then_some(community)
    }
}

flat_fields!(Member {
    name,
    nickname,
    renames,
    identity,
    former_identities,
    vault,
    vault_keys_set,
    vault_notes,
    roles,
    joined_at,
    removed_at,
    invite,
    calls,
    call_orders,
});
flat_fields!(Restriction { muted, deafened });
flat_fields!(Device {
    user,
    ed25519,
    curve25519,
    label,
    added_at,
    revoked_at,
    linked_by,
    vault,
    ended_stay,
});
flat_fields!(EndedStay { stay, to, by });
flat_fields!(VaultPosition { counter, hash });
flat_fields!(Role { name, permissions });
flat_fields!(Channel {
    kind,
    details,
    archived,
    created_at,
    rules,
    speakers,
});
flat_fields!(CallRules { limit, stage });
flat_fields!(ChannelDetails {
    name,
    topic,
    readers,
    history,
    expires_after,
});
flat_fields!(Invite {
    by,
    key,
    expires_at,
    max_uses,
    uses,
    revoked,
    readmits,
    guest,
});
flat_fields!(GuestTerms { channel, until });
flat_fields!(Guest {
    name,
    identity,
    device,
    invite,
});

/// Encodes an enum by its index in a list that is never reordered.
macro_rules! flat_choice {
    ($name:ty, $all:expr) => {
        impl Flat for $name {
            fn put(&self, out: &mut Vec<u8>) {
                let index = $all.iter().position(|it| it == self);
                index.map_or(u64::MAX, |index| index as u64).put(out);
            }

            fn take(rest: &mut &[u8]) -> Option<Self> {
                let index = usize::try_from(u64::take(rest)?).ok()?;
                $all.get(index).copied()
            }
        }
    };
}

flat_choice!(Permission, Permission::ALL);
flat_choice!(ChannelKind, [ChannelKind::Text, ChannelKind::Voice]);
flat_choice!(History, [History::Shared, History::SinceJoined]);

impl Flat for Readers {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Everyone => false.put(out),
            Self::Roles { roles } => {
                true.put(out);
                roles.put(out);
            }
        }
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        Some(if bool::take(rest)? {
            Self::Roles {
                roles: Flat::take(rest)?,
            }
        } else {
            Self::Everyone
        })
    }
}
