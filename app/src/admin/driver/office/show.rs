//! From the relay's answers to what the pages show.

use parley_protocol::Millis;
use parley_protocol::admin::{
    self, ConnectionsReport, HealthReport, MembersPage, SessionsPage, StorageReport,
};
use parley_protocol::error::ErrorCode;

use crate::admin::store::{
    Finding, Largest, MemberRow, Members, Overview, Part, SessionRow, Sessions, Storage, Traffic,
    Verdict,
};
use crate::driver::convert::millis;
use crate::ids::{DeviceId, UserId};
use crate::platform::http::HttpError;

/// An answer, or why there is none.
pub(super) fn part<A, T>(answer: Result<A, HttpError>, of: impl FnOnce(A) -> T) -> Part<T> {
    match answer {
        Ok(answer) => Part::Here(of(answer)),
        Err(error) => Part::Failed(problem(&error).to_owned()),
    }
}

/// What is said of a question that got no good answer.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what has no words of its own gets common ones"
)]
pub(super) fn problem(error: &HttpError) -> &'static str {
    let code = match error {
        HttpError::Unreachable(_) => {
            return "The relay can't be reached right now. Try again when it is back.";
        }
        HttpError::Unreadable { .. } => {
            return "The relay answered something that makes no sense. Reload the page, then try again.";
        }
        HttpError::Refused(refusal) => &refusal.code,
    };
    match code {
        ErrorCode::NotPermitted => {
            "The relay says that you may not do that: your role has changed, or theirs is above yours."
        }
        ErrorCode::RateLimited { .. } => "That was a lot in a short time. Try again in a moment.",
        _ => "The relay didn't answer that. Reload the page, then try again.",
    }
}

pub(super) fn findings(findings: Vec<admin::Finding>) -> Vec<Finding> {
    let shown = findings.into_iter().map(|finding| Finding {
        verdict: match finding.verdict {
            admin::Verdict::Good => Verdict::Good,
            admin::Verdict::Unknown => Verdict::Unknown,
            admin::Verdict::Note => Verdict::Note,
            admin::Verdict::Bad => Verdict::Bad,
        },
        text: finding.text,
        to_do: finding.to_do,
    });
    shown.collect()
}

pub(super) fn overview(report: HealthReport) -> Overview {
    let HealthReport {
        now: _,
        started_at,
        version,
        origin,
        is_ready: _,
        reached_on,
        members,
        log_entries,
        outgoing_hosts,
        findings: found,
    } = report;
    Overview {
        version,
        origin,
        started_at: millis(started_at),
        reached_on: reached_on.map(day),
        members,
        log_entries,
        outgoing_hosts,
        findings: findings(found),
    }
}

pub(super) fn members(page: MembersPage) -> Members {
    let rows = page.members.into_iter().map(|row| MemberRow {
        id: UserId::from(row.user.to_string()),
        name: row.name,
        is_owner: row.is_owner,
        roles: row.roles,
        joined_at: row.joined_at.map(millis),
        seen_on: row.seen_on.map(day),
        devices: row.devices,
        sessions: row.sessions,
        bytes: size(
            row.file_bytes
                .saturating_add(row.vault_bytes)
                .saturating_add(row.mailbox_bytes),
        ),
    });
    Members {
        rows: rows.collect(),
        total: page.total,
        has_more: page.next.is_some(),
    }
}

pub(super) fn sessions(page: SessionsPage) -> Sessions {
    let rows = page.sessions.into_iter().map(|row| SessionRow {
        user: UserId::from(row.user.to_string()),
        name: row.name,
        device: row.device.map(|device| DeviceId::from(device.to_string())),
        label: row.label,
        signed_in_on: day(row.signed_in_on),
        seen_on: day(row.seen_on),
        may_end: row.may_end,
        is_current: row.is_current,
    });
    Sessions {
        rows: rows.collect(),
        total: page.total,
        has_more: page.next.is_some(),
    }
}

pub(super) fn storage(report: StorageReport) -> Storage {
    let largest = report.largest.into_iter().map(|row| Largest {
        id: UserId::from(row.user.to_string()),
        name: row.name,
        bytes: size(row.file_bytes),
    });
    Storage {
        database: size(report.database_bytes),
        files: size(report.blob_bytes),
        file_count: report.blobs,
        file_quota: size(report.blob_quota),
        member_quota: size(report.member_quota),
        vaults: size(report.vault_bytes),
        mailboxes: size(report.mailbox_bytes),
        disk_free: report.disk_free.map(size),
        largest: largest.collect(),
    }
}

pub(super) fn traffic(report: ConnectionsReport) -> Traffic {
    Traffic {
        started_at: millis(report.started_at),
        connections: report.connections,
        calls: report.calls,
        in_calls: report.in_calls,
        frames_in: report.frames_in,
        frames_out: report.frames_out,
        uploads: report.uploads,
        downloads: report.downloads,
        slow_readers: report.slow_readers,
        turn: report.turn.map(|turn| (turn.allocations, size(turn.bytes))),
    }
}

/// The relay tells a day by its first moment in UTC. Its middle is the same day nearly everywhere.
fn day(first: Millis) -> f64 {
    const HALF_A_DAY: Millis = 12 * 60 * 60 * 1_000;
    millis(first.saturating_add(HALF_A_DAY))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sizes are rounded on the screen"
)]
fn size(bytes: u64) -> f64 {
    bytes as f64
}
