//! Whether bytes are a small, still picture: a PNG (RFC 2083, and its Third Edition for what moves) or a WebP (RFC 9649).
//! Only what says so is read, from the first byte to the last; nothing is decoded. Any bytes give an answer.

/// Points of a side.
pub const MAX_SIDE: u32 = 128;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

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
            (Format::Png, png(rest)?)
        } else if let Some(rest) = bytes.strip_prefix(b"RIFF") {
            (Format::WebP, webp(rest)?)
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

fn png(mut rest: &[u8]) -> Result<Size, ImageFault> {
    let (mut size, mut has_data) = (None, false);
    loop {
        let (kind, data) = png_chunk(&mut rest).ok_or(ImageFault::Damaged)?;
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

/// Length, kind, data, and a sum that whoever decodes it checks.
fn png_chunk<'a>(rest: &mut &'a [u8]) -> Option<([u8; 4], &'a [u8])> {
    let length = u32::from_be_bytes(take(rest)?);
    let kind = take(rest)?;
    let data = take_some(rest, length)?;
    let _sum: [u8; 4] = take(rest)?;
    Some((kind, data))
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

fn webp(rest: &[u8]) -> Result<Size, ImageFault> {
    let chunks = riff(rest).ok_or(ImageFault::Damaged)?;
    let mut canvas = None;
    let mut frame = None;
    let mut left = chunks;
    while !left.is_empty() {
        let is_first = left.len() == chunks.len();
        let (kind, data) = webp_chunk(&mut left).ok_or(ImageFault::Damaged)?;
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
fn riff(mut rest: &[u8]) -> Option<&[u8]> {
    let length = u32::from_le_bytes(take(&mut rest)?);
    let is_whole = usize::try_from(length).ok()? == rest.len();
    let kind: [u8; 4] = take(&mut rest)?;
    (is_whole && kind == *b"WEBP").then_some(rest)
}

fn webp_chunk<'a>(rest: &mut &'a [u8]) -> Option<([u8; 4], &'a [u8])> {
    let kind = take(rest)?;
    let length = u32::from_le_bytes(take(rest)?);
    let data = take_some(rest, length)?;
    if length % 2 == 1 {
        let _padding: [u8; 1] = take(rest)?;
    }
    Some((kind, data))
}

fn vp8x(mut data: &[u8]) -> Result<Size, ImageFault> {
    const ANIMATED: u8 = 2;
    let mut read = || {
        let [flags, _, _, _] = take(&mut data)?;
        let width = take_24(&mut data)? + 1;
        let height = take_24(&mut data)? + 1;
        data.is_empty().then_some((flags, (width, height)))
    };
    let (flags, size) = read().ok_or(ImageFault::Damaged)?;
    if flags & ANIMATED != 0 {
        return Err(ImageFault::Animated);
    }
    checked(size)
}

/// A key frame of VP8 (RFC 6386 section 9.1).
fn vp8(mut data: &[u8]) -> Option<Size> {
    let [tag, _, _] = take(&mut data)?;
    let start: [u8; 3] = take(&mut data)?;
    let width = u16::from_le_bytes(take(&mut data)?);
    let height = u16::from_le_bytes(take(&mut data)?);
    let is_frame = tag & 1 == 0 && start == [0x9d, 0x01, 0x2a] && !data.is_empty();
    is_frame.then_some((u32::from(width & 0x3fff), u32::from(height & 0x3fff)))
}

fn vp8l(mut data: &[u8]) -> Option<Size> {
    let [signature] = take(&mut data)?;
    let bits = u32::from_le_bytes(take(&mut data)?);
    let is_frame = signature == 0x2f && bits >> 29 == 0 && !data.is_empty();
    is_frame.then_some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, others) = rest.split_first_chunk()?;
    *rest = others;
    Some(*first)
}

fn take_some<'a>(rest: &mut &'a [u8], length: u32) -> Option<&'a [u8]> {
    let (first, others) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = others;
    Some(first)
}

fn take_24(rest: &mut &[u8]) -> Option<u32> {
    let [a, b, c] = take(rest)?;
    Some(u32::from_le_bytes([a, b, c, 0]))
}

#[cfg(test)]
mod tests;
