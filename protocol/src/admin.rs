//! Bodies of `/admin/…`: what whoever runs the community sees of the relay. Counts, times rounded to days, and ids
//! that are in the log anyway. Never content, never an address, and never who is connected at the moment: members may
//! hide that.

mod calls;
mod finding;
mod health;
mod invites;
mod members;
mod sessions;
mod storage;

pub use calls::{ConnectionsReport, TurnReport};
pub use finding::{Finding, FindingsReport, Verdict};
pub use health::HealthReport;
pub use invites::{InviteRow, InviteState, InvitesPage};
pub use members::{MemberRow, MembersPage};
pub use sessions::{EndMemberSessionsRequest, SessionPlace, SessionRow, SessionsPage};
pub use storage::{MemberStorage, StorageReport};

use crate::Millis;

/// Rows of one page.
pub const PAGE_ROWS: usize = 100;
/// Members who are listed by the storage that they use.
pub const LARGEST_ROWS: usize = 20;

const DAY: Millis = 24 * 60 * 60 * 1000;

/// The day on which something was, by its first moment (UTC): when somebody was seen is told no more precisely.
pub fn day_of(at: Millis) -> Millis {
    at.saturating_sub(at % DAY)
}

#[cfg(test)]
mod tests {
    use super::day_of;

    #[test]
    fn a_time_is_told_by_its_day() {
        let day = 1_800_057_600_000;
        assert_eq!(day_of(day), day);
        assert_eq!(day_of(day + 86_399_999), day);
        assert_eq!(day_of(5), 0);
    }
}
