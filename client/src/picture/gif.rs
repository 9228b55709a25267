//! The blocks of a GIF (version 89a), and which of them stay.

use super::cursor::{take, take_some};

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2c;
const END: u8 = 0x3b;

pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.get(6..)?;
    let width = u16::from_le_bytes(take(&mut rest)?);
    let height = u16::from_le_bytes(take(&mut rest)?);
    Some((width.into(), height.into()))
}

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes;
    let mut out = Vec::with_capacity(bytes.len());
    let screen = take_some(&mut rest, 13)?;
    out.extend(screen);
    out.extend(table(&mut rest, *screen.get(10)?)?);
    // A file that was cut short shows what there is.
    while let Some([kind]) = take(&mut rest) {
        match kind {
            EXTENSION => {
                let [label] = take(&mut rest)?;
                let blocks = sub_blocks(&mut rest)?;
                // How long a frame stays, texts that are drawn, and how often it begins anew. Not: comments, and what
                // programs wrote.
                let repeats = blocks.starts_with(b"\x0bNETSCAPE2.0");
                if matches!(label, 0xf9 | 0x01) || (label == 0xff && repeats) {
                    out.extend([EXTENSION, label]);
                    out.extend(blocks);
                }
            }
            IMAGE => {
                let place = take_some(&mut rest, 9)?;
                out.push(IMAGE);
                out.extend(place);
                out.extend(table(&mut rest, *place.get(8)?)?);
                out.extend(take_some(&mut rest, 1)?);
                out.extend(sub_blocks(&mut rest)?);
            }
            END => break,
            _ => return None,
        }
    }
    out.push(END);
    Some(out)
}

/// A table of colours, if there is one.
fn table<'a>(rest: &mut &'a [u8], flags: u8) -> Option<&'a [u8]> {
    let colours = if flags & 0x80 == 0 {
        0
    } else {
        2_usize << (flags & 7)
    };
    take_some(rest, colours * 3)
}

/// Blocks up to the empty one, with it.
fn sub_blocks<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let whole = *rest;
    loop {
        let [length] = take(rest)?;
        if length == 0 {
            return whole.get(..whole.len().checked_sub(rest.len())?);
        }
        take_some(rest, length.into())?;
    }
}
