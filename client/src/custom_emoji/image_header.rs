//! Whether bytes are a small, still picture: a PNG (RFC 2083, and its Third Edition for what moves) or a WebP (RFC 9649).
//! Only what says so is read, from the first byte to the last; nothing is decoded. Any bytes give an answer.

use crate::picture::cursor::take;
use crate::picture::png;
use crate::picture::webp::{self, vp8, vp8l};

/// Points of a side.
pub const MAX_SIDE: u32 = 128;
const PNG: &[u8] = png::SIGNATURE;

/// What a picture says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageHeader {
    /// How it is written.
    pub format: Format,
    /// Points across, from 1 to [`MAX_SIDE`].
    pub width: u32,
    /// Points down, from 1 to [`MAX_SIDE`].
    pub height: u32,
}

/// How a picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Portable Network Graphics.
    Png,
    /// WebP.
    WebP,
}

/// Why bytes are no picture that can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImageFault {
    /// Neither PNG nor WebP.
    #[error("this is neither PNG nor WebP")]
    UnknownFormat,
    /// It ends too early, goes on after its end, or contradicts itself.
    #[error("the picture is damaged")]
    Damaged,
    /// It has several frames.
    #[error("the picture moves")]
    Animated,
    /// No point at all, or a side of more than [`MAX_SIDE`].
    #[error("the picture has {width} by {height} points, {MAX_SIDE} a side are allowed")]
    Size {
        /// Points across.
        width: u32,
        /// Points down.
        height: u32,
    },
}

impl ImageHeader {
    /// Reads what a picture says of itself.
    ///
    /// # Errors
    /// [`ImageFault`]
    pub fn read(bytes: &[u8]) -> Result<Self, ImageFault> {
        let (format, (width, height)) = if let Some(rest) = bytes.strip_prefix(PNG) {
            (Format::Png, png_size(rest)?)
        } else if let Some(rest) = bytes.strip_prefix(b"RIFF") {
            (Format::WebP, webp_size(rest)?)
        } else {
            return Err(ImageFault::UnknownFormat);
        };
        Ok(Self {
            format,
            width,
            height,
        })
    }
}

type Size = (u32, u32);

fn checked((width, height): Size) -> Result<Size, ImageFault> {
    let fits = |side: u32| (1..=MAX_SIDE).contains(&side);
    if fits(width) && fits(height) {
        Ok((width, height))
    } else {
        Err(ImageFault::Size { width, height })
    }
}

fn png_size(mut rest: &[u8]) -> Result<Size, ImageFault> {
    let (mut size, mut has_data) = (None, false);
    loop {
        let (kind, data) = png::chunk(&mut rest).ok_or(ImageFault::Damaged)?;
        match (&kind, size) {
            (b"acTL" | b"fcTL" | b"fdAT", _) => return Err(ImageFault::Animated),
            (b"IHDR", None) => size = Some(checked(ihdr(data).ok_or(ImageFault::Damaged)?)?),
            (b"IHDR", Some(_)) | (_, None) => return Err(ImageFault::Damaged),
            (b"IDAT", _) => has_data = true,
            (b"IEND", Some(size)) => {
                let is_whole = has_data && data.is_empty() && rest.is_empty();
                return is_whole.then_some(size).ok_or(ImageFault::Damaged);
            }
            _ => {}
        }
    }
}

fn ihdr(mut data: &[u8]) -> Option<Size> {
    let width = u32::from_be_bytes(take(&mut data)?);
    let height = u32::from_be_bytes(take(&mut data)?);
    let [depth, color, compression, filter, interlace] = data.try_into().ok()?;
    let depths: &[u8] = match color {
        0 => &[1, 2, 4, 8, 16],
        3 => &[1, 2, 4, 8],
        2 | 4 | 6 => &[8, 16],
        _ => return None,
    };
    let is_known = (compression, filter) == (0, 0) && interlace <= 1;
    (is_known && depths.contains(&depth)).then_some((width, height))
}

fn webp_size(rest: &[u8]) -> Result<Size, ImageFault> {
    let chunks = riff(rest).ok_or(ImageFault::Damaged)?;
    let mut canvas = None;
    let mut frame = None;
    let mut left = chunks;
    while !left.is_empty() {
        let is_first = left.len() == chunks.len();
        let (kind, data) = webp::chunk(&mut left).ok_or(ImageFault::Damaged)?;
        let size = match (&kind, frame) {
            (b"VP8X", None) if is_first => {
                canvas = Some(vp8x(data)?);
                continue;
            }
            (b"ANIM" | b"ANMF", _) => return Err(ImageFault::Animated),
            (b"VP8 ", None) => vp8(data),
            (b"VP8L", None) => vp8l(data),
            (b"VP8X" | b"VP8 " | b"VP8L", _) => None,
            // Only the larger form has anything beside a frame.
            _ if canvas.is_some() => continue,
            _ => None,
        };
        frame = Some(checked(size.ok_or(ImageFault::Damaged)?)?);
    }
    let frame = frame.ok_or(ImageFault::Damaged)?;
    let fits = canvas.is_none_or(|canvas| canvas == frame);
    fits.then_some(frame).ok_or(ImageFault::Damaged)
}

/// What is in a RIFF file of the kind WEBP, if it is exactly as long as it says.
fn riff(rest: &[u8]) -> Option<&[u8]> {
    let (inside, after) = webp::riff(rest)?;
    after.is_empty().then_some(inside)
}

fn vp8x(data: &[u8]) -> Result<Size, ImageFault> {
    const ANIMATED: u8 = 2;
    let (flags, size) = webp::vp8x(data).ok_or(ImageFault::Damaged)?;
    if flags & ANIMATED != 0 {
        return Err(ImageFault::Animated);
    }
    checked(size)
}

#[cfg(test)]
mod tests;
