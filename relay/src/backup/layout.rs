//! Names of the objects of backups.

use std::fmt;
use std::str::FromStr;

use parley_protocol::Millis;
use parley_protocol::keys::Hash;

use crate::hex::hex;

/// Whose backups these are.
pub(crate) const OWNER: &str = "parley-backups.json";
pub(crate) const BACKUPS: &str = "backups/";
pub(crate) const BLOBS: &str = "blobs/";

const DAY: u64 = 24 * 60 * 60 * 1000;

/// Name of a backup: its time in UTC and something that no other has, such as `20261130T030000Z-1f2e3d4c`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BackupId(String);

/// No name of a backup.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no name of a backup, such as 20261130T030000Z-1f2e3d4c")]
pub struct BadId(String);

impl BackupId {
    pub(crate) fn new(at: Millis, random: [u8; 4]) -> Self {
        Self(format!("{}-{}", stamp(at), hex(&random)))
    }

    /// When it was begun.
    pub(crate) fn at(&self) -> Millis {
        from_stamp(&self.0).unwrap_or(0)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Folder of everything that belongs to it alone.
    pub(crate) fn folder(&self) -> String {
        format!("{BACKUPS}{}/", self.0)
    }

    pub(crate) fn manifest(&self) -> String {
        format!("{BACKUPS}{}/manifest.age", self.0)
    }

    pub(crate) fn blobs(&self) -> String {
        format!("{BACKUPS}{}/blobs.list", self.0)
    }

    pub(crate) fn piece(&self, number: usize) -> String {
        format!("{BACKUPS}{}/database/{number:04}.age", self.0)
    }

    /// The backup to which an object belongs.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let rest = name.strip_prefix(BACKUPS)?;
        rest.split_once('/')?.0.parse().ok()
    }
}

impl FromStr for BackupId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let is_ours = text.len() == 25
            && from_stamp(text).is_some()
            && text.as_bytes().get(16) == Some(&b'-')
            && text
                .bytes()
                .skip(17)
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_ours {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadId(text.to_owned()))
        }
    }
}

impl fmt::Display for BackupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Folder of the blobs that are encrypted for a set of recipients.
pub(crate) fn blob_folder(recipients: &str) -> String {
    format!("{BLOBS}{recipients}/")
}

/// The object of a blob.
pub(crate) fn blob(folder: &str, hash: &Hash) -> String {
    let name = hex(hash.as_bytes());
    let first = name.get(..2).unwrap_or_default();
    format!("{folder}{first}/{name}.age")
}

/// `20261130T030000Z`.
fn stamp(at: Millis) -> String {
    let (year, month, day) = civil(at / DAY);
    let second = at % DAY / 1000;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

fn from_stamp(text: &str) -> Option<Millis> {
    let number = |from: usize, to: usize| -> Option<u64> {
        let digits = text.get(from..to)?;
        let all = digits.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| digits.parse().ok()).flatten()
    };
    if text.get(8..9)? != "T" || text.get(15..16)? != "Z" {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let (hour, minute, second) = (number(9, 11)?, number(11, 13)?, number(13, 15)?);
    let is_time = hour < 24 && minute < 60 && second < 60;
    if !is_time || year < 1970 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let seconds = hour * 3600 + minute * 60 + second;
    Some(days(year, month, day) * DAY + seconds * 1000)
}

/// Days since 1970-01-01 of a date of the Gregorian calendar, with March as the first month, so that the day of leap
/// years is the last one.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let before = year * 365 + year / 4 - year / 100 + year / 400;
    before + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// The reverse of [`days`].
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let in_era = days % 146_097;
    let year = (in_era - in_era / 1460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_time() {
        // 2026-11-30 03:00:00 UTC.
        let at = 1_796_007_600_000;
        let id = BackupId::new(at, [0x1f, 0x2e, 0x3d, 0x4c]);
        assert_eq!(id.as_str(), "20261130T030000Z-1f2e3d4c");
        assert_eq!(id.at(), at);
        assert_eq!(id.as_str().parse::<BackupId>().unwrap(), id);
        assert_eq!(BackupId::of(&id.piece(3)), Some(id.clone()));
        assert_eq!(id.piece(3), format!("backups/{id}/database/0003.age"));
    }

    #[test]
    fn every_day_of_four_centuries_is_itself_again() {
        let mut last = String::new();
        for day in 0..146_097 {
            let text = stamp(day * DAY + 1000);
            assert_eq!(from_stamp(&text), Some(day * DAY + 1000));
            assert!(text > last, "{text}");
            last = text;
        }
        assert_eq!(stamp(11_016 * DAY), "20000229T000000Z");
    }

    #[test]
    fn other_names_are_no_backups() {
        for text in [
            "",
            "notes",
            "20261130T030000Z",
            "20261130T030000Z-1f2e3d4",
            "20261130T030000Z-1F2E3D4C",
            "20261330T030000Z-1f2e3d4c",
            "20261130T0300+0Z-1f2e3d4c",
            "../../etc/passwd/passwdxx",
            "20261130T030000ä-1f2e3d4c",
        ] {
            assert!(text.parse::<BackupId>().is_err(), "{text}");
        }
        assert!(BackupId::of("backups/20261130T030000Z-1f2e3d4c").is_none());
    }

    #[test]
    fn a_blob_lies_under_its_hash() {
        let hash = Hash::from_bytes([0xab; 32]);
        let name = blob(&blob_folder("0123"), &hash);
        assert!(name.starts_with("blobs/0123/ab/abab"), "{name}");
    }
}
