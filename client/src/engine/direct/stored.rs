//! A message of a conversation, as the store has it.

use parley_protocol::ids::UserId;
use serde::{Deserialize, Serialize};

use super::order;
use crate::content::direct::DirectCopy;
use crate::engine::context::Cx;
use crate::store::{Change, Table, number_key};

/// A message as it is stored.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) copy: DirectCopy,
    /// Whose device wrote it.
    pub(super) user: UserId,
    /// People of whom a device has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) reached: Vec<UserId>,
    /// It was deleted: nothing of its text is left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) removed: bool,
}

impl Kept {
    pub(super) fn base(&self) -> u64 {
        order::base(self.copy.message.order, self.copy.target())
    }

    pub(super) fn store(&self, cx: &mut Cx<'_>) {
        let target = self.copy.target();
        let key = format!(
            "{}/{}.{}.{}",
            self.copy.message.conversation,
            number_key(self.base()),
            target.device,
            target.id
        );
        cx.output.store(Change::put(Table::Items, key, self));
    }
}
