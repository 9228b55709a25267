//! Guests: people who are let into the call of one voice channel for a time, by a name only. They are no members, so
//! whatever asks for one refuses them; what they may do is asked here.
//!
//! The reducer knows no time, so that they are over is asked with one.

use super::{Community, Device, Guest, Rejection};
use crate::Millis;
use crate::entry::{ChannelKind, GuestTerms, MemberDetails};
use crate::ids::{ChannelId, DeviceId, InviteId, UserId};
use crate::limits::{MAX_GUEST_TIME, MAX_GUESTS_PER_INVITE};

impl Community {
    /// All guests who ever were let in, by id. See [`Community::guest_terms`].
    pub fn guests(&self) -> impl Iterator<Item = (&UserId, &Guest)> {
        self.guests.iter()
    }

    /// A guest, also one whose time is over.
    pub fn guest(&self, user: &UserId) -> Option<&Guest> {
        self.guests.get(user)
    }

    /// What a guest may do at time `now`. `None`: nothing, their time is over, the invite revoked, whoever made it gone or
    /// the channel closed.
    pub fn guest_terms(&self, user: &UserId, now: Millis) -> Option<GuestTerms> {
        let guest = self.guests.get(user)?;
        let invite = self.invites.get(&guest.invite)?;
        let terms = invite.guest.filter(|_| !invite.revoked)?;
        let is_on = now < terms.until && self.is_open_for_guests(&terms.channel);
        let has_host = self.active_member(&invite.by).is_some();
        (is_on && has_host).then_some(terms)
    }

    /// Whether somebody may be in the call of a channel now, as a member or as a guest.
    pub fn may_be_in_call(&self, user: &UserId, channel: &ChannelId, now: Millis) -> bool {
        let terms = self.guest_terms(user, now);
        self.may_join(user, channel) || terms.is_some_and(|terms| terms.channel == *channel)
    }

    /// A device of a member, unless it is revoked, or of a guest whose time is not over.
    pub fn present_device(&self, device: &DeviceId, now: Millis) -> Option<&Device> {
        let of_guest = || {
            let found = self.devices.get(device)?;
            self.guest_terms(&found.user, now).map(|_| found)
        };
        self.active_device(device).or_else(of_guest)
    }

    /// What somebody in a call is called, be they a member, a former one or a guest.
    pub fn name_in_call(&self, user: &UserId) -> Option<&str> {
        let member = self.members.get(user).map(super::Member::display_name);
        member.or_else(|| Some(self.guests.get(user)?.name.as_str()))
    }

    fn is_open_for_guests(&self, channel: &ChannelId) -> bool {
        let found = self.channels.get(channel);
        found.is_some_and(|it| it.kind == ChannelKind::Voice && !it.archived)
    }

    pub(super) fn inviter_of_guest(&self, guest: &Guest) -> Option<UserId> {
        self.invites.get(&guest.invite).map(|invite| invite.by)
    }

    /// Nobody lets others in where they may not be themselves, for longer than a while, or without a number.
    pub(super) fn check_guest_invite(
        &self,
        author: UserId,
        terms: GuestTerms,
        max_uses: Option<u32>,
        expires_at: Option<Millis>,
        at: Millis,
    ) -> Result<(), Rejection> {
        if !self.may_join(&author, &terms.channel) {
            return Err(Rejection::UnknownChannel);
        }
        if !max_uses.is_some_and(|most| (1..=MAX_GUESTS_PER_INVITE).contains(&most)) {
            return Err(Rejection::TooMany);
        }
        let is_short = terms.until > at && terms.until <= at.saturating_add(MAX_GUEST_TIME);
        if !is_short || expires_at != Some(terms.until) {
            return Err(Rejection::InviteExpired);
        }
        Ok(())
    }

    /// Beside what is asked of every newcomer.
    pub(super) fn check_guest(
        &self,
        terms: GuestTerms,
        guest: &MemberDetails,
        at: Millis,
    ) -> Result<(), Rejection> {
        if guest.vault.is_some() {
            return Err(Rejection::Malformed);
        }
        if at >= terms.until {
            return Err(Rejection::InviteExpired);
        }
        if !self.is_open_for_guests(&terms.channel) {
            return Err(Rejection::UnknownChannel);
        }
        Ok(())
    }

    pub(super) fn insert_guest(&mut self, details: &MemberDetails, invite: InviteId, seq: u64) {
        let guest = Guest {
            name: details.name.clone(),
            identity: details.identity,
            device: details.device.id,
            invite,
        };
        let device = Device {
            user: details.user,
            ed25519: details.device.ed25519,
            curve25519: details.device.curve25519,
            label: details.device.label.clone(),
            added_at: seq,
            revoked_at: None,
            linked_by: None,
            vault: None,
            ended_stay: None,
        };
        let inviter = self.inviter_of_guest(&guest);
        self.index.add_guest(&guest, Some(&device), inviter);
        self.devices.insert(details.device.id, device);
        self.guests.insert(details.user, guest);
    }
}
