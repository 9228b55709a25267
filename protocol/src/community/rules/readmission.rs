//! Members who come back with new keys.

use super::at_most;
use crate::community::{Community, Rejection};
use crate::entry::{Entry, MemberDetails, Permission};
use crate::ids::UserId;
use crate::limits::MAX_MEMBERS;

impl Community {
    /// Bringing somebody back with new keys gives whoever does it the chance to be them: it needs the right to remove
    /// members, every permission that comes back, and the channels that do. Nobody does that to the owner.
    pub(super) fn check_readmission(&self, author: UserId, user: UserId) -> Result<(), Rejection> {
        if user == self.owner {
            return Err(Rejection::Owner);
        }
        let member = self.members.get(&user).ok_or(Rejection::UnknownMember)?;
        self.require(author, Permission::RemoveMembers)?;
        let all = Permission::ALL.into_iter();
        let theirs = all.filter(|permission| self.roles_permit(member, *permission));
        self.require_at_least(author, &theirs.collect())?;
        for role in &member.roles {
            self.check_opened_channels(author, role)?;
        }
        Ok(())
    }

    /// Whether `author` may make an invite that brings `user`, a member or a former one, back with new keys, and it
    /// would be of use: nobody else has the name since.
    pub fn may_readmit(&self, author: UserId, user: UserId) -> bool {
        let is_free = |name: &str| !self.is_taken_by_another(name, user);
        self.may(&author, Permission::Invite)
            && self.check_readmission(author, user).is_ok()
            && self.members.get(&user).is_some_and(|it| is_free(&it.name))
    }

    /// A member who comes back keeps id and name; all keys must be new.
    pub(super) fn check_readmitted(
        &self,
        entry: &Entry,
        user: UserId,
        member: &MemberDetails,
    ) -> Result<(), Rejection> {
        let before = self.members.get(&user).ok_or(Rejection::UnknownMember)?;
        if member.user != user || member.name != before.name {
            return Err(Rejection::UnknownMember);
        }
        if !before.is_active() {
            at_most(self.index.active_member_count(), MAX_MEMBERS)?;
        }
        if self.is_taken_by_another(&member.name, user) {
            return Err(Rejection::NameTaken);
        }
        self.check_new_keys(entry, self.id, member)
    }
}
