//! How large an AVIF is: the property of its picture that says so (ISO/IEC 23008-12, section 6.5.3).

use super::cursor::{length, take, take_some, take_u32_be};

/// Boxes of one level that are looked through.
const MOST: usize = 256;

pub(super) fn is_avif(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let Some((kind, brands)) = next(&mut rest) else {
        return false;
    };
    let is_brand = |brand: &[u8]| brand == b"avif" || brand == b"avis";
    kind == *b"ftyp" && brands.chunks_exact(4).any(is_brand)
}

/// The largest that any part of it has.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let meta = find(bytes, *b"meta")?.get(4..)?;
    let mut rest = find(find(meta, *b"iprp")?, *b"ipco")?;
    let mut size = None;
    for _ in 0..MOST {
        let Some((kind, data)) = next(&mut rest) else {
            break;
        };
        if kind == *b"ispe" {
            let mut data = data.get(4..)?;
            let found = (take_u32_be(&mut data)?, take_u32_be(&mut data)?);
            let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
            size = size.filter(|it| area(*it) >= area(found)).or(Some(found));
        }
    }
    size
}

fn find(mut rest: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    for _ in 0..MOST {
        let (kind, data) = next(&mut rest)?;
        if kind == wanted {
            return Some(data);
        }
    }
    None
}

/// A box: its length with this head, its kind, its data. The last one may go on beyond what is here.
fn next<'a>(rest: &mut &'a [u8]) -> Option<([u8; 4], &'a [u8])> {
    let whole = take_u32_be(rest)?;
    let kind = take(rest)?;
    let data = match whole {
        0 => rest.len(),
        1 => {
            let long = u64::from_be_bytes(take(rest)?).checked_sub(16)?;
            usize::try_from(long).unwrap_or(usize::MAX)
        }
        whole => length(whole.checked_sub(8)?)?,
    };
    Some((kind, take_some(rest, data.min(rest.len()))?))
}
