//! Message boundaries in a TCP stream (RFC 8489, 6.2.2; RFC 8656, 12.5). Reads lengths only.

use crate::turn::engine::MAX_PACKET;
use crate::turn::message::Malformed;

/// Length of the first frame in `bytes`, with padding, whether or not it is complete. `None`: too few bytes to
/// tell.
pub(super) fn frame_length(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    let Some(first) = bytes.first() else {
        return Ok(None);
    };
    let header = match first >> 6 {
        0 => 20,
        1 => 4,
        _ => return Err(Malformed),
    };
    let Some(&[_, _, high, low]) = bytes.first_chunk::<4>() else {
        return Ok(None);
    };
    let body = usize::from(u16::from_be_bytes([high, low]));
    if header == 20 && !body.is_multiple_of(4) {
        return Err(Malformed);
    }
    let length = header + body.next_multiple_of(4);
    if length > MAX_PACKET {
        return Err(Malformed);
    }
    Ok(Some(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_end_where_their_header_says() {
        assert_eq!(frame_length(&[]), Ok(None));
        assert_eq!(frame_length(&[0x00, 0x01, 0x00]), Ok(None));
        assert_eq!(frame_length(&[0x00, 0x01, 0x00, 0x08]), Ok(Some(28)));
        assert_eq!(frame_length(&[0x40, 0x00, 0x00, 0x05]), Ok(Some(12)));
        assert_eq!(frame_length(&[0x40, 0x00, 0x00, 0x00]), Ok(Some(4)));
    }

    #[test]
    fn what_cannot_be_a_frame_is_refused() {
        assert_eq!(frame_length(&[0x80]), Err(Malformed));
        assert_eq!(frame_length(&[0x00, 0x01, 0x00, 0x03]), Err(Malformed));
        assert_eq!(frame_length(&[0x40, 0x00, 0xFF, 0xFF]), Err(Malformed));
        assert_eq!(frame_length(&[0x00, 0x01, 0xFF, 0xFC]), Err(Malformed));
    }
}
