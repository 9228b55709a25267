//! All queries, one per function. They work on any connection and change nothing.

use parley_protocol::Millis;
use parley_protocol::channel::{
    ChannelItem, EncryptedMessage, ExpiredMessage, ItemContent, SignedAnnouncement, SignedRedaction,
};
use parley_protocol::entry::Entry;
use parley_protocol::ids::{DeviceId, MessageId};
use parley_protocol::keys::{SessionId, Signature};
use parley_protocol::limits::MAX_PAGE_ITEMS;
use parley_protocol::mail::{InboundMail, OlmCiphertext};
use rusqlite::{Connection, OptionalExtension as _, Result, Row, params};

use super::blobs;
use super::values::{Blob, Removal, StreamId, integer, number};

/// A page ends before the item that would make it larger than this, so that it fits in a frame.
const MAX_PAGE_BYTES: usize = 160 * 1024;
/// Characters of a hash in a frame, with quotes and a comma.
const HASH_IN_FRAME: usize = 46;
const PAGE_ITEMS: u64 = MAX_PAGE_ITEMS as u64;

/// Entries from sequence number `from` on.
pub(crate) fn log_page(db: &Connection, from: u64) -> Result<Vec<Entry>> {
    let mut statement = db.prepare_cached(
        "SELECT body, author, signature FROM log WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
    )?;
    let rows = statement.query_map(params![integer(from), integer(PAGE_ITEMS)], entry)?;
    page(rows, |entry| entry.body.len() + 200)
}

/// The entry with this id, and its sequence number.
pub(crate) fn entry_by_id(db: &Connection, id: &[u8]) -> Result<Option<(u64, Entry)>> {
    db.prepare_cached("SELECT body, author, signature, seq FROM log WHERE id = ?1")?
        .query_row([id], |row| Ok((number(row.get(3)?), entry(row)?)))
        .optional()
}

/// Last sequence number of a channel.
pub(crate) fn last_item(db: &Connection, channel: StreamId) -> Result<u64> {
    let last: Option<i64> = db
        .prepare_cached("SELECT max(place) FROM item WHERE place BETWEEN ?1 AND ?2")?
        .query_row([channel.row(0), channel.end()], |row| row.get(0))?;
    Ok(last.map_or(0, StreamId::seq))
}

/// Items after sequence number `after`.
pub(crate) fn items_after(
    db: &Connection,
    channel: StreamId,
    after: u64,
) -> Result<Vec<ChannelItem>> {
    let mut statement = db.prepare_cached(
        "SELECT place, at, author, identity, session, text, signature, proof, removal,
             message_index, blobs FROM item
         WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3",
    )?;
    let bounds = params![channel.row(after), channel.end(), integer(PAGE_ITEMS)];
    page(statement.query_map(bounds, item)?, item_size)
}

/// The newest items below sequence number `before`, in ascending order.
pub(crate) fn items_before(
    db: &Connection,
    channel: StreamId,
    before: u64,
    limit: u64,
) -> Result<Vec<ChannelItem>> {
    let mut statement = db.prepare_cached(
        "SELECT place, at, author, identity, session, text, signature, proof, removal,
             message_index, blobs FROM item
         WHERE place > ?1 AND place < ?2 ORDER BY place DESC LIMIT ?3",
    )?;
    let limit = integer(limit.min(PAGE_ITEMS));
    let bounds = params![channel.row(0), channel.row(before), limit];
    let mut items = page(statement.query_map(bounds, item)?, item_size)?;
    items.reverse();
    Ok(items)
}

/// The announcements of sessions that a page uses but does not contain.
pub(crate) fn announcements_for(
    db: &Connection,
    items: &[ChannelItem],
) -> Result<Vec<ChannelItem>> {
    let mut found: Vec<ChannelItem> = Vec::new();
    let mut looked_up: Vec<(DeviceId, SessionId)> = Vec::new();
    let first = items.first().map_or(0, |item| item.seq);
    for item in items {
        let session = match &item.content {
            ItemContent::Announcement(_) => None,
            ItemContent::Message(message) => Some(message.session),
            ItemContent::Tombstone(order) => order.parse_body().ok().map(|body| body.session),
            ItemContent::Expired(expired) => Some(expired.session),
        };
        let Some(session) = session else {
            continue;
        };
        let key = (item.author, session);
        if looked_up.contains(&key) {
            continue;
        }
        looked_up.push(key);
        let announcement = item_by_identity(db, &key.0, key.1.as_bytes())?;
        found.extend(
            announcement
                .map(|(_, item)| item)
                .filter(|item| item.seq < first),
        );
    }
    found.sort_by_key(|item| item.seq);
    Ok(found)
}

/// A device's item by message or session id, with its channel's stream.
pub(crate) fn item_by_identity(
    db: &Connection,
    author: &DeviceId,
    identity: &[u8],
) -> Result<Option<(StreamId, ChannelItem)>> {
    db.prepare_cached(
        "SELECT place, at, author, identity, session, text, signature, proof, removal,
             message_index, blobs FROM item
         WHERE author = ?1 AND identity = ?2",
    )?
    .query_row(params![Blob(author), identity], |row| {
        Ok((StreamId(number(row.get(0)?) >> 32), item(row)?))
    })
    .optional()
}

