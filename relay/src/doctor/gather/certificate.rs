//! Reads when a certificate ends (RFC 5280 section 4.1), and nothing else of it.

use parley_protocol::Millis;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xA0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The end of a certificate in DER.
pub(super) fn not_after(der: &[u8]) -> Option<Millis> {
    let (tag, certificate, _) = value(der)?;
    let (inner_tag, body, _) = value(certificate)?;
    let (first, _, after_first) = value(body)?;
    // Version 1 says nothing of its version.
    let rest = if first == VERSION {
        value(after_first)?.2
    } else {
        after_first
    };
    let (_, _, rest) = value(rest)?; // signature
    let (_, _, rest) = value(rest)?; // issuer
    let (validity_tag, validity, _) = value(rest)?;
    let (_, _, rest) = value(validity)?;
    let (kind, end, _) = value(rest)?;
    let are_sequences = [tag, inner_tag, validity_tag]
        .iter()
        .all(|tag| *tag == SEQUENCE);
    are_sequences.then(|| time(kind, end)).flatten()
}

/// Tag, contents, and what follows.
fn value(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7F => (usize::from(*first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
            let length = digits
                .iter()
                .fold(0, |sum, digit| (sum << 8) | usize::from(*digit));
            (length, rest)
        }
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((*tag, contents, rest))
}

/// `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`.
fn time(kind: u8, text: &[u8]) -> Option<Millis> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (year, rest) = match kind {
        UTC_TIME => {
            let (year, rest) = text.split_at_checked(2)?;
            let year: u64 = year.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        GENERALIZED_TIME => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    let mut parts = rest
        .as_bytes()
        .chunks(2)
        .map(|part| std::str::from_utf8(part).ok()?.parse().ok());
    let mut next = || -> Option<u64> { parts.next()? };
    let (month, day, hour, minute, second) = (next()?, next()?, next()?, next()?, next()?);
    let days = days_since_1970(year, month, day)?;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
}

/// Days of the Gregorian calendar since 1970-01-01; `None` before it.
fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Counted from March, so that a leap day is the last of its year.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    let days = year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1;
    days.checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(time(UTC_TIME, b"700101000000Z"), Some(0));
        assert_eq!(time(UTC_TIME, b"270115080000Z"), Some(1_800_000_000_000));
        assert_eq!(
            time(GENERALIZED_TIME, b"20270115080000Z"),
            Some(1_800_000_000_000)
        );
        assert_eq!(
            time(GENERALIZED_TIME, b"20000229235959Z"),
            Some(951_868_799_000)
        );
        for wrong in [
            &b"270115080000"[..],
            b"27011508Z",
            b"271315080000Z",
            b"27-115080000Z",
            b"Z",
            b"",
        ] {
            assert_eq!(time(UTC_TIME, wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_end_is_found_and_nonsense_is_not() {
        // Version, serial number, signature, issuer, validity.
        let inside = [
            &[0xA0, 3, 2, 1, 2][..],
            &[2, 1, 9],
            &[0x30, 0],
            &[0x30, 0],
            &[0x30, 30, 0x17, 13],
            b"260115080000Z",
            &[0x17, 13],
            b"270115080000Z",
        ]
        .concat();
        let length = |length: usize| u8::try_from(length).unwrap();
        let body = [&[0x30, length(inside.len())][..], &inside].concat();
        let whole = [&[0x30, length(body.len())][..], &body].concat();
        assert_eq!(not_after(&whole), Some(1_800_000_000_000));
        for end in 0..whole.len() {
            assert_eq!(not_after(&whole[..end]), None);
        }
        for place in 0..whole.len() {
            for byte in [0, 0x7f, 0x80, 0x84, 0xff] {
                let mut other = whole.clone();
                other[place] = byte;
                let _ = not_after(&other);
            }
        }
    }
}
