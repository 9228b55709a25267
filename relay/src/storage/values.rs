//! Protocol values as columns, and the two-part `place` of the schema. No statements.

use parley_protocol::ids::{ChannelId, DeviceId, MailId, MessageId, UserId};
use parley_protocol::keys::{Curve25519PublicKey, SessionId, Signature};
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
    MailId,
    MessageId,
    SessionId,
    Signature,
    UserId
);

/// A number below 2^63 as a signed integer of the database. Larger ones, which only a hostile client sends, are cut.
pub(crate) fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Back from the database's signed integer.
pub(crate) fn number(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// What a stream belongs to: the number of the log entry that made the channel or the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Owner(pub(crate) u64);

impl Owner {
    /// The place of item `seq`. Numbers above 2^32 stand for the end of the stream.
    pub(crate) fn place(self, seq: u64) -> i64 {
        let seq = seq.min(u64::from(u32::MAX));
        integer((self.0 << 32) | seq)
    }

    /// The place after the last possible item.
    pub(crate) fn end(self) -> i64 {
        self.place(u64::from(u32::MAX))
    }

    /// The item's number at a place.
    pub(crate) fn seq(place: i64) -> u64 {
        number(place) & u64::from(u32::MAX)
    }
}
