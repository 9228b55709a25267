//! Quotas per member, over all their devices: how much the relay stores, looks up and relays for one member, so
//! that nobody fills the disk, the log or the time of others. In memory: a restart refills every bucket.
//!
//! Entries that end something (a device, an invite, a membership) are free: each undoes one that was paid for, and
//! whoever lost a device must be able to revoke it while a thief uses up the quota.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use parley_protocol::Millis;
use parley_protocol::entry::{Action, Entry};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::Request;
use parley_protocol::ids::{DeviceId, UserId};
use parley_protocol::limits::{MAIL_OVERHEAD_BYTES, SEGMENT_OVERHEAD_BYTES};
use parley_protocol::mail::OutboundMail;

const HOUR: u64 = 3_600_000_000;
const MIB: u64 = 1024 * 1024;
/// Buckets kept; beyond this, full ones are dropped.
const MAX_KEYS: usize = 50_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Entries,
    Announcements,
    Items,
    ItemBytes,
    Mail,
    MailBytes,
    Signals,
    SignalBytes,
    Keys,
    Claims,
    Reads,
    Joins,
    Segments,
    SegmentBytes,
    VaultPages,
    Uploads,
    BlobNames,
    BlobReads,
    FrameBytes,
}

const KINDS: usize = Kind::FrameBytes as usize + 1;

/// A burst, and the refill per hour.
#[derive(Debug, Clone, Copy)]
struct Quota {
    burst: u64,
    hourly: u64,
}

/// One-time keys that a member may claim from one device. Each of their sixteen devices needs one.
const KEYS_OF_ONE_DEVICE: Quota = Quota {
    burst: 20,
    hourly: 20,
};

impl Kind {
    /// Larger lets a hostile member store more in a year; smaller makes a busy one wait sooner.
    fn quota(self) -> Quota {
        let (burst, hourly) = match self {
            // An evening of setting up roles and channels; invites by the hundred. About 250 MiB a year.
            Self::Entries => (200, 60),
            // One session per channel and 100 messages, and one whenever a reader is removed.
            Self::Announcements => (200, 240),
            // One line per second, for hours. Of a vault, all pages that a member may have stored at once.
            Self::Items | Self::VaultPages => (600, 3_600),
            // Ninety messages of the maximum size, then one of a few hundred letters per second.
            Self::ItemBytes => (4 * MIB, 8 * MIB),
            // Twenty sessions for 200 devices each, then one every two minutes.
            Self::Mail => (4_000, 7_200),
            Self::MailBytes => (16 * MIB, 8 * MIB),
            // Joining a call of twelve takes under 100, and 200 KiB.
            Self::Signals => (2_000, 72_000),
            Self::SignalBytes => (8 * MIB, 256 * MIB),
            // Twenty devices that publish 100 keys, then one key every two seconds. Each is a signature to verify.
            Self::Keys => (2_000, 1_800),
            // A whole community of 2,000 at once. Of a vault, all that is sealed anew when its key changes.
            Self::Claims | Self::Segments => (2_000, 3_600),
            // Pages of history.
            Self::Reads => (1_000, 36_000),
            // Each sends a roster to everybody.
            Self::Joins => (30, 600),
            // The vault of a year at once. At the rate after it, 16 hours fill what one member may store.
            Self::SegmentBytes => (64 * MIB, 16 * MIB),
            // Two files of 2 GiB and more, then one blob every two seconds. Each is up to 4 MiB.
            Self::Uploads => (3_000, 2_000),
            // Forwarding needs no upload, but each name is written.
            Self::BlobNames => (6_000, 6_000),
            // Reading back all that a member may have stored, and asking first what is there.
            Self::BlobReads => (20_000, 60_000),
            // Reading a frame costs before anything in it can be refused. The largest burst of to-device messages
            // takes two buckets.
            Self::FrameBytes => (8 * MIB, 1_800 * MIB),
        };
        Quota { burst, hourly }
    }
}

#[derive(Debug)]
pub(crate) struct Quotas {
    /// Multiplier for every quota; 0 disables them.
    factor: u64,
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    by_member: HashMap<UserId, [Bucket; KINDS]>,
    one_time_keys: HashMap<(UserId, DeviceId), Bucket>,
}

/// When the bucket is full again, in microseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket(u64);

impl Quotas {
    pub(crate) fn new(factor: u32) -> Self {
        Self {
            factor: u64::from(factor),
            buckets: Mutex::default(),
        }
    }

    /// Takes what a request costs, all of it or nothing.
    pub(crate) fn request(
        &self,
        member: UserId,
        request: &Request,
        now: Millis,
    ) -> Result<(), ErrorCode> {
        if self.factor == 0 {
            return Ok(());
        }
        self.take(member, &costs(request), now)
    }

