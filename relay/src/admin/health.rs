//! What needs attention at the relay itself, from what it knows without asking anybody.

use parley_protocol::Millis;
use parley_protocol::admin::Finding;

use crate::backup::Status;
use crate::diagnosis::Found;

/// Below this a relay is about to refuse files; it keeps 256 MiB for everything else.
const FEW_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Parts in a hundred of the room for files after which there is little left.
const NEARLY_FULL: u64 = 90;
const HOUR: Millis = 60 * 60 * 1000;

/// What is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) is_ready: bool,
    pub(crate) disk_free: Option<u64>,
    pub(crate) blob_bytes: u64,
    pub(crate) blob_quota: u64,
    pub(crate) missing_blobs: u64,
    /// Files whose bytes are not what they were.
    pub(crate) damaged_blobs: u64,
    /// The database did not pass its check.
    pub(crate) database_damaged: bool,
    /// What a proxy in front does wrong.
    pub(crate) faults: Vec<Found>,
}

pub(crate) fn findings(facts: &Facts) -> Vec<Finding> {
    vec![database(facts), disk(facts), files(facts), proxy(facts)]
}

fn database(facts: &Facts) -> Finding {
    if facts.database_damaged {
        Finding::bad(
            "database",
            "The database is damaged.",
            "Keep a copy of the data folder, and restore the newest backup. The relay's log names what is damaged.",
        )
    } else if facts.is_ready {
        Finding::good("database", "The database answers.")
    } else {
        Finding::bad(
            "database",
            "The database does not answer.",
            "Look at the relay's log for the reason. If the file is damaged, restore the newest backup.",
        )
    }
}

fn disk(facts: &Facts) -> Finding {
    match facts.disk_free {
        None => Finding::unknown("disk", "The system does not say how much room is left."),
        Some(free) if free < FEW_BYTES => Finding::bad(
            "disk",
            format!("Only {} are left on the relay's disk.", bytes(free)),
            "Make room on the disk that holds the data folder, or move the folder to a larger one.",
        ),
        Some(free) => Finding::good(
            "disk",
            format!("{} are free on the relay's disk.", bytes(free)),
        ),
    }
}

fn files(facts: &Facts) -> Finding {
    if facts.damaged_blobs > 0 {
        return Finding::bad(
            "files",
            format!("{} files are damaged.", facts.damaged_blobs),
            "Copy them from a backup into the data folder. The relay's log names them.",
        );
    }
    if facts.missing_blobs > 0 {
        return Finding::bad(
            "files",
            format!(
                "{} files were missing when the relay started.",
                facts.missing_blobs
            ),
            "Restore the folder \"blobs\" from the newest backup.",
        );
    }
    let used = facts.blob_bytes.saturating_mul(100);
    let is_nearly_full = used >= facts.blob_quota.saturating_mul(NEARLY_FULL);
    if is_nearly_full {
        return Finding::note(
            "files",
            format!(
                "Files take {} of the {} that they may.",
                bytes(facts.blob_bytes),
                bytes(facts.blob_quota)
            ),
            "Allow more:\nblob_quota = (bytes)",
        );
    }
    Finding::good("files", "There is room for more files.")
}

fn proxy(facts: &Facts) -> Finding {
    let Some(worst) = facts.faults.first() else {
        return Finding::good(
            "proxy",
            "Nothing in front of the relay takes from what browsers send.",
        );
    };
    let lines = worst.lines;
    Finding::bad(
        "proxy",
        format!("{}: seen {} times.", worst.text, worst.count),
        format!(
            "nginx: {}\nCaddy: {}\nTraefik: {}",
            lines.nginx, lines.caddy, lines.traefik
        ),
    )
}

