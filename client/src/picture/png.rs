//! The chunks of a PNG (Third Edition), and which of them stay.

use super::cursor::{length, take, take_some, take_u32_be};
use super::exif::Orientation;

pub(crate) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Beside the critical ones: how it looks and how it moves.
const KEPT: [&[u8; 4]; 15] = [
    b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD",
    b"hIST", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

type Size = (u32, u32);

/// Length, kind, data, and a sum that whoever decodes it checks.
pub(crate) fn chunk<'a>(rest: &mut &'a [u8]) -> Option<([u8; 4], &'a [u8])> {
    let (kind, data, _sum) = whole_chunk(rest)?;
    Some((kind, data))
}

fn whole_chunk<'a>(rest: &mut &'a [u8]) -> Option<([u8; 4], &'a [u8], [u8; 4])> {
    let data_length = length(take_u32_be(rest)?)?;
    let kind = take(rest)?;
    let data = take_some(rest, data_length)?;
    Some((kind, data, take(rest)?))
}

/// What says which way is up may stand after the size, and has to stand before the data.
pub(super) fn size(bytes: &[u8]) -> Option<(Size, Orientation)> {
    let mut rest = bytes.strip_prefix(SIGNATURE)?;
    let (b"IHDR", mut data) = chunk(&mut rest)
        .as_ref()
        .map(|(kind, data)| (kind, *data))?
    else {
        return None;
    };
    let size = (take_u32_be(&mut data)?, take_u32_be(&mut data)?);
    while let Some((kind, data)) = chunk(&mut rest) {
        match &kind {
            b"eXIf" => return Some((size, Orientation::read(data).unwrap_or_default())),
            b"IDAT" => break,
            _ => {}
        }
    }
    Some((size, Orientation::default()))
}

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(SIGNATURE)?;
    let mut out = Vec::with_capacity(bytes.len());
    out.extend(SIGNATURE);
    loop {
        let (kind, data, sum) = whole_chunk(&mut rest)?;
        let is_critical = kind.first().is_some_and(u8::is_ascii_uppercase);
        if is_critical || KEPT.contains(&&kind) {
            put(&mut out, kind, data, sum)?;
        } else if kind == *b"eXIf"
            && let Some(tiff) = Orientation::read(data).and_then(Orientation::written)
        {
            let sum = crc(&[&kind[..], &tiff].concat()).to_be_bytes();
            put(&mut out, kind, &tiff, sum)?;
        }
        if kind == *b"IEND" {
            return Some(out);
        }
    }
}

fn put(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8], sum: [u8; 4]) -> Option<()> {
    out.extend(u32::try_from(data.len()).ok()?.to_be_bytes());
    out.extend(kind);
    out.extend(data);
    out.extend(sum);
    Some(())
}

/// The sum over kind and data of a chunk (Annex D). For a few bytes, so without a table.
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
    let fold = |sum, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum));
    !bytes.iter().fold(u32::MAX, fold)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sum_is_that_of_the_standard() {
        assert_eq!(super::crc(b"IEND"), 0xae42_6082);
    }
}
