//! A picture in some twenty bytes, shown until it is here: a `ThumbHash` (<https://evanw.github.io/thumbhash/>) in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Points of a side from which a preview is made, at most.
pub const MAX_SIDE: u32 = 100;
/// Letters of a preview.
pub const MAX_CHARS: usize = 64;

/// Points with their colours, to be drawn large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Points across, from 1 to 32.
    pub width: u32,
    /// Points down, from 1 to 32.
    pub height: u32,
    /// Red, green, blue and opacity of each point, row by row.
    pub rgba: Vec<u8>,
}

/// The preview of a small picture: `rgba` has four bytes for each point, row by row. `None` where the sides are not from 1
/// to [`MAX_SIDE`], or `rgba` does not match them.
pub fn write(width: u32, height: u32, rgba: &[u8]) -> Option<String> {
    let fits = |side| (1..=MAX_SIDE).contains(&side);
    if !fits(width) || !fits(height) {
        return None;
    }
    let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
    if rgba.len() != width * height * 4 {
        return None;
    }
    Some(STANDARD.encode(thumbhash::rgba_to_thumb_hash(width, height, rgba)))
}

/// What a preview shows. `None` where it is none.
pub fn read(text: &str) -> Option<Preview> {
    if text.len() > MAX_CHARS {
        return None;
    }
    let bytes = STANDARD.decode(text).ok()?;
    let (width, height, rgba) = thumbhash::thumb_hash_to_rgba(&bytes).ok()?;
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    (width > 0 && height > 0).then_some(Preview {
        width,
        height,
        rgba,
    })
}
