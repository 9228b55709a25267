//! Dates of the calendar, in UTC, from milliseconds since 1970.

/// Time and date as MS-DOS writes them, from 1980 on.
pub(super) fn dos_time(now: u64) -> (u16, u16) {
    let seconds = now / 1000;
    let (year, month, day) = date_of(seconds / 86_400);
    let half = |number: u64| u16::try_from(number).unwrap_or(u16::MAX);
    let second = seconds % 86_400;
    let time = (second / 3600) << 11 | (second / 60 % 60) << 5 | (second % 60 / 2);
    let date = year.saturating_sub(1980).min(127) << 9 | month << 5 | day;
    (half(time), half(date))
}

/// A time in UTC, to the minute: `2026-11-29 17:45`.
pub(super) fn written(at: u64) -> String {
    let seconds = at / 1000;
    let (year, month, day) = date_of(seconds / 86_400);
    let (hour, minute) = (seconds / 3600 % 24, seconds / 60 % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
}

/// Year, month and day of a number of days since 1970, by the Gregorian calendar.
fn date_of(days: u64) -> (u64, u64, u64) {
    // A year that begins in March has its leap day at the end.
    let days = days + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{date_of, written};

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(date_of(0), (1970, 1, 1));
        assert_eq!(date_of(11_016), (2000, 2, 29));
        assert_eq!(date_of(20_786), (2026, 11, 29));
    }

    #[test]
    fn a_time_is_written_to_the_minute() {
        assert_eq!(written(1_700_000_000_000), "2023-11-14 22:13");
    }
}
