//! Emoji that a community makes: a name and a small picture, written into a channel like a message, and no line there.
//! Whoever may manage channels adds and takes away; every reader judges that at the item's place in the log.
//!
//! | file | what is there |
//! |---|---|
//! | `image_header` | whether bytes are a small, still picture |
//! | `book` | all changes that count, and what stands by them |

mod book;
mod image_header;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parley_protocol::Millis;
use parley_protocol::ids::UserId;
use serde::{Deserialize, Serialize};

pub(crate) use book::{Book, Noted};
pub use image_header::{Format, ImageFault, ImageHeader, MAX_SIDE};

/// Bytes of a picture. In base64, encrypted and in base64 again it is half of
/// [`parley_protocol::limits::MAX_CIPHERTEXT_CHARS`].
pub const MAX_IMAGE_BYTES: usize = 16 * 1024;
/// Letters of a name.
pub const NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=32;
/// How many stand at once. What is added beyond them counts nothing, also when there is room later.
pub const MAX_STANDING: usize = 200;
/// Changes of one member that count, the first of them: adding and taking away in a loop ends there.
pub const MAX_CHANGES: usize = 1_000;

/// What somebody does to the community's emoji.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmojiChange {
    /// The name, without colons.
    pub name: String,
    /// The picture from now on, a PNG or WebP in base64 (RFC 4648 section 4). `None`: there is none any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

/// An emoji that stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CustomEmoji<'a> {
    /// The name, without colons.
    pub name: &'a str,
    /// The picture, a PNG or WebP in base64 (RFC 4648 section 4).
    pub image: &'a str,
    /// Who added it.
    pub by: UserId,
    /// When, by their clock.
    pub at: Millis,
}

/// What is wrong with a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmojiFault {
    /// Not [`NAME_CHARS`] small letters, digits and underscores.
    #[error("the name is not {} to {} of a-z, 0-9 and _", NAME_CHARS.start(), NAME_CHARS.end())]
    Name,
    /// More than [`MAX_IMAGE_BYTES`].
    #[error("the picture has {bytes} bytes, {MAX_IMAGE_BYTES} are allowed")]
    TooLarge {
        /// How many it has, at least.
        bytes: usize,
    },
    /// No base64.
    #[error("the picture is not in base64")]
    NotBase64,
    /// No picture that can be shown.
    #[error(transparent)]
    Image(#[from] ImageFault),
}

impl EmojiChange {
    /// A picture under a name, in place of what has that name.
    ///
    /// # Errors
    /// [`EmojiFault`]
    pub fn add(name: String, image: &[u8]) -> Result<Self, EmojiFault> {
        let bytes = image.len();
        if bytes > MAX_IMAGE_BYTES {
            return Err(EmojiFault::TooLarge { bytes });
        }
        let image = Some(STANDARD.encode(image));
        let change = Self { name, image };
        change.check()?;
        Ok(change)
    }

    /// No picture under a name any more.
    pub fn remove(name: String) -> Self {
        Self { name, image: None }
    }

    /// Whether it can be sent, and counts when it comes.
    ///
    /// # Errors
    /// [`EmojiFault`], the first one.
    pub fn check(&self) -> Result<(), EmojiFault> {
        if !is_name(&self.name) {
            return Err(EmojiFault::Name);
        }
        self.image.as_deref().map_or(Ok(()), check_image)
    }
}

/// Whether an emoji can have this name.
pub fn is_name(name: &str) -> bool {
    let is_letter = |it: u8| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'_');
    NAME_CHARS.contains(&name.len()) && name.bytes().all(is_letter)
}

fn check_image(image: &str) -> Result<(), EmojiFault> {
    const MAX_CHARS: usize = MAX_IMAGE_BYTES.div_ceil(3) * 4;
    if image.len() > MAX_CHARS {
        let bytes = image.len() / 4 * 3;
        return Err(EmojiFault::TooLarge { bytes });
    }
    let image = STANDARD.decode(image).map_err(|_| EmojiFault::NotBase64)?;
    let bytes = image.len();
    if bytes > MAX_IMAGE_BYTES {
        return Err(EmojiFault::TooLarge { bytes });
    }
    ImageHeader::read(&image)?;
    Ok(())
}

impl std::fmt::Debug for EmojiChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name: _, image } = self;
        match image {
            Some(image) => write!(f, "EmojiChange({} chars)", image.len()),
            None => f.write_str("EmojiChange(removed)"),
        }
    }
}

impl std::fmt::Debug for CustomEmoji<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            name: _,
            image,
            by,
            at,
        } = self;
        f.debug_struct("CustomEmoji")
            .field("image", &image.len())
            .field("by", by)
            .field("at", at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        for name in ["ok", "party_parrot", "4u", &"x".repeat(32)] {
            assert!(is_name(name), "{name}");
        }
        let long = "x".repeat(33);
        for name in [
            "",
            "x",
            "Ok",
            "o k",
            "ок",
            ":ok:",
            "o-k",
            "o\u{200d}k",
            &long,
        ] {
            assert!(!is_name(name), "{name:?}");
        }
    }

    #[test]
    fn a_picture_beyond_the_limit_is_none() {
        let change = |image: &[u8]| EmojiChange::add("ok".to_owned(), image).err();
        let bytes = MAX_IMAGE_BYTES + 1;
        assert_eq!(
            change(&vec![0; bytes]),
            Some(EmojiFault::TooLarge { bytes })
        );
        assert_eq!(
            change(b"<svg/>"),
            Some(EmojiFault::Image(ImageFault::UnknownFormat))
        );
        let image = Some("not base64!".to_owned());
        let name = "ok".to_owned();
        let told = EmojiChange { name, image }.check();
        assert_eq!(told, Err(EmojiFault::NotBase64));
    }
}
