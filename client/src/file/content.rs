//! What may be shown in the page. A type that its author claims is believed only if the first bytes say the same, and
//! only types that run nothing are shown at all: no SVG, no HTML, no PDF.

/// How a file is shown in the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// In place of its description.
    Picture,
    /// With a player.
    Audio,
    /// With a player.
    Video,
}

/// How a claimed media type is shown. `None`: only to be saved.
pub fn shown_as(mime: &str) -> Option<Shown> {
    match mime {
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif" => {
            Some(Shown::Picture)
        }
        "audio/mpeg" | "audio/mp4" | "audio/aac" | "audio/ogg" | "audio/webm" | "audio/wav"
        | "audio/x-wav" | "audio/flac" | "audio/x-m4a" => Some(Shown::Audio),
        "video/mp4" | "video/webm" | "video/ogg" | "video/quicktime" => Some(Shown::Video),
        _ => None,
    }
}

/// Bytes from the beginning that [`type_of_first_bytes`] looks at.
const BEGINNING: usize = 64;

/// The media type that the first bytes of a file show, of those that are shown in the page. `None`: something else.
/// A container that holds sound or video counts as what was claimed of it.
pub fn type_of_first_bytes(bytes: &[u8], claimed: &str) -> Option<&'static str> {
    let bytes = bytes.get(..BEGINNING).unwrap_or(bytes);
    let either = |sound, video| {
        let is_sound = shown_as(claimed) == Some(Shown::Audio);
        Some(if is_sound { sound } else { video })
    };
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'A',
            b'V',
            b'E',
            ..,
        ] => Some("audio/wav"),
        [
            _,
            _,
            _,
            _,
            b'f',
            b't',
            b'y',
            b'p',
            b'a',
            b'v',
            b'i',
            b'f' | b's',
            ..,
        ] => Some("image/avif"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => either("audio/mp4", "video/mp4"),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => either("audio/webm", "video/webm"),
        [b'O', b'g', b'g', b'S', ..] => either("audio/ogg", "video/ogg"),
        [b'f', b'L', b'a', b'C', ..] => Some("audio/flac"),
        [b'I', b'D', b'3', ..] => Some("audio/mpeg"),
        // A frame of MPEG audio, or of AAC in ADTS, by the bits of its layer.
        [0xff, second, ..] if second & 0xf6 == 0xf0 => Some("audio/aac"),
        [0xff, second, ..] if second & 0xe0 == 0xe0 && second & 0x06 != 0 => Some("audio/mpeg"),
        _ => None,
    }
}
