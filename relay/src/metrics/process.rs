//! What the process itself takes, under the names that Prometheus gives to it. Linux tells; elsewhere nothing is said.

use super::exposition::{Kind, Page};

/// `started`: seconds since the Unix epoch.
pub(crate) fn write(page: &mut Page, started: u64) {
    page.one(
        "process_start_time_seconds",
        Kind::Gauge,
        "Start of the process, in seconds since the Unix epoch.",
        started,
    );
    of_linux(page);
}

#[cfg(not(target_os = "linux"))]
fn of_linux(_: &mut Page) {}

#[cfg(target_os = "linux")]
fn of_linux(page: &mut Page) {
    if let Some(bytes) = resident_bytes() {
        page.one(
            "process_resident_memory_bytes",
            Kind::Gauge,
            "Resident memory.",
            bytes,
        );
    }
    if let Some(open) = open_files() {
        page.one("process_open_fds", Kind::Gauge, "Open files.", open);
    }
    if let Some(cpu) = cpu_seconds() {
        page.one(
            "process_cpu_seconds_total",
            Kind::Counter,
            "Time on a processor.",
            cpu,
        );
    }
}

/// Resident pages are the second number of `statm`.
#[cfg(target_os = "linux")]
fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split(' ').nth(1)?.parse().ok()?;
    let size = u64::try_from(rustix::param::page_size()).ok()?;
    pages.checked_mul(size)
}

#[cfg(target_os = "linux")]
fn open_files() -> Option<usize> {
    std::fs::read_dir("/proc/self/fd")
        .ok()
        .map(|files| files.count().saturating_sub(1))
}

/// Fields 14 and 15 of `stat`, in ticks; what stands before them is a name in brackets.
#[cfg(target_os = "linux")]
fn cpu_seconds() -> Option<String> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    let field = |number: usize| rest.split(' ').nth(number)?.parse::<u64>().ok();
    let ticks = field(11)?.checked_add(field(12)?)?;
    let per_second = rustix::param::clock_ticks_per_second();
    let hundredths = ticks.checked_mul(100)?.checked_div(per_second)?;
    Some(format!("{}.{:02}", hundredths / 100, hundredths % 100))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_process_knows_what_it_takes() {
        let mut page = Page::default();
        write(&mut page, 1_800_000_000);
        let text = page.into_text();
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("{text}"))
                .trim()
                .parse::<f64>()
                .unwrap()
        };
        assert!(value("process_resident_memory_bytes ") > 1_000_000.0);
        assert!(value("process_open_fds ") > 2.0);
        assert!(value("process_cpu_seconds_total ") >= 0.0);
        assert!(value("process_start_time_seconds ") > 1_700_000_000.0);
    }
}