/// How backups go.
pub(crate) fn backups(status: &Status, now: Millis) -> Finding {
    let Some(place) = &status.place else {
        return Finding::note(
            "backups",
            "No backups are made.",
            "Make a key, and say where backups go:\nparley-relay backup --make-key key.txt\nbackup_recipients = [\"age1...\"]\nbackup_to = \"/srv/backups\"",
        );
    };
    if let Some(failed) = &status.failed {
        return Finding::bad(
            "backups",
            format!(
                "The last {} backups failed. Why: {}",
                failed.times, failed.why
            ),
            "Mend what it says; the relay tries again every hour. The last good backup is still there.",
        );
    }
    let Some(last) = &status.last else {
        return Finding::note(
            "backups",
            format!("No backup was made yet; they go to {place}."),
            "Wait for the first, or make one now:\nparley-relay backup",
        );
    };
    let size = bytes(last.database_bytes.saturating_add(last.blob_bytes));
    let says = format!(
        "A backup of {size} was made {} hours ago.",
        now.saturating_sub(last.at) / HOUR
    );
    match last.warnings.first() {
        Some(warning) => Finding::note(
            "backups",
            format!("{says} {warning}"),
            "Look at the relay's log.",
        ),
        None => Finding::good("backups", says),
    }
}

/// A size as people say it.
pub(crate) fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KB", "MB", "GB", "TB"];
    let mut unit = 0;
    let mut tenths = u128::from(number) * 10;
    while tenths >= 9_995 && unit + 1 < UNITS.len() {
        tenths = (tenths + 500) / 1000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 || tenths >= 1000 {
        format!("{} {name}", tenths / 10)
    } else {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use parley_protocol::admin::Verdict;

    use super::*;
    use crate::diagnosis::Fault;

    fn healthy() -> Facts {
        Facts {
            is_ready: true,
            disk_free: Some(100_000_000_000),
            blob_bytes: 5,
            blob_quota: 1000,
            missing_blobs: 0,
            damaged_blobs: 0,
            database_damaged: false,
            faults: Vec::new(),
        }
    }

    #[test]
    fn what_is_wrong_comes_with_what_to_do() {
        let good = findings(&healthy());
        assert!(good.iter().all(|it| it.verdict == Verdict::Good));
        for (check, facts) in [
            (
                "database",
                Facts {
                    is_ready: false,
                    ..healthy()
                },
            ),
            (
                "database",
                Facts {
                    database_damaged: true,
                    ..healthy()
                },
            ),
            (
                "files",
                Facts {
                    damaged_blobs: 1,
                    ..healthy()
                },
            ),
            (
                "disk",
                Facts {
                    disk_free: Some(1_000_000),
                    ..healthy()
                },
            ),
            (
                "files",
                Facts {
                    missing_blobs: 2,
                    ..healthy()
                },
            ),
            (
                "files",
                Facts {
                    blob_bytes: 900,
                    ..healthy()
                },
            ),
            (
                "proxy",
                Facts {
                    faults: vec![Found {
                        fault: Fault::UpgradeStripped,
                        text: Fault::UpgradeStripped.text(),
                        lines: Fault::UpgradeStripped.lines(),
                        count: 3,
                        last_at: 0,
                    }],
                    ..healthy()
                },
            ),
        ] {
            let all = findings(&facts);
            let wrong: Vec<_> = all
                .iter()
                .filter(|it| it.verdict >= Verdict::Note)
                .collect();
            assert_eq!(wrong.len(), 1, "{facts:?}");
            assert_eq!(wrong[0].check, check);
            assert!(wrong[0].to_do.is_some());
        }
    }

    #[test]
    fn backups_that_fail_or_are_not_made_are_told() {
        use crate::backup::status::Failed;

        assert_eq!(backups(&Status::default(), 0).verdict, Verdict::Note);
        let mut status = Status {
            place: Some("/srv/backups".to_owned()),
            ..Status::default()
        };
        assert_eq!(backups(&status, 0).verdict, Verdict::Note);
        status.failed = Some(Failed {
            at: 1,
            why: "/srv/backups is full".to_owned(),
            times: 2,
        });
        let found = backups(&status, 0);
        assert_eq!(found.verdict, Verdict::Bad);
        assert!(found.text.contains("is full"), "{found:?}");
    }

    #[test]
    fn sizes_are_short() {
        for (number, text) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_000, "1.0 KB"),
            (1_234, "1.2 KB"),
            (99_949, "99.9 KB"),
            (256_000_000, "256 MB"),
            (5_368_709_120, "5.4 GB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(bytes(number), text);
        }
    }
}
