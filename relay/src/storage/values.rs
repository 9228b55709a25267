//! Protocol values as columns, and the combined `place` key of the schema. No statements.

use parley_protocol::ids::{ChannelId, DeviceId, MailId, MessageId, ShareId, UserId};
use parley_protocol::keys::{Curve25519PublicKey, Hash, SessionId, Signature};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// A fixed-size protocol value in a BLOB column.
pub(crate) struct Blob<T>(pub(crate) T);

macro_rules! blob {
    ($($name:ident),*) => {$(
        impl ToSql for Blob<&$name> {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.0.as_bytes())))
            }
        }

        impl FromSql for Blob<$name> {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let bytes = value.as_blob()?;
                let bytes = bytes.try_into().map_err(|_| FromSqlError::InvalidBlobSize {
                    expected_size: $name::LENGTH,
                    blob_size: bytes.len(),
                })?;
                Ok(Self($name::from_bytes(bytes)))
            }
        }
    )*};
}

blob!(
    ChannelId,
    Curve25519PublicKey,
    DeviceId,
    Hash,
    MailId,
    MessageId,
    SessionId,
    ShareId,
    Signature,
    UserId
);

/// Why the text of an item is gone, as the schema's column `removal` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removal {
    None,
    Ordered,
    Expired,
}

impl ToSql for Removal {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(*self as i64))
    }
}

impl FromSql for Removal {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_i64()? {
            0 => Ok(Self::None),
            1 => Ok(Self::Ordered),
            2 => Ok(Self::Expired),
            other => Err(FromSqlError::OutOfRange(other)),
        }
    }
}

/// A number as the database's signed integer. Those above 2^63, which only a hostile client sends, are clamped.
pub(crate) fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The inverse of [`integer`].
pub(crate) fn number(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// A channel's or a mailbox's stream: the sequence number of the log entry that created the channel or device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct StreamId(pub(crate) u64);

impl StreamId {
    /// The `place` of sequence number `seq`. Numbers above 2^32 are clamped to the end of the stream.
    pub(crate) fn row(self, seq: u64) -> i64 {
        let seq = seq.min(u64::from(u32::MAX));
        integer((self.0 << 32) | seq)
    }

    /// The largest `place` of the stream.
    pub(crate) fn end(self) -> i64 {
        self.row(u64::from(u32::MAX))
    }

    /// The sequence number in a `place`.
    pub(crate) fn seq(place: i64) -> u64 {
        number(place) & u64::from(u32::MAX)
    }
}