/// The item at a sequence number.
pub(crate) fn item_at(db: &Connection, channel: StreamId, seq: u64) -> Result<Option<ChannelItem>> {
    db.prepare_cached(
        "SELECT place, at, author, identity, session, text, signature, proof, removal,
             message_index, blobs FROM item WHERE place = ?1",
    )?
    .query_row([channel.row(seq)], item)
    .optional()
    .map(|found| found.filter(|found| found.seq == seq))
}

/// When the next message disappears.
pub(crate) fn next_expiry(db: &Connection) -> Result<Option<Millis>> {
    let next: Option<i64> = db
        .prepare_cached("SELECT min(expires_at) FROM item WHERE expires_at IS NOT NULL")?
        .query_row([], |row| row.get(0))?;
    Ok(next.map(number))
}

/// To-device messages after sequence number `after`.
pub(crate) fn mail_after(
    db: &Connection,
    device: StreamId,
    after: u64,
) -> Result<Vec<InboundMail>> {
    let mut statement = db.prepare_cached(
        "SELECT place, at, sender, message_type, ciphertext FROM mail
         WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3",
    )?;
    let bounds = params![device.row(after), device.end(), integer(PAGE_ITEMS)];
    let rows = statement.query_map(bounds, |row| {
        Ok(InboundMail {
            seq: StreamId::seq(row.get(0)?),
            at: number(row.get(1)?),
            from: row.get::<_, Blob<DeviceId>>(2)?.0,
            message: OlmCiphertext {
                message_type: row.get(3)?,
                ciphertext: row.get(4)?,
            },
        })
    })?;
    page(rows, |mail| mail.message.ciphertext.len() + 150)
}

/// Sequence number of the last to-device message that a device was ever sent.
pub(crate) fn last_mail(db: &Connection, device: StreamId) -> Result<u64> {
    let last: Option<i64> = db
        .prepare_cached("SELECT last FROM mailbox WHERE device = ?1")?
        .query_row([integer(device.0)], |row| row.get(0))
        .optional()?;
    Ok(last.map_or(0, number))
}

/// The number of one-time keys that a device has left, and whether its fallback key is unused.
pub(crate) fn prekeys_left(db: &Connection, device: StreamId) -> Result<(u32, bool)> {
    let one_time = db
        .prepare_cached(
            "SELECT count(*) FROM one_time_key WHERE device = ?1 AND signature IS NOT NULL",
        )?
        .query_row([integer(device.0)], |row| row.get(0))?;
    let fresh = db
        .prepare_cached("SELECT used = 0 FROM fallback_key WHERE device = ?1")?
        .query_row([integer(device.0)], |row| row.get(0))
        .optional()?;
    Ok((one_time, fresh.unwrap_or(false)))
}

fn entry(row: &Row<'_>) -> Result<Entry> {
    Ok(Entry {
        body: row.get(0)?,
        author: row.get::<_, Blob<DeviceId>>(1)?.0,
        signature: row.get::<_, Blob<_>>(2)?.0,
    })
}

fn item(row: &Row<'_>) -> Result<ChannelItem> {
    Ok(ChannelItem {
        seq: StreamId::seq(row.get(0)?),
        at: number(row.get(1)?),
        author: row.get::<_, Blob<DeviceId>>(2)?.0,
        content: content(row)?,
    })
}

fn content(row: &Row<'_>) -> Result<ItemContent> {
    let message = || -> Result<(MessageId, SessionId)> {
        let id = row.get::<_, Blob<MessageId>>(3)?.0;
        Ok((id, row.get::<_, Blob<_>>(4)?.0))
    };
    let text: String = row.get(5)?;
    let signature = row.get::<_, Option<Blob<Signature>>>(6)?;
    Ok(match (row.get(8)?, signature) {
        (Removal::Expired, _) => {
            let (id, session) = message()?;
            let index = row.get(9)?;
            ItemContent::Expired(ExpiredMessage { id, session, index })
        }
        (Removal::Ordered, Some(Blob(signature))) => ItemContent::Tombstone(SignedRedaction {
            body: text,
            signature,
        }),
        (Removal::None, Some(Blob(signature))) => ItemContent::Announcement(SignedAnnouncement {
            body: text,
            signature,
            proof: row.get::<_, Blob<_>>(7)?.0,
        }),
        (Removal::None | Removal::Ordered, None) => {
            let (id, session) = message()?;
            ItemContent::Message(EncryptedMessage {
                id,
                session,
                ciphertext: text,
                blobs: blobs::list(row.get_ref(10)?.as_blob_or_null()?),
            })
        }
    })
}

fn item_size(item: &ChannelItem) -> usize {
    300 + match &item.content {
        ItemContent::Announcement(announcement) => announcement.body.len(),
        ItemContent::Message(message) => {
            message.ciphertext.len() + message.blobs.len() * HASH_IN_FRAME
        }
        // The quotes in it are escaped in a frame.
        ItemContent::Tombstone(order) => order.body.len() + 100,
        ItemContent::Expired(_) => 0,
    }
}

/// Takes rows until the page is large enough; always at least one.
fn page<T>(rows: impl Iterator<Item = Result<T>>, size: impl Fn(&T) -> usize) -> Result<Vec<T>> {
    let mut page = Vec::new();
    let mut bytes = 0_usize;
    for row in rows {
        let row = row?;
        bytes = bytes.saturating_add(size(&row));
        if bytes > MAX_PAGE_BYTES && !page.is_empty() {
            break;
        }
        page.push(row);
    }
    Ok(page)
}
