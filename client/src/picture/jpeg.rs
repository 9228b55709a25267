//! The segments of a JPEG (ITU-T T.81, Annex B), and which of them stay.

use super::cursor::{take, take_some, take_u16_be};
use super::exif::{self, Orientation};

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const COMMENT: u8 = 0xfe;
/// What a segment of JFIF is without the thumbnail.
const JFIF_LENGTH: usize = 12;

type Size = (u32, u32);

struct Segment<'a> {
    marker: u8,
    /// What follows its length.
    data: &'a [u8],
}

/// The next segment, up to the compressed data of a scan.
fn segment<'a>(rest: &mut &'a [u8]) -> Option<Segment<'a>> {
    let [0xff] = take(rest)? else { return None };
    let marker = loop {
        // Any number of these may stand before a marker.
        match take(rest)? {
            [0xff] => {}
            [marker] => break marker,
        }
    };
    let is_alone = matches!(marker, 0x01 | 0xd0..=0xd9);
    let data: &[u8] = if is_alone {
        &[]
    } else {
        let length = take_u16_be(rest)?.checked_sub(2)?;
        take_some(rest, usize::from(length))?
    };
    Some(Segment { marker, data })
}

/// The compressed data of a scan: all up to the next marker that does not belong to it.
fn scan<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let is_marker =
        |two: &[u8]| matches!(two, [0xff, code] if !matches!(code, 0 | 0xd0..=0xd7 | 0xff));
    // A file that was cut short shows what there is.
    let end = rest.windows(2).position(is_marker).unwrap_or(rest.len());
    take_some(rest, end).unwrap_or_default()
}

fn orientation_of(data: &[u8]) -> Option<Orientation> {
    Orientation::read(data.strip_prefix(exif::PREFIX)?)
}

pub(super) fn size(bytes: &[u8]) -> Option<(Size, Orientation)> {
    let mut rest = bytes;
    if segment(&mut rest)?.marker != START {
        return None;
    }
    let mut orientation = Orientation::default();
    loop {
        let Segment { marker, data } = segment(&mut rest)?;
        match marker {
            0xe1 => orientation = orientation_of(data).unwrap_or(orientation),
            // Frames: all but the tables and the extension that share their numbers.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let mut data = data.get(1..)?;
                let height = take_u16_be(&mut data)?;
                let width = take_u16_be(&mut data)?;
                return Some(((width.into(), height.into()), orientation));
            }
            SCAN | END => return None,
            _ => {}
        }
    }
}

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes;
    if segment(&mut rest)?.marker != START {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len());
    out.extend([0xff, START]);
    let mut has_scan = false;
    loop {
        if has_scan && rest.is_empty() {
            break;
        }
        let Segment { marker, data } = segment(&mut rest)?;
        if marker == END {
            break;
        }
        if let Some(kept) = kept(marker, data) {
            put(&mut out, marker, &kept)?;
        }
        if marker == SCAN {
            has_scan = true;
            out.extend(scan(&mut rest));
        }
    }
    // What stands after the end belongs to something else, such as a film or a second picture.
    out.extend([0xff, END]);
    has_scan.then_some(out)
}

/// What stays of a segment.
fn kept(marker: u8, data: &[u8]) -> Option<Vec<u8>> {
    match marker {
        0xe0 if data.starts_with(b"JFIF\0") => {
            let mut jfif = data.get(..JFIF_LENGTH)?.to_vec();
            jfif.extend([0, 0]);
            Some(jfif)
        }
        0xe1 => {
            let tiff = orientation_of(data)?.written()?;
            Some([exif::PREFIX, &tiff].concat())
        }
        0xe2 if data.starts_with(b"ICC_PROFILE\0") => Some(data.to_vec()),
        // How the colours are written.
        0xee if data.starts_with(b"Adobe") => Some(data.to_vec()),
        0xe0..=0xef | COMMENT => None,
        _ => Some(data.to_vec()),
    }
}

fn put(out: &mut Vec<u8>, marker: u8, data: &[u8]) -> Option<()> {
    out.extend([0xff, marker]);
    if !matches!(marker, 0x01 | 0xd0..=0xd9) {
        let length = u16::try_from(data.len().checked_add(2)?).ok()?;
        out.extend(length.to_be_bytes());
        out.extend(data);
    }
    Some(())
}
