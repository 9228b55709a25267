//! Exif 2.32, as far as it says which way is up. Everything else in it is about the person who took the picture.

use super::cursor::{length, take, take_some};

/// What an APP1 segment of a JPEG begins with.
pub(super) const PREFIX: &[u8] = b"Exif\0\0";
const ORIENTATION: u16 = 0x0112;
/// Entries of the first directory that are looked through.
const MOST: u16 = 512;

/// How a picture is turned before it is shown: 1 is not at all, 5 to 8 lay it on its side (TIFF 6.0, tag 274).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Orientation(u8);

impl Default for Orientation {
    fn default() -> Self {
        Self(1)
    }
}

impl Orientation {
    fn new(value: u16) -> Option<Self> {
        let value = u8::try_from(value).ok()?;
        (1..=8).contains(&value).then_some(Self(value))
    }

    /// Whether width and height change places.
    pub fn is_on_its_side(self) -> bool {
        self.0 >= 5
    }

    /// Reads it out of a TIFF structure.
    pub(super) fn read(tiff: &[u8]) -> Option<Self> {
        let mut rest = tiff;
        let is_big = match &take::<4>(&mut rest)? {
            b"MM\0*" => true,
            b"II*\0" => false,
            _ => return None,
        };
        let u16_of = |bytes| {
            if is_big {
                u16::from_be_bytes(bytes)
            } else {
                u16::from_le_bytes(bytes)
            }
        };
        let at = take(&mut rest)?;
        let at = if is_big {
            u32::from_be_bytes(at)
        } else {
            u32::from_le_bytes(at)
        };
        let mut directory = tiff.get(length(at)?..)?;
        let count = u16_of(take(&mut directory)?).min(MOST);
        for _ in 0..count {
            let mut entry = take_some(&mut directory, 12)?;
            let tag = u16_of(take(&mut entry)?);
            let kind = u16_of(take(&mut entry)?);
            let _count: [u8; 4] = take(&mut entry)?;
            let value = u16_of(take(&mut entry)?);
            if (tag, kind) == (ORIENTATION, 3) {
                return Self::new(value);
            }
        }
        None
    }

    /// A TIFF structure that says this and nothing else. `None`: it goes without saying.
    pub(super) fn written(self) -> Option<Vec<u8>> {
        if self == Self::default() {
            return None;
        }
        let mut tiff = b"MM\0*\0\0\0\x08\0\x01".to_vec();
        tiff.extend(ORIENTATION.to_be_bytes());
        tiff.extend([0, 3, 0, 0, 0, 1, 0, self.0, 0, 0, 0, 0, 0, 0]);
        Some(tiff)
    }
}
