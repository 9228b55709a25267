//! Pictures that people send: what a file says of itself before anybody decodes it, and the same file without what it
//! tells of place, time and camera. Nothing is decoded and nothing is compressed anew, so no detail is lost; any bytes
//! give an answer.
//!
//! | file | what is there |
//! |---|---|
//! | `header` | format, size and orientation |
//! | `jpeg`, `png`, `gif`, `webp` | the parts of a file, and which of them stay |
//! | `avif` | the size of an AVIF |
//! | `exif` | the one value of it that stays: which way is up |
//! | `preview` | a few bytes that show what is coming |

mod avif;
pub(crate) mod cursor;
mod exif;
mod gif;
mod header;
mod jpeg;
pub(crate) mod png;
pub mod preview;
pub(crate) mod webp;

pub use exif::Orientation;
pub use header::{Format, MAX_POINTS, MAX_SIDE, PictureFault, PictureHeader};

/// The file without anything that a viewer does not need: no place, time, camera, comment, hidden thumbnail, and nothing
/// after its end. What it looks like stays as it is: colour profile, movement, and which way is up.
///
/// # Errors
/// [`PictureFault`]. An AVIF keeps such things where they cannot be cut out: [`PictureFault::UnknownFormat`].
pub fn without_metadata(bytes: &[u8]) -> Result<Vec<u8>, PictureFault> {
    let stripped = match Format::of(bytes) {
        Some(Format::Jpeg) => jpeg::strip(bytes),
        Some(Format::Png) => png::strip(bytes),
        Some(Format::Gif) => gif::strip(bytes),
        Some(Format::WebP) => webp::strip(bytes),
        Some(Format::Avif) | None => return Err(PictureFault::UnknownFormat),
    };
    stripped.ok_or(PictureFault::Damaged)
}

#[cfg(test)]
mod tests;
