//! The chunks of a WebP (RFC 9649), and which of them stay.

use super::cursor::{length, take, take_some, take_u24_le};
use super::exif::{self, Orientation};

/// Flags of the extended form that say that such a chunk follows.
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;

type Size = (u32, u32);

/// What is in a RIFF file of the kind WEBP: as long as it says, and what stands after its end.
pub(crate) fn riff(mut rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let whole = length(u32::from_le_bytes(take(&mut rest)?))?;
    let mut inside = take_some(&mut rest, whole)?;
    let kind: [u8; 4] = take(&mut inside)?;
    (kind == *b"WEBP").then_some((inside, rest))
}

pub(crate) fn chunk<'a>(rest: &mut &'a [u8]) -> Option<([u8; 4], &'a [u8])> {
    let kind = take(rest)?;
    let data_length = length(u32::from_le_bytes(take(rest)?))?;
    let data = take_some(rest, data_length)?;
    if data_length % 2 == 1 {
        let _padding: [u8; 1] = take(rest)?;
    }
    Some((kind, data))
}

/// Flags, and the size of the canvas.
pub(crate) fn vp8x(mut data: &[u8]) -> Option<(u8, Size)> {
    let [flags, _, _, _] = take(&mut data)?;
    let width = take_u24_le(&mut data)? + 1;
    let height = take_u24_le(&mut data)? + 1;
    data.is_empty().then_some((flags, (width, height)))
}

/// A key frame of VP8 (RFC 6386 section 9.1).
pub(crate) fn vp8(mut data: &[u8]) -> Option<Size> {
    let [tag, _, _] = take(&mut data)?;
    let start: [u8; 3] = take(&mut data)?;
    let width = u16::from_le_bytes(take(&mut data)?);
    let height = u16::from_le_bytes(take(&mut data)?);
    let is_frame = tag & 1 == 0 && start == [0x9d, 0x01, 0x2a] && !data.is_empty();
    is_frame.then_some((u32::from(width & 0x3fff), u32::from(height & 0x3fff)))
}

pub(crate) fn vp8l(mut data: &[u8]) -> Option<Size> {
    let [signature] = take(&mut data)?;
    let bits = u32::from_le_bytes(take(&mut data)?);
    let is_frame = signature == 0x2f && bits >> 29 == 0 && !data.is_empty();
    is_frame.then_some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
}

fn orientation_of(data: &[u8]) -> Option<Orientation> {
    // Some programs write what a JPEG has before it.
    Orientation::read(data.strip_prefix(exif::PREFIX).unwrap_or(data))
}

/// The file may end after its first chunk: what says which way is up stands last, and is looked for if it is there.
pub(super) fn size(bytes: &[u8]) -> Option<(Size, Orientation)> {
    let mut rest = bytes.get(12..)?;
    let kind: [u8; 4] = take(&mut rest)?;
    let said = u32::from_le_bytes(take(&mut rest)?);
    let data = rest.get(..length(said)?.min(rest.len()))?;
    let size = match &kind {
        b"VP8X" => vp8x(data)?.1,
        b"VP8 " => vp8(data)?,
        b"VP8L" => vp8l(data)?,
        _ => return None,
    };
    Some((size, turned(bytes).unwrap_or_default()))
}

fn turned(bytes: &[u8]) -> Option<Orientation> {
    let (mut rest, _) = riff(bytes.get(4..)?)?;
    loop {
        let (kind, data) = chunk(&mut rest)?;
        if kind == *b"EXIF" {
            return orientation_of(data);
        }
    }
}

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut rest, _) = riff(bytes.get(4..)?)?;
    let exif = turned(bytes).and_then(Orientation::written);
    let mut inside = Vec::with_capacity(bytes.len());
    inside.extend(b"WEBP");
    let mut has_frame = false;
    while !rest.is_empty() {
        let (kind, data) = chunk(&mut rest)?;
        match &kind {
            b"VP8X" => {
                let mut data = data.to_vec();
                let flags = data.first_mut()?;
                *flags &= !(HAS_EXIF | HAS_XMP);
                if exif.is_some() {
                    *flags |= HAS_EXIF;
                }
                put(&mut inside, kind, &data)?;
            }
            b"VP8 " | b"VP8L" | b"ANMF" => {
                has_frame = true;
                put(&mut inside, kind, data)?;
            }
            b"ALPH" | b"ANIM" | b"ICCP" => put(&mut inside, kind, data)?,
            _ => {}
        }
    }
    if let Some(exif) = exif {
        put(&mut inside, *b"EXIF", &exif)?;
    }
    let whole = u32::try_from(inside.len()).ok()?;
    has_frame.then(|| [b"RIFF", &whole.to_le_bytes()[..], &inside].concat())
}

fn put(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) -> Option<()> {
    out.extend(kind);
    out.extend(u32::try_from(data.len()).ok()?.to_le_bytes());
    out.extend(data);
    if data.len() % 2 == 1 {
        out.push(0);
    }
    Some(())
}