    /// Takes from several kinds at once, or says how long to wait.
    pub(crate) fn take(
        &self,
        member: UserId,
        costs: &[(Kind, u64)],
        now: Millis,
    ) -> Result<(), ErrorCode> {
        if self.factor == 0 {
            return Ok(());
        }
        let now = now.saturating_mul(1_000);
        let mut buckets = self.buckets();
        let is_full = |buckets: &[Bucket; KINDS]| buckets.iter().all(|bucket| bucket.0 <= now);
        if buckets.by_member.len() >= MAX_KEYS {
            buckets.by_member.retain(|_, buckets| !is_full(buckets));
        }
        let of_member = buckets.by_member.entry(member).or_default();
        let mut after = *of_member;
        for (kind, count) in costs {
            if let Some(bucket) = after.get_mut(*kind as usize) {
                bucket.take(kind.quota(), self.factor, *count, now)?;
            }
        }
        *of_member = after;
        Ok(())
    }

    /// Counts received bytes, and returns how long (ms) to wait before reading the member's next frame.
    pub(crate) fn pause_after(&self, member: UserId, bytes: usize, now: Millis) -> Millis {
        if self.factor == 0 {
            return 0;
        }
        let now = now.saturating_mul(1_000);
        let mut buckets = self.buckets();
        let of_member = buckets.by_member.entry(member).or_default();
        let Some(bucket) = of_member.get_mut(Kind::FrameBytes as usize) else {
            return 0;
        };
        let (wait, full_at) =
            bucket.after(Kind::FrameBytes.quota(), self.factor, count(bytes), now);
        bucket.0 = full_at;
        wait.div_ceil(1_000)
    }

