//! Invisible characters, by whole blocks, so that it holds for those that Unicode has not assigned yet.

/// Whether a text shows nothing: only blanks, control characters and others without a shape.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// Control characters, and those that override the direction of the text around them (Unicode TR 36, section 3.2).
pub fn is_control_or_override(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The zero-width joiner and non-joiner.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Characters without a shape. Ordinary blanks are not among them, but blanks that look like nothing are.
pub fn is_invisible(c: char) -> bool {
    is_control_or_override(c)
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{16fe4}'
        )
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}')
        || matches!(c, '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}

/// Private use, noncharacters, and compatibility ideographs.
pub(super) fn is_unsuitable(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}' | '\u{e1000}'..='\u{10ffff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Emoji and other pictures that variation selectors and joiners combine, by their blocks.
pub(super) fn is_picture(c: char) -> bool {
    matches!(
        c,
        '©' | '®' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
            | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2460}'..='\u{27bf}'
            | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}'
            | '\u{3299}' | '\u{1f000}'..='\u{1faff}'
    )
}
