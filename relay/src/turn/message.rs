//! Parses STUN messages and `ChannelData` headers strictly: lengths, padding and the magic cookie must be right.
//!
//! The library's own decoder reads past the end of some truncated messages, so it never gets bytes from outside.

use std::net::SocketAddr;

use turn_server::codec::{crypto::hmac_sha1, message::attributes::address::XAddress};

use super::nonce::same;

/// Names of methods and attributes that this server uses (RFC 8489, RFC 8656).
pub(super) mod names {
    pub(crate) const BINDING_REQUEST: u16 = 0x0001;
    pub(crate) const ALLOCATE_REQUEST: u16 = 0x0003;
    pub(crate) const REFRESH_REQUEST: u16 = 0x0004;
    pub(crate) const CREATE_PERMISSION_REQUEST: u16 = 0x0008;
    pub(crate) const CHANNEL_BIND_REQUEST: u16 = 0x0009;
    pub(crate) const SEND_INDICATION: u16 = 0x0016;
    pub(crate) const DATA_INDICATION: u16 = 0x0017;
    /// Added to a request's type for its success response.
    pub(crate) const SUCCESS: u16 = 0x0100;
    /// Added to a request's type for its error response.
    pub(crate) const ERROR: u16 = 0x0110;

    pub(crate) const USERNAME: u16 = 0x0006;
    pub(crate) const MESSAGE_INTEGRITY: u16 = 0x0008;
    pub(crate) const ERROR_CODE: u16 = 0x0009;
    pub(crate) const UNKNOWN_ATTRIBUTES: u16 = 0x000A;
    pub(crate) const CHANNEL_NUMBER: u16 = 0x000C;
    pub(crate) const LIFETIME: u16 = 0x000D;
    pub(crate) const XOR_PEER_ADDRESS: u16 = 0x0012;
    pub(crate) const DATA: u16 = 0x0013;
    pub(crate) const REALM: u16 = 0x0014;
    pub(crate) const NONCE: u16 = 0x0015;
    pub(crate) const XOR_RELAYED_ADDRESS: u16 = 0x0016;
    pub(crate) const REQUESTED_ADDRESS_FAMILY: u16 = 0x0017;
    pub(crate) const EVEN_PORT: u16 = 0x0018;
    pub(crate) const REQUESTED_TRANSPORT: u16 = 0x0019;

    /// Comprehension-required attributes (below 0x8000) that are understood; any other must be refused.
    /// RESERVATION-TOKEN is left out on purpose: no tokens are issued.
    pub(crate) const UNDERSTOOD: [u16; 20] = [
        0x0001, 0x0006, 0x0008, 0x0009, 0x000A, 0x000C, 0x000D, 0x0012, 0x0013, 0x0014, 0x0015,
        0x0016, 0x0017, 0x0018, 0x0019, 0x001C, 0x001D, 0x001E, 0x0020, 0x0024,
    ];
}

pub(super) type TransactionId = [u8; 12];

const HEADER: usize = 20;
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];

/// The bytes are neither a STUN message nor `ChannelData`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a STUN message or ChannelData")]
pub(super) struct Malformed;

/// A STUN message whose attributes are known to be well-formed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Message<'a> {
    pub(super) kind: u16,
    pub(super) transaction: &'a TransactionId,
    bytes: &'a [u8],
    integrity: Option<Integrity<'a>>,
}

#[derive(Debug, Clone, Copy)]
struct Integrity<'a> {
    offset: usize,
    tag: &'a [u8],
}

