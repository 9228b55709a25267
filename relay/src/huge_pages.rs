//! Keeps the kernel from backing the relay's memory with huge pages (2 MiB), where it does so unasked. A relay touches
//! a little of many of them: with them it holds twice as much.

use std::io;

use rustix::thread::disable_transparent_huge_pages;

/// Has all memory of this process backed by ordinary pages from now on.
///
/// # Errors
/// The system's error. The relay then needs more memory.
pub(crate) fn disable() -> io::Result<()> {
    Ok(disable_transparent_huge_pages(true)?)
}

#[cfg(test)]
mod tests {
    use rustix::thread::transparent_huge_pages_are_disabled;

    use super::*;

    #[test]
    fn the_kernel_is_told() {
        assert!(!transparent_huge_pages_are_disabled().unwrap());
        disable().unwrap();
        assert!(transparent_huge_pages_are_disabled().unwrap());
    }
}
