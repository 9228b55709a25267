//! Who looks after the community's relay: sees how it is doing, and signs others out of it.

use super::Community;
use crate::entry::Permission;
use crate::ids::UserId;

impl Community {
    /// Whether a member is the owner or an administrator: somebody who may both give roles and remove members. Nothing
    /// that they see of the relay goes beyond what these two let them learn of members anyway.
    pub fn may_administer(&self, user: &UserId) -> bool {
        self.may(user, Permission::ManageRoles) && self.may(user, Permission::RemoveMembers)
    }

    /// Whether `author` may end sessions of `user`: their own, and as an administrator those of members, present or
    /// former, who may do no more than they. Nobody does that to the owner.
    pub fn may_sign_out(&self, author: &UserId, user: &UserId) -> bool {
        if author == user {
            return self.active_member(user).is_some();
        }
        let theirs = self.permissions_of(user);
        self.may_administer(author)
            && *user != self.owner
            && theirs.is_subset(&self.permissions_of(author))
    }
}
