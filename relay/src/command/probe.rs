//! A write that changes nothing for anybody: whether it arrives on the disk is what matters.

use parley_protocol::Millis;
use rusqlite::params;

use super::{Outcome, Scope};
use crate::refusal::Failure;
use crate::storage::values::integer;

pub(super) fn apply(scope: &Scope<'_>, at: Millis) -> Result<Outcome, Failure> {
    scope
        .db
        .prepare_cached(
            "INSERT INTO setting (name, value) VALUES ('probe', ?1)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute(params![integer(at).to_be_bytes()])?;
    Ok(Outcome::Done)
}
