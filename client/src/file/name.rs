//! Names and media types of files, in a form that does nothing when it is shown or saved.

use parley_protocol::names::is_control_or_override;

use super::limits::{MAX_NAME_BYTES, MAX_TYPE_BYTES};

const NAMELESS: &str = "file";
/// The type of bytes of which nothing is known (RFC 2046, section 4.5.1).
const UNKNOWN_TYPE: &str = "application/octet-stream";
/// Bytes that the end of a name keeps when it is cut, so that its extension stays.
const KEPT_END_BYTES: usize = 24;

/// A name for showing and saving: one part of a path, without control characters and characters that change the
/// direction of others, not hidden, at most [`MAX_NAME_BYTES`].
pub fn clean_name(name: &str) -> String {
    let clean: String = name
        .chars()
        .filter(|c| !is_control_or_override(*c))
        .map(|c| if is_special(c) { '_' } else { c })
        .collect();
    let clean = clean.trim_matches(|c: char| c.is_whitespace() || c == '.');
    if clean.is_empty() {
        return NAMELESS.to_owned();
    }
    shorten(clean)
}

/// What file systems or shells take for something else than a part of a name.
fn is_special(c: char) -> bool {
    matches!(
        c,
        '/' | '\\'
            | ':'
            | '*'
            | '?'
            | '"'
            | '<'
            | '>'
            | '|'
            | '\u{2044}'
            | '\u{2215}'
            | '\u{29f8}'
            | '\u{ff0f}'
    )
}

fn shorten(name: &str) -> String {
    if name.len() <= MAX_NAME_BYTES {
        return name.to_owned();
    }
    let end = (name.len() - KEPT_END_BYTES..name.len()).find(|at| name.is_char_boundary(*at));
    let end = end.and_then(|at| name.get(at..)).unwrap_or_default();
    let room = MAX_NAME_BYTES - end.len() - '…'.len_utf8();
    let start = (0..=room).rev().find(|at| name.is_char_boundary(*at));
    let start = start.and_then(|at| name.get(..at)).unwrap_or_default();
    format!("{start}…{end}")
}

/// A media type without parameters, as it can be sent. What is none becomes bytes of which nothing is known.
pub fn clean_type(claimed: &str) -> String {
    let bare = claimed.split(';').next().unwrap_or_default();
    let bare = bare.trim().to_ascii_lowercase();
    if is_type(&bare) {
        bare
    } else {
        UNKNOWN_TYPE.to_owned()
    }
}

/// Whether it has the shape of a media type in small letters, without parameters (RFC 6838, section 4.2).
pub(super) fn is_type(text: &str) -> bool {
    let is_part = |part: &str| {
        let is_letter = |it: u8| matches!(it, b'a'..=b'z' | b'0'..=b'9');
        let is_sign = |it: u8| {
            matches!(
                it,
                b'!' | b'#' | b'$' | b'&' | b'-' | b'^' | b'_' | b'.' | b'+'
            )
        };
        part.bytes().next().is_some_and(is_letter)
            && part.bytes().all(|it| is_letter(it) || is_sign(it))
    };
    let parts = text.split_once('/');
    text.len() <= MAX_TYPE_BYTES && parts.is_some_and(|(one, other)| is_part(one) && is_part(other))
}
