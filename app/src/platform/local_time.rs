//! Times as the person's own clock and language write them. Input is milliseconds since 1970.
//! Never: the time of anything that is sent; that is the driver's.

use js_sys::{Array, Date, Function, Intl::DateTimeFormat, Object, Reflect};
use wasm_bindgen::JsValue;

thread_local! {
    // Making a formatter costs far more than using it.
    static CLOCK: Function = formatter(&[("hour", "2-digit"), ("minute", "2-digit")]);
    static DAY: Function = formatter(&[("weekday", "long"), ("day", "numeric"), ("month", "long")]);
    static DAY_AND_YEAR: Function = formatter(&[("day", "numeric"), ("month", "long"), ("year", "numeric")]);
}

/// Hour and minute: "10:41".
pub fn clock(at: f64) -> String {
    CLOCK.with(|f| written(f, at))
}

/// The day: "Today", "Yesterday", "Friday, 20 November", or with its year when it is not this one.
pub fn day(at: f64) -> String {
    let now = Date::now();
    match day_number(now) - day_number(at) {
        0 => "Today".into(),
        1 => "Yesterday".into(),
        _ if year(now) == year(at) => DAY.with(|f| written(f, at)),
        _ => DAY_AND_YEAR.with(|f| written(f, at)),
    }
}

/// Day and time, for a tooltip: "Today, 10:41".
pub fn full(at: f64) -> String {
    format!("{}, {}", day(at), clock(at))
}

/// How long ago: "5 minutes ago", and the day and time of what is older than a week.
pub fn ago(at: f64) -> String {
    since(Date::now() - at).unwrap_or_else(|| full(at))
}

/// Words for milliseconds that have gone by, up to a week.
#[expect(
    clippy::cast_possible_truncation,
    reason = "minutes of a week are far below 2^31, and a float cast saturates"
)]
fn since(milliseconds: f64) -> Option<String> {
    let minutes = (milliseconds / 60_000.0) as i32;
    let words = |number: i32, unit: &str| match number {
        1 => format!("1 {unit} ago"),
        _ => format!("{number} {unit}s ago"),
    };
    match minutes {
        // A clock that is ahead makes the newest message one of the future.
        ..1 => Some("just now".into()),
        1..60 => Some(words(minutes, "minute")),
        60..1_440 => Some(words(minutes / 60, "hour")),
        1_440..10_080 => Some(words(minutes / 1_440, "day")),
        _ => None,
    }
}

/// For the `datetime` attribute, which programs read.
pub fn machine(at: f64) -> String {
    if at.is_finite() && at.abs() < 8.64e15 {
        String::from(Date::new(&JsValue::from_f64(at)).to_iso_string())
    } else {
        String::new()
    }
}

/// Days since 1970 on the person's own calendar: equal numbers are the same day.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a day number is far below 2^53, and a float cast saturates"
)]
pub fn day_number(at: f64) -> i64 {
    let offset = Date::new(&JsValue::from_f64(at)).get_timezone_offset() * 60_000.0;
    ((at - offset) / 86_400_000.0).floor() as i64
}

/// The first moment of the next day on the person's own calendar.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "whole milliseconds after 1970, far below 2^53"
)]
pub fn end_of_day(now: u64) -> u64 {
    let date = Date::new(&JsValue::from_f64(now as f64));
    date.set_hours(24);
    date.set_minutes(0);
    date.set_seconds(0);
    date.set_milliseconds(0);
    date.get_time().max(0.0) as u64
}

/// Year, month (from 1) and day of today.
pub fn today() -> (i32, u32, u32) {
    let now = Date::new_0();
    let year = i32::try_from(now.get_full_year()).unwrap_or_default();
    (year, now.get_month() + 1, now.get_date())
}

/// The first moment of a day on the person's own calendar.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole milliseconds after 1970, far below 2^53; a float cast saturates"
)]
pub fn start_of(year: i32, month: u32, day: u32) -> u64 {
    let year = u32::try_from(year).unwrap_or_default();
    let month = i32::try_from(month).unwrap_or_default() - 1;
    let day = i32::try_from(day).unwrap_or_default();
    Date::new_with_year_month_day(year, month, day)
        .get_time()
        .max(0.0) as u64
}

/// The time now, for what counts on the page.
pub fn now() -> f64 {
    Date::now()
}

fn year(at: f64) -> u32 {
    Date::new(&JsValue::from_f64(at)).get_full_year()
}

fn written(format: &Function, at: f64) -> String {
    format
        .call1(&JsValue::UNDEFINED, &JsValue::from_f64(at))
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

fn formatter(options: &[(&str, &str)]) -> Function {
    let object = Object::new();
    for (name, value) in options {
        Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value)).ok();
    }
    DateTimeFormat::new(&Array::new(), &object).format()
}

#[cfg(test)]
mod tests {
    use super::since;

    #[test]
    fn what_is_new_is_told_by_how_long_ago_it_was() {
        const MINUTE: f64 = 60_000.0;
        let said = |minutes: f64| since(minutes * MINUTE);
        assert_eq!(said(-5.0).as_deref(), Some("just now"));
        assert_eq!(said(0.9).as_deref(), Some("just now"));
        assert_eq!(said(1.0).as_deref(), Some("1 minute ago"));
        assert_eq!(said(59.0).as_deref(), Some("59 minutes ago"));
        assert_eq!(said(60.0).as_deref(), Some("1 hour ago"));
        assert_eq!(said(3.0 * 1_440.0).as_deref(), Some("3 days ago"));
        assert_eq!(said(7.0 * 1_440.0), None);
        assert_eq!(since(f64::INFINITY), None);
    }
}
