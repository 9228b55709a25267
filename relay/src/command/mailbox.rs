//! The stored to-device messages of one device, with a share of its bytes for each sending member, so that nobody
//! can fill a mailbox for others.

use std::collections::BTreeMap;

use parley_protocol::Millis;
use parley_protocol::ids::UserId;
use parley_protocol::limits::{MAIL_OVERHEAD_BYTES, MAX_MAILBOX_SHARE_BYTES};
use parley_protocol::mail::{InboundMail, OutboundMail};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::Asked;
use crate::refusal::Failure;
use crate::storage::values::{Blob, StreamId, integer, number};

/// Messages of others that may be evicted for one message. The largest message is as large as this many small ones.
const MAX_EVICTIONS: usize = 48;

pub(super) struct Mailbox<'a> {
    db: &'a Connection,
    device: StreamId,
}

impl<'a> Mailbox<'a> {
    /// Opens a mailbox, creating it if missing.
    pub(super) fn of(db: &'a Connection, device: StreamId) -> Result<Self, Failure> {
        db.prepare_cached(
            "INSERT INTO mailbox (device, last, bytes, sent) VALUES (?1, 0, 0, 0)
             ON CONFLICT (device) DO NOTHING",
        )?
        .execute([integer(device.0)])?;
        Ok(Self { db, device })
    }

