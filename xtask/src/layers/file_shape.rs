//! How a source file looks from outside: its opening words, its name and its
//! length.

use super::Finding;

/// No file is longer than this.
const TOO_LONG: usize = 600;

/// A file longer than this, its tests left out, may hold two things.
const LONG: usize = 400;

/// What is wrong with this file.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if path.ends_with("/mod.rs") {
        findings.push(format!(
            "{path}: name it after its folder, beside the folder"
        ));
    }
    if !text.trim_start().starts_with("//!") {
        findings.push(format!("{path}: open with //! and say what lives here"));
    }
    let lines = text.lines().count();
    if lines > TOO_LONG {
        findings.push(format!("{path}: {lines} lines are too many"));
    }
    findings
}

/// What is worth a look.
pub(super) fn warn(path: &str, text: &str) -> Option<String> {
    let lines = text
        .lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .count();
    (lines > LONG)
        .then(|| format!("{path}: {lines} lines before its tests; what is the second thing in it?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_file_is_fine() {
        let text = "//! Clocks.\n\npub fn now() {}\n";
        assert!(check("app/src/clock.rs", text).is_empty());
        assert_eq!(warn("app/src/clock.rs", text), None);
    }

    #[test]
    fn each_fault_is_named() {
        let text = format!("fn f() {{}}\n{}", "\n".repeat(TOO_LONG));
        assert_eq!(check("relay/src/store/mod.rs", &text).len(), 3);
    }

    #[test]
    fn tests_do_not_count_towards_the_warning() {
        let code = "//! x\n".repeat(LONG);
        let tests = format!("{code}#[cfg(test)]\n{}", "\n".repeat(100));
        assert_eq!(warn("a.rs", &tests), None);
        assert!(warn("a.rs", &format!("{code}\n//! more")).is_some());
    }
}
