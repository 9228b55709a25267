//! What is said on the pages of the administration.

use super::store::{DeedKind, Page};

/// A page's name.
pub fn page(page: Page) -> &'static str {
    match page {
        Page::Overview => "Overview",
        Page::Members => "Members",
        Page::Invites => "Invites",
        Page::Sessions => "Sign-ins",
        Page::Storage => "Storage",
        Page::Traffic => "Connections and calls",
        Page::Audit => "Audit",
    }
}

/// What deeds of a kind are about.
pub fn kind(kind: DeedKind) -> &'static str {
    match kind {
        DeedKind::Members => "Members",
        DeedKind::Devices => "Devices",
        DeedKind::Invites => "Invites",
        DeedKind::Roles => "Roles",
        DeedKind::Channels => "Channels",
        DeedKind::Vaults => "Vaults",
    }
}

/// "1 device", "3 devices".
pub fn count(number: u64, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{} {many}", grouped(number)),
    }
}

/// A number with its thousands apart: "12,345".
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many bytes, as people say it.
pub fn bytes(bytes: f64) -> String {
    let mut value = bytes.max(0.0);
    for unit in ["bytes", "KB", "MB", "GB"] {
        if value < 999.5 {
            return if value < 9.95 && unit != "bytes" {
                format!("{value:.1} {unit}")
            } else {
                format!("{value:.0} {unit}")
            };
        }
        value /= 1000.0;
    }
    format!("{value:.1} TB")
}

#[cfg(test)]
mod tests {
    use super::{bytes, count, grouped};

    #[test]
    fn numbers_are_readable() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(12_345_678), "12,345,678");
        assert_eq!(count(1, "device", "devices"), "1 device");
        assert_eq!(count(2_000, "device", "devices"), "2,000 devices");
    }

    #[test]
    fn sizes_are_short() {
        assert_eq!(bytes(0.0), "0 bytes");
        assert_eq!(bytes(999.0), "999 bytes");
        assert_eq!(bytes(1_000.0), "1.0 KB");
        assert_eq!(bytes(50_000.0), "50 KB");
        assert_eq!(bytes(5_368_709_120.0), "5.4 GB");
        assert_eq!(bytes(7.2e12), "7.2 TB");
    }
}