    /// Stores one message; `None` if there is no room for this member's.
    pub(super) fn put(
        &self,
        (asked, most): (&Asked, u64),
        member: &UserId,
        mail: &OutboundMail,
    ) -> Result<Option<InboundMail>, Failure> {
        let size = size(mail.message.ciphertext.len());
        let share = self.share(member)?.saturating_add(size);
        if share > MAX_MAILBOX_SHARE_BYTES || !self.make_room(member, share, size, most)? {
            return Ok(None);
        }
        let seq = self.last()?.saturating_add(1);
        self.db
            .prepare_cached(
                "INSERT INTO mail (place, at, sender, member, message_type, ciphertext)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                self.device.row(seq),
                integer(asked.at),
                Blob(&asked.by),
                Blob(member),
                mail.message.message_type,
                mail.message.ciphertext
            ])?;
        self.db
            .prepare_cached("UPDATE mailbox SET last = ?2, bytes = bytes + ?3 WHERE device = ?1")?
            .execute([integer(self.device.0), integer(seq), integer(size)])?;
        self.db
            .prepare_cached(
                "INSERT INTO mailbox_share (device, member, bytes) VALUES (?1, ?2, ?3)
                 ON CONFLICT (device, member) DO UPDATE SET bytes = bytes + excluded.bytes",
            )?
            .execute(params![integer(self.device.0), Blob(member), integer(size)])?;
        Ok(Some(InboundMail {
            seq,
            at: asked.at,
            from: asked.by,
            message: mail.message.clone(),
        }))
    }

    /// Deletes all messages up to a sequence number.
    pub(super) fn forget(&self, through: u64) -> Result<(), Failure> {
        let bounds = [self.device.row(0), self.device.row(through)];
        self.delete(
            "DELETE FROM mail WHERE place > ?1 AND place <= ?2 RETURNING member, length(ciphertext)",
            bounds,
        )?;
        Ok(())
    }

    /// Deletes those of the oldest `at_most` messages that are from before a time. The count is returned. Sequence
    /// numbers go on as if the device had fetched them.
    pub(super) fn expire(&self, before: Millis, at_most: u64) -> Result<u64, Failure> {
        self.delete(
            "DELETE FROM mail WHERE place IN (
               SELECT place FROM (
                 SELECT place, at FROM mail WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?4
               ) WHERE at < ?3
             ) RETURNING member, length(ciphertext)",
            [
                self.device.row(0),
                self.device.end(),
                integer(before),
                integer(at_most),
            ],
        )
    }

    /// Runs a statement that deletes messages, and gives the room back to their senders.
    fn delete<const N: usize>(
        &self,
        statement: &'static str,
        bounds: [i64; N],
    ) -> Result<u64, Failure>
    where
        [i64; N]: rusqlite::Params,
    {
        let mut gone = BTreeMap::<UserId, u64>::new();
        let mut count = 0_u64;
        let mut statement = self.db.prepare_cached(statement)?;
        let rows = statement.query_map(bounds, |row| {
            Ok((row.get::<_, Blob<UserId>>(0)?.0, number(row.get(1)?)))
        })?;
        for row in rows {
            let (member, chars) = row?;
            let bytes = gone.entry(member).or_default();
            *bytes = bytes
                .saturating_add(chars)
                .saturating_add(MAIL_OVERHEAD_BYTES);
            count = count.saturating_add(1);
        }
        for (member, bytes) in gone {
            self.give_back(&member, bytes)?;
        }
        Ok(count)
    }

    /// The number of the sender's next batch.
    pub(super) fn next_batch(&self) -> Result<u64, Failure> {
        let sent: i64 = self
            .db
            .prepare_cached("UPDATE mailbox SET sent = sent + 1 WHERE device = ?1 RETURNING sent")?
            .query_row([integer(self.device.0)], |row| row.get(0))?;
        Ok(number(sent))
    }

    /// Evicts the oldest messages of the member with the largest share until there is room. `false` if no share is
    /// larger than the member's would be.
    fn make_room(
        &self,
        member: &UserId,
        share: u64,
        size: u64,
        most: u64,
    ) -> Result<bool, Failure> {
        for _ in 0..MAX_EVICTIONS {
            if self.bytes()?.saturating_add(size) <= most {
                return Ok(true);
            }
            let largest = self.largest()?.filter(|(_, bytes)| *bytes > share);
            let Some((largest, _)) = largest.filter(|(largest, _)| largest != member) else {
                return Ok(false);
            };
            self.evict_oldest(&largest)?;
        }
        Ok(false)
    }

    fn evict_oldest(&self, member: &UserId) -> Result<(), Failure> {
        let chars: Option<i64> = self
            .db
            .prepare_cached(
                "DELETE FROM mail WHERE place = (
                   SELECT place FROM mail WHERE place > ?1 AND place <= ?2 AND member = ?3
                   ORDER BY place LIMIT 1) RETURNING length(ciphertext)",
            )?
            .query_row(
                params![self.device.row(0), self.device.end(), Blob(member)],
                |row| row.get(0),
            )
            .optional()?;
        match chars {
            Some(chars) => {
                self.give_back(member, number(chars).saturating_add(MAIL_OVERHEAD_BYTES))
            }
            None => Ok(()),
        }
    }

    fn give_back(&self, member: &UserId, bytes: u64) -> Result<(), Failure> {
        let device = integer(self.device.0);
        self.db
            .prepare_cached("UPDATE mailbox SET bytes = max(0, bytes - ?2) WHERE device = ?1")?
            .execute([device, integer(bytes)])?;
        self.db
            .prepare_cached(
                "UPDATE mailbox_share SET bytes = bytes - ?3 WHERE device = ?1 AND member = ?2",
            )?
            .execute(params![device, Blob(member), integer(bytes)])?;
        self.db
            .prepare_cached(
                "DELETE FROM mailbox_share WHERE device = ?1 AND member = ?2 AND bytes <= 0",
            )?
            .execute(params![device, Blob(member)])?;
        Ok(())
    }

    fn largest(&self) -> Result<Option<(UserId, u64)>, Failure> {
        Ok(self
            .db
            .prepare_cached(
                "SELECT member, bytes FROM mailbox_share WHERE device = ?1
                 ORDER BY bytes DESC LIMIT 1",
            )?
            .query_row([integer(self.device.0)], |row| {
                Ok((row.get::<_, Blob<UserId>>(0)?.0, number(row.get(1)?)))
            })
            .optional()?)
    }

    fn share(&self, member: &UserId) -> Result<u64, Failure> {
        let bytes: Option<i64> = self
            .db
            .prepare_cached("SELECT bytes FROM mailbox_share WHERE device = ?1 AND member = ?2")?
            .query_row(params![integer(self.device.0), Blob(member)], |row| {
                row.get(0)
            })
            .optional()?;
        Ok(bytes.map_or(0, number))
    }

    fn bytes(&self) -> Result<u64, Failure> {
        self.column("SELECT bytes FROM mailbox WHERE device = ?1")
    }

    fn last(&self) -> Result<u64, Failure> {
        self.column("SELECT last FROM mailbox WHERE device = ?1")
    }

    fn column(&self, query: &'static str) -> Result<u64, Failure> {
        let value = self
            .db
            .prepare_cached(query)?
            .query_row([integer(self.device.0)], |row| row.get(0))?;
        Ok(number(value))
    }
}

/// The next mailboxes in which something waits, in order.
pub(super) fn in_use_after(
    db: &Connection,
    after: StreamId,
    at_most: usize,
) -> Result<Vec<StreamId>, Failure> {
    let limit = i64::try_from(at_most).unwrap_or(i64::MAX);
    let mut statement = db.prepare_cached(
        "SELECT device FROM mailbox WHERE device > ?1 AND bytes > 0 ORDER BY device LIMIT ?2",
    )?;
    let rows = statement.query_map([integer(after.0), limit], |row| {
        Ok(StreamId(number(row.get(0)?)))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn size(chars: usize) -> u64 {
    u64::try_from(chars)
        .unwrap_or(u64::MAX)
        .saturating_add(MAIL_OVERHEAD_BYTES)
}
