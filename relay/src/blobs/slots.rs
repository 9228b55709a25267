//! How many uploads or downloads run at a time: of one member, and of all. A slot is free again when it is dropped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;

/// Retry-After in seconds: a blob on a usual line takes about as long.
const TRY_AGAIN: u32 = 2;

#[derive(Debug)]
pub(crate) struct MemberSlots {
    all: usize,
    per_member: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_member: HashMap<UserId, usize>,
}

#[derive(Debug)]
pub(crate) struct MemberSlot {
    slots: Arc<MemberSlots>,
    member: UserId,
}

impl MemberSlots {
    pub(crate) fn new(all: usize, per_member: usize) -> Arc<Self> {
        Arc::new(Self {
            all,
            per_member,
            taken: Mutex::default(),
        })
    }

    pub(crate) fn take(self: &Arc<Self>, member: UserId) -> Result<MemberSlot, ErrorCode> {
        let mut taken = self.taken();
        let own = taken.by_member.get(&member).copied().unwrap_or(0);
        if taken.all >= self.all || own >= self.per_member {
            return Err(ErrorCode::RateLimited {
                retry_after: TRY_AGAIN,
            });
        }
        taken.all = taken.all.saturating_add(1);
        taken.by_member.insert(member, own.saturating_add(1));
        Ok(MemberSlot {
            slots: Arc::clone(self),
            member,
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for MemberSlot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        taken.all = taken.all.saturating_sub(1);
        let own = taken.by_member.get(&self.member).copied().unwrap_or(0);
        if own > 1 {
            taken.by_member.insert(self.member, own.saturating_sub(1));
        } else {
            taken.by_member.remove(&self.member);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(number: u8) -> UserId {
        UserId::from_bytes([number; 16])
    }

    #[test]
    fn one_member_takes_a_few_and_leaves_the_others() {
        let slots = MemberSlots::new(5, 2);
        let first = slots.take(member(1)).unwrap();
        let second = slots.take(member(1)).unwrap();
        assert!(slots.take(member(1)).is_err());
        let others = [
            slots.take(member(2)).unwrap(),
            slots.take(member(3)).unwrap(),
        ];
        drop(first);
        let third = slots.take(member(1)).unwrap();
        let last = slots.take(member(4)).unwrap();
        assert!(slots.take(member(5)).is_err());
        drop((second, others, third, last));
        let taken = slots.taken();
        assert!(taken.all == 0 && taken.by_member.is_empty());
    }
}
