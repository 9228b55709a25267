//! Encodes STUN messages.

use std::net::SocketAddr;

use bytes::{BufMut, BytesMut};
use turn_server::codec::{crypto::hmac_sha1, message::attributes::address::XAddress};

use super::message::{TransactionId, names};

/// Minimum capacity before writing. The library's encoder needs two spare bytes at any time, and no message here
/// comes near this size.
pub(super) const ROOM: usize = 4096;

/// A message being written into a reused buffer.
pub(super) struct Encoder<'a> {
    out: &'a mut BytesMut,
    transaction: TransactionId,
}

impl<'a> Encoder<'a> {
    pub(super) fn new(out: &'a mut BytesMut, kind: u16, transaction: TransactionId) -> Self {
        out.clear();
        out.reserve(ROOM);
        out.put_u16(kind);
        out.put_u16(0);
        out.put_u32(0x2112_A442);
        out.put_slice(&transaction);
        Self { out, transaction }
    }

    /// Adds an attribute. Values are ours or come from a checked message, so
    /// they are always shorter than 64 KiB.
    pub(super) fn attribute(self, kind: u16, value: &[u8]) -> Self {
        self.out.put_u16(kind);
        self.out.put_u16(u16::try_from(value.len()).unwrap_or(0));
        self.out.put_slice(value);
        let padding = value.len().next_multiple_of(4) - value.len();
        self.out.put_bytes(0, padding);
        self
    }

    pub(super) fn address(self, kind: u16, addr: SocketAddr) -> Self {
        self.out.put_u16(kind);
        self.out.put_u16(if addr.is_ipv4() { 8 } else { 20 });
        XAddress::serialize(&addr, &self.transaction, self.out, true);
        self
    }

    /// Ends the message without a signature.
    pub(super) fn finish(self) {
        let total = self.out.len();
        set_length(self.out, total);
    }

    /// Ends the message with MESSAGE-INTEGRITY.
    pub(super) fn finish_signed(self, key: &[u8; 16]) {
        const INTEGRITY: usize = 24;
        let total = self.out.len() + INTEGRITY;
        set_length(self.out, total);
        let tag = hmac_sha1(key, &[self.out]);
        self.attribute(names::MESSAGE_INTEGRITY, &tag).finish();
    }
}

/// Writes the length of the body into the header.
fn set_length(out: &mut BytesMut, total: usize) {
    let body = u16::try_from(total.saturating_sub(20)).unwrap_or(0);
    if let Some(field) = out.get_mut(2..4) {
        field.copy_from_slice(&body.to_be_bytes());
    }
}

/// Writes `ChannelData`, without padding.
pub(super) fn channel_data(out: &mut BytesMut, channel: u16, payload: &[u8]) {
    out.clear();
    out.reserve(ROOM);
    out.put_u16(channel);
    out.put_u16(u16::try_from(payload.len()).unwrap_or(0));
    out.put_slice(payload);
}
