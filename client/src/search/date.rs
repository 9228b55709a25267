//! Days as people type them. Which moment a day begins at is for whoever knows the person's clock.

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// From 1970 to 9999.
    pub year: i32,
    /// From 1.
    pub month: u32,
    /// From 1.
    pub day: u32,
}

/// Some days in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateSpan {
    /// The first of them.
    pub first: Date,
    /// The day after the last one.
    pub end: Date,
}

impl Date {
    /// A day, if the calendar has it.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        let is_there = (1970..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day);
        is_there.then_some(Self { year, month, day })
    }

    fn next(self) -> Self {
        let Self { year, month, day } = self;
        if day < days_in(year, month) {
            let day = day + 1;
            Self { year, month, day }
        } else {
            month_after(year, month)
        }
    }

    fn before(self) -> Self {
        let Self { year, month, day } = self;
        let (year, month, day) = match (month, day) {
            (1, 1) => (year - 1, 12, 31),
            (_, 1) => (year, month - 1, days_in(year, month - 1)),
            _ => (year, month, day - 1),
        };
        Self { year, month, day }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { year, month, day } = self;
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl DateSpan {
    /// What somebody typed: a day, a month or a year (`2026-03-01`, `1.3.2026`, `2026-03`, `2026`), `today` or
    /// `yesterday`. `None` if it is none of that, or not in the calendar.
    pub fn parse(text: &str, today: Date) -> Option<Self> {
        let day = |first: Date| Self {
            first,
            end: first.next(),
        };
        match text.to_lowercase().as_str() {
            "today" => return Some(day(today)),
            "yesterday" => return Some(day(today.before())),
            _ => {}
        }
        let numbers: Option<Vec<u32>> = text.split(['-', '/', '.']).map(number).collect();
        let numbers = numbers?;
        let year = |year: u32| i32::try_from(year).ok();
        match *numbers.as_slice() {
            [y] => Some(Self {
                first: Date::new(year(y)?, 1, 1)?,
                end: month_after(year(y)?, 12),
            }),
            [y, m] => Some(Self {
                first: Date::new(year(y)?, m, 1)?,
                end: month_after(year(y)?, m),
            }),
            [y, m, d] if y > 31 => Date::new(year(y)?, m, d).map(day),
            // With dots the day comes first; with slashes nobody knows.
            [d, m, y] if text.contains('.') => Date::new(year(y)?, m, d).map(day),
            _ => None,
        }
    }
}

fn number(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

fn month_after(year: i32, month: u32) -> Date {
    let (year, month) = if month < 12 {
        (year, month + 1)
    } else {
        (year + 1, 1)
    };
    Date {
        year,
        month,
        day: 1,
    }
}

fn days_in(year: i32, month: u32) -> u32 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::{Date, DateSpan};

    fn span(text: &str) -> Option<String> {
        let today = Date::new(2026, 3, 1).unwrap();
        let DateSpan { first, end } = DateSpan::parse(text, today)?;
        Some(format!("{first} {end}"))
    }

    #[test]
    fn days_months_and_years() {
        assert_eq!(span("2026-03-01").unwrap(), "2026-03-01 2026-03-02");
        assert_eq!(span("2026/2/28").unwrap(), "2026-02-28 2026-03-01");
        assert_eq!(span("28.2.2024").unwrap(), "2024-02-28 2024-02-29");
        assert_eq!(span("2025-12").unwrap(), "2025-12-01 2026-01-01");
        assert_eq!(span("2025").unwrap(), "2025-01-01 2026-01-01");
        assert_eq!(span("Today").unwrap(), "2026-03-01 2026-03-02");
        assert_eq!(span("yesterday").unwrap(), "2026-02-28 2026-03-01");
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "",
            "soon",
            "2026-13",
            "2026-02-29",
            "3/1/2026",
            "26",
            "2026-",
            "99999999999",
            "0000-01-01",
        ] {
            assert_eq!(span(text), None, "{text}");
        }
    }
}
