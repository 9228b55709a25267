//! The names that members choose beside the ones they sign in with.

use crate::community::{Community, Rejection};
use crate::ids::UserId;
use crate::limits::MAX_RENAMES_EVER_PER_MEMBER;
use crate::names;

impl Community {
    /// A name that nobody else has or had, and not without end. Back to the own login name always goes.
    pub(super) fn check_rename(&self, author: UserId, name: &str) -> Result<(), Rejection> {
        let member = self
            .active_member(&author)
            .ok_or(Rejection::UnknownMember)?;
        if member.display_name() == name {
            return Err(Rejection::Repeated);
        }
        if member.name == name {
            return Ok(());
        }
        if self.is_bounded(author) && member.renames >= MAX_RENAMES_EVER_PER_MEMBER {
            return Err(Rejection::TooMany);
        }
        names::check_member(name)?;
        if self.index.users_called(name).any(|user| user != author) {
            return Err(Rejection::NameTaken);
        }
        Ok(())
    }

    /// Whether an active member other than this one is called so, or signs in so, or in a way that resembles it.
    pub(super) fn is_taken_by_another(&self, name: &str, user: UserId) -> bool {
        let mut called = self.index.users_called(name);
        called.any(|other| other != user && self.active_member(&other).is_some())
    }
}
