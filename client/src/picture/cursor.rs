//! Taking bytes off the front of a slice. Too few of them is `None`.

pub(crate) fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, others) = rest.split_first_chunk()?;
    *rest = others;
    Some(*first)
}

pub(crate) fn take_some<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (first, others) = rest.split_at_checked(length)?;
    *rest = others;
    Some(first)
}

/// As a RIFF writes it.
pub(crate) fn take_u24_le(rest: &mut &[u8]) -> Option<u32> {
    let [a, b, c] = take(rest)?;
    Some(u32::from_le_bytes([a, b, c, 0]))
}

pub(super) fn take_u16_be(rest: &mut &[u8]) -> Option<u16> {
    take(rest).map(u16::from_be_bytes)
}

pub(super) fn take_u32_be(rest: &mut &[u8]) -> Option<u32> {
    take(rest).map(u32::from_be_bytes)
}

/// A length that was read, for [`take_some`].
pub(crate) fn length(value: u32) -> Option<usize> {
    usize::try_from(value).ok()
}