impl<'a> Message<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let (kind, rest) = bytes.split_first_chunk::<2>().ok_or(Malformed)?;
        let (length, rest) = rest.split_first_chunk::<2>().ok_or(Malformed)?;
        let (cookie, rest) = rest.split_first_chunk::<4>().ok_or(Malformed)?;
        let (transaction, body) = rest.split_first_chunk::<12>().ok_or(Malformed)?;
        let kind = u16::from_be_bytes(*kind);
        let length = usize::from(u16::from_be_bytes(*length));
        if kind & 0xC000 != 0 || *cookie != MAGIC_COOKIE || length != body.len() {
            return Err(Malformed);
        }
        Ok(Self {
            kind,
            transaction,
            bytes,
            integrity: find_integrity(body)?,
        })
    }

    /// The first value of an attribute that MESSAGE-INTEGRITY covers.
    pub(super) fn get(&self, kind: u16) -> Option<&'a [u8]> {
        self.all(kind).next()
    }

    pub(super) fn text(&self, kind: u16) -> Option<&'a str> {
        std::str::from_utf8(self.get(kind)?).ok()
    }

    pub(super) fn number(&self, kind: u16) -> Option<u32> {
        self.get(kind)?.try_into().ok().map(u32::from_be_bytes)
    }

    /// All addresses of this attribute; `None` for malformed ones.
    pub(super) fn addresses(&self, kind: u16) -> impl Iterator<Item = Option<SocketAddr>> {
        self.all(kind)
            .map(|value| XAddress::deserialize(value, self.transaction, true).ok())
    }

    /// Comprehension-required attributes that are not understood.
    pub(super) fn unknown_attributes(&self) -> impl Iterator<Item = u16> {
        self.attributes()
            .map(|(kind, _)| kind)
            .filter(|kind| *kind < 0x8000 && !names::UNDERSTOOD.contains(kind))
    }

    pub(super) fn is_signed(&self) -> bool {
        self.integrity.is_some()
    }

    /// Whether MESSAGE-INTEGRITY was made with this key.
    pub(super) fn is_signed_with(&self, key: &[u8; 16]) -> bool {
        let Some(Integrity { offset, tag }) = self.integrity else {
            return false;
        };
        let Some((covered, _)) = self.bytes.split_at_checked(offset) else {
            return false;
        };
        let Some((kind_and_length, rest)) = covered.split_first_chunk::<4>() else {
            return false;
        };
        let Ok(length) = u16::try_from(offset + 4 + tag.len() - HEADER) else {
            return false;
        };
        let [a, b, _, _] = *kind_and_length;
        let [c, d] = length.to_be_bytes();
        same(tag, &hmac_sha1(key, &[&[a, b, c, d], rest]))
    }

    fn all(&self, wanted: u16) -> impl Iterator<Item = &'a [u8]> {
        self.attributes()
            .filter(move |(kind, _)| *kind == wanted)
            .map(|(_, value)| value)
    }

    /// Attributes up to MESSAGE-INTEGRITY; what follows it is not protected.
    fn attributes(&self) -> impl Iterator<Item = (u16, &'a [u8])> {
        let end = self.integrity.map_or(self.bytes.len(), |it| it.offset);
        let covered = self.bytes.get(HEADER..end).unwrap_or_default();
        Attributes { rest: covered }.map_while(Result::ok)
    }
}

/// Walks all attributes, so that every later walk succeeds.
fn find_integrity(body: &[u8]) -> Result<Option<Integrity<'_>>, Malformed> {
    let mut found = None;
    let mut walk = Attributes { rest: body };
    loop {
        let offset = HEADER + body.len() - walk.rest.len();
        let Some(attribute) = walk.next() else {
            return Ok(found);
        };
        let (kind, tag) = attribute?;
        if kind == names::MESSAGE_INTEGRITY && found.is_none() {
            if tag.len() != 20 {
                return Err(Malformed);
            }
            found = Some(Integrity { offset, tag });
        }
    }
}

struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    fn take(&mut self) -> Option<(u16, &'a [u8])> {
        let (kind, rest) = self.rest.split_first_chunk::<2>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (padded, rest) = rest.split_at_checked(length.next_multiple_of(4))?;
        let (value, _) = padded.split_at_checked(length)?;
        self.rest = rest;
        Some((u16::from_be_bytes(*kind), value))
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<(u16, &'a [u8]), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        Some(self.take().ok_or(Malformed))
    }
}

/// The header of `ChannelData`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChannelHeader {
    pub(super) channel: u16,
    /// Payload bytes, without padding.
    pub(super) length: usize,
}

impl ChannelHeader {
    pub(super) const SIZE: usize = 4;

    /// Reads the header and checks that the whole payload is there. Padding
    /// may follow it.
    pub(super) fn parse(packet: &[u8]) -> Result<Self, Malformed> {
        let (channel, rest) = packet.split_first_chunk::<2>().ok_or(Malformed)?;
        let (length, rest) = rest.split_first_chunk::<2>().ok_or(Malformed)?;
        let length = usize::from(u16::from_be_bytes(*length));
        if length > rest.len() {
            return Err(Malformed);
        }
        Ok(Self {
            channel: u16::from_be_bytes(*channel),
            length,
        })
    }
}
