//! What a picture says of itself in its first parts: how it is written, how large it is, and which way is up.

use super::exif::Orientation;
use super::{avif, gif, jpeg, png, webp};

/// Points of a picture that is decoded at most: with four bytes each, 256 MiB. A file of a few bytes can claim far more,
/// and would take the page's memory.
pub const MAX_POINTS: u64 = 64 * 1024 * 1024;
/// Points of a side. More has no place on a canvas.
pub const MAX_SIDE: u32 = 32_767;

/// How a picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Portable Network Graphics, Third Edition; also one that moves.
    Png,
    /// ITU-T T.81.
    Jpeg,
    /// GIF 87a and 89a.
    Gif,
    /// RFC 9649.
    WebP,
    /// AV1 Image File Format.
    Avif,
}

impl Format {
    /// By the first bytes, whatever the file is called.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(png::SIGNATURE) {
            Some(Self::Png)
        } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
            Some(Self::Gif)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::WebP)
        } else {
            avif::is_avif(bytes).then_some(Self::Avif)
        }
    }

    /// Its media type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Avif => "image/avif",
        }
    }
}

/// What a picture says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureHeader {
    /// How it is written.
    pub format: Format,
    /// Points across as it is shown, from 1 to [`MAX_SIDE`].
    pub width: u32,
    /// Points down as it is shown, from 1 to [`MAX_SIDE`].
    pub height: u32,
    /// How it is turned before it is shown.
    pub orientation: Orientation,
}

/// Why bytes are no picture that can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureFault {
    /// None of the formats that are shown.
    #[error("this is no picture of a known format")]
    UnknownFormat,
    /// It ends too early or contradicts itself.
    #[error("the picture is damaged")]
    Damaged,
    /// More than [`MAX_POINTS`], a side of more than [`MAX_SIDE`], or no point at all.
    #[error("the picture has {width} by {height} points, {MAX_POINTS} in all are allowed")]
    Size {
        /// Points across.
        width: u32,
        /// Points down.
        height: u32,
    },
}

impl PictureHeader {
    /// Reads what a picture says of itself. The beginning of the file is enough, if it goes as far as that.
    ///
    /// # Errors
    /// [`PictureFault`]
    pub fn read(bytes: &[u8]) -> Result<Self, PictureFault> {
        let format = Format::of(bytes).ok_or(PictureFault::UnknownFormat)?;
        let upright = |size| (size, Orientation::default());
        let found = match format {
            Format::Png => png::size(bytes),
            Format::Jpeg => jpeg::size(bytes),
            Format::Gif => gif::size(bytes).map(upright),
            Format::WebP => webp::size(bytes),
            Format::Avif => avif::size(bytes).map(upright),
        };
        let ((width, height), orientation) = found.ok_or(PictureFault::Damaged)?;
        let (width, height) = if orientation.is_on_its_side() {
            (height, width)
        } else {
            (width, height)
        };
        let fits = |side| (1..=MAX_SIDE).contains(&side);
        let points = u64::from(width) * u64::from(height);
        if !fits(width) || !fits(height) || points > MAX_POINTS {
            return Err(PictureFault::Size { width, height });
        }
        Ok(Self {
            format,
            width,
            height,
            orientation,
        })
    }
}