    /// Whether a member may claim a one-time key of a device now. If not, they get the fallback key.
    pub(crate) fn one_time_key(&self, member: UserId, device: DeviceId, now: Millis) -> bool {
        if self.factor == 0 {
            return true;
        }
        let now = now.saturating_mul(1_000);
        let mut buckets = self.buckets();
        if buckets.one_time_keys.len() >= MAX_KEYS {
            buckets.one_time_keys.retain(|_, bucket| bucket.0 > now);
        }
        let bucket = buckets.one_time_keys.entry((member, device)).or_default();
        let taken = bucket.take(KEYS_OF_ONE_DEVICE, self.factor, 1, now);
        taken.is_ok()
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bucket {
    fn take(&mut self, quota: Quota, factor: u64, count: u64, now: u64) -> Result<(), ErrorCode> {
        let (wait, full_at) = self.after(quota, factor, count, now);
        if wait > 0 {
            let seconds = wait.div_ceil(1_000_000);
            return Err(ErrorCode::RateLimited {
                retry_after: u32::try_from(seconds).unwrap_or(u32::MAX),
            });
        }
        self.0 = full_at;
        Ok(())
    }

    /// The wait until `count` may be taken (µs), and when the bucket is full again afterwards.
    fn after(self, quota: Quota, factor: u64, count: u64, now: u64) -> (u64, u64) {
        let hourly = quota.hourly.saturating_mul(factor);
        let time = |count: u64| count.saturating_mul(HOUR) / hourly.max(1);
        let depth = time(quota.burst.saturating_mul(factor));
        let full_at = self.0.max(now).saturating_add(time(count));
        (full_at.saturating_sub(now.saturating_add(depth)), full_at)
    }
}

fn costs(request: &Request) -> Vec<(Kind, u64)> {
    match request {
        Request::Append { entry } if ends_something(entry) => Vec::new(),
        Request::Append { .. } => vec![(Kind::Entries, 1)],
        Request::Announce { .. } => vec![(Kind::Announcements, 1)],
        Request::Post { message, .. } => {
            let bytes = count(message.ciphertext.len());
            let blobs = count(message.blobs.len());
            vec![
                (Kind::Items, 1),
                (Kind::ItemBytes, bytes),
                (Kind::BlobNames, blobs),
            ]
        }
        // It stays in the place of what was paid for, but costs a commit and a signature to verify.
        Request::Redact { order, .. } => {
            let bytes = count(order.body.len());
            vec![(Kind::Items, 1), (Kind::ItemBytes, bytes)]
        }
        Request::SendMail { mail, .. } => {
            let (signals, stored): (Vec<_>, Vec<_>) = mail.iter().partition(|mail| mail.transient);
            vec![
                (Kind::Mail, count(stored.len())),
                (Kind::MailBytes, bytes_of(&stored)),
                (Kind::Signals, count(signals.len())),
                (Kind::SignalBytes, bytes_of(&signals)),
            ]
        }
        Request::PublishPrekeys { prekeys } => {
            vec![(Kind::Keys, count(prekeys.one_time.len()).saturating_add(1))]
        }
        Request::ClaimPrekeys { devices } => vec![(Kind::Claims, count(devices.len()))],
        Request::History { .. } | Request::Subscribe { .. } => vec![(Kind::Reads, 1)],
        Request::JoinVoice { .. } | Request::JoinRoom { .. } => vec![(Kind::Joins, 1)],
        Request::AppendVault { segment } => {
            let bytes = count(segment.sealed.len()).saturating_add(SEGMENT_OVERHEAD_BYTES);
            vec![(Kind::Segments, 1), (Kind::SegmentBytes, bytes)]
        }
        // Each looks up its chains, and deletes what was paid for.
        Request::CompactVault { chains } => {
            vec![(Kind::Segments, count(chains.len()).saturating_add(1))]
        }
        Request::LeaveVoice | Request::IceServers => Vec::new(),
    }
}

fn ends_something(entry: &Entry) -> bool {
    entry.parse_body().is_ok_and(|body| {
        matches!(
            body.action,
            Action::DeviceRevoked { .. }
                | Action::InviteRevoked { .. }
                | Action::MemberRemoved { .. }
        )
    })
}

fn bytes_of(mail: &[&OutboundMail]) -> u64 {
    mail.iter()
        .map(|mail| count(mail.message.ciphertext.len()).saturating_add(MAIL_OVERHEAD_BYTES))
        .sum()
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use parley_protocol::keys::Signature;
    use parley_protocol::limits::MAX_SEGMENT_CHARS;
    use parley_protocol::vault::Segment;

    use super::*;

    const ADA: UserId = UserId::from_bytes([1; 16]);
    const BEN: UserId = UserId::from_bytes([2; 16]);

    fn taken(quotas: &Quotas, kind: Kind, now: Millis) -> u64 {
        (0..u64::MAX)
            .find(|_| quotas.take(ADA, &[(kind, 1)], now).is_err())
            .unwrap()
    }

    #[test]
    fn a_burst_and_then_what_the_hour_brings() {
        let quotas = Quotas::new(1);
        let now = 1_800_000_000_000;
        assert_eq!(taken(&quotas, Kind::Entries, now), 200);
        let refused = quotas.take(ADA, &[(Kind::Entries, 1)], now);
        assert_eq!(refused, Err(ErrorCode::RateLimited { retry_after: 60 }));
        assert_eq!(quotas.take(BEN, &[(Kind::Entries, 1)], now), Ok(()));
        assert_eq!(taken(&quotas, Kind::Entries, now + 3_600_000), 60);
        assert_eq!(taken(&quotas, Kind::Entries, now + 100 * 3_600_000), 200);
    }

    #[test]
    fn what_is_refused_takes_nothing_of_the_other_kinds() {
        let quotas = Quotas::new(1);
        let too_much = [(Kind::Items, 1), (Kind::ItemBytes, 5 * MIB)];
        for _ in 0..1_000 {
            assert!(quotas.take(ADA, &too_much, 0).is_err());
        }
        assert_eq!(taken(&quotas, Kind::Items, 0), 600);
    }

    #[test]
    fn segments_count_with_what_they_hold() {
        let sent = |quotas: &Quotas, chars: usize| {
            let segment = Segment {
                counter: 1,
                previous: Segment::NONE_BEFORE,
                sealed: "A".repeat(chars),
                signature: Signature::from_bytes([0; Signature::LENGTH]),
            };
            let request = Request::AppendVault { segment };
            (0..u64::MAX)
                .find(|_| quotas.request(ADA, &request, 0).is_err())
                .unwrap()
        };
        assert_eq!(sent(&Quotas::new(1), MAX_SEGMENT_CHARS), 511, "64 MiB");
        let quotas = Quotas::new(1);
        assert_eq!(sent(&quotas, 1), 2_000);
        let chains = Vec::new();
        let compaction = Request::CompactVault { chains };
        assert!(quotas.request(ADA, &compaction, 0).is_err());
    }

    #[test]
    fn one_member_takes_few_one_time_keys_of_one_device() {
        let quotas = Quotas::new(1);
        let device = DeviceId::from_bytes([3; 16]);
        let takes = |member| {
            (0..100)
                .filter(|_| quotas.one_time_key(member, device, 0))
                .count()
        };
        assert_eq!(takes(ADA), 20);
        assert_eq!(takes(BEN), 20);
        assert!(quotas.one_time_key(ADA, device, 3_600_000));
    }

    #[test]
    fn whoever_sends_more_than_can_be_read_waits() {
        let quotas = Quotas::new(1);
        let large = 1024 * 1024;
        assert!((0..8).all(|_| quotas.pause_after(ADA, large, 0) == 0));
        assert_eq!(quotas.pause_after(ADA, large, 0), 2_000);
        assert_eq!(quotas.pause_after(BEN, large, 0), 0);
        assert_eq!(quotas.pause_after(ADA, large / 2, 3_000), 0);
    }

    #[test]
    fn a_factor_of_zero_lifts_every_quota() {
        let quotas = Quotas::new(0);
        for _ in 0..10_000 {
            assert_eq!(quotas.take(ADA, &[(Kind::Entries, 100)], 0), Ok(()));
        }
    }
}
