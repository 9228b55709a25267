//! How many tests passed and failed, and how that is read out of what the
//! test runners print. Nothing is run from here.

use std::fmt::{self, Display};

use anyhow::{Context, Result};
use serde_json::Value;

/// A count of tests. Printed, it is the last line of `cargo xtask test`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub passed: u64,
    pub failed: u64,
    /// What failed, as its runner calls it; told again at the end of a long run.
    pub failures: Vec<String>,
}

impl Tally {
    /// A suite that did not get as far as its tests.
    pub(super) fn could_not_run() -> Self {
        Self {
            failed: 1,
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.failures.extend(other.failures);
    }

    /// A runner that ended badly is a failure, also when it counted none.
    pub(super) fn believed_only_if(self, success: bool) -> Self {
        if success || self.failed > 0 {
            return self;
        }
        Self { failed: 1, ..self }
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Reads the summary of `cargo nextest run`.
pub(super) fn from_nextest(lines: &[String]) -> Option<Tally> {
    let summary = lines
        .iter()
        .map(|line| line.trim_start())
        .find(|line| line.starts_with("Summary ["))?;
    let (_, counts) = summary.split_once(" run: ")?;
    let failed = ["failed", "timed out", "exec failed"]
        .iter()
        .filter_map(|word| number_before(counts, word))
        .sum();
    // Those that failed are listed once more below the summary.
    let failures = lines
        .iter()
        .skip_while(|line| !line.trim_start().starts_with("Summary ["))
        .skip(1)
        .filter_map(|line| {
            let (verdict, rest) = line.trim_start().split_once(" [")?;
            let known = ["FAIL", "TIMEOUT", "SIG", "ABORT"];
            let (_, name) = rest.split_once("] ")?;
            let failed = known.iter().any(|word| verdict.starts_with(word));
            failed.then(|| name.trim().to_owned())
        })
        .collect();
    Some(Tally {
        passed: number_before(counts, "passed").unwrap_or(0),
        failed,
        failures,
    })
}

/// Adds up the result lines of `cargo test`.
pub(super) fn from_cargo_test(lines: &[String]) -> Tally {
    let mut total = Tally::default();
    for counts in lines.iter().filter_map(|line| {
        let (_, counts) = line.trim_start().split_once("test result: ")?;
        counts.split_once(". ").map(|(_, counts)| counts)
    }) {
        total.add(Tally {
            passed: number_before(counts, "passed").unwrap_or(0),
            failed: number_before(counts, "failed").unwrap_or(0),
            failures: Vec::new(),
        });
    }
    total
}

/// Reads Playwright's JSON report. A story that passed only when tried again
/// has failed.
pub(super) fn from_playwright(report: &str) -> Result<Tally> {
    let report: Value = serde_json::from_str(report).context("the report is not JSON")?;
    let count = |name: &str| {
        report
            .pointer(&format!("/stats/{name}"))
            .and_then(Value::as_u64)
            .with_context(|| format!("the report does not say how many were {name}"))
    };
    let mut failures = Vec::new();
    for suite in list(&report, "suites") {
        name_failures(suite, &mut failures);
    }
    Ok(Tally {
        passed: count("expected")?,
        failed: count("unexpected")? + count("flaky")?,
        failures,
    })
}

/// The stories of a file, or of a group in it, that did not end as they should.
fn name_failures(suite: &Value, failures: &mut Vec<String>) {
    for story in list(suite, "specs") {
        if story.get("ok") != Some(&Value::Bool(true)) {
            let word = |name| story.get(name).and_then(Value::as_str).unwrap_or_default();
            let line = story.get("line").and_then(Value::as_u64).unwrap_or(0);
            failures.push(format!("{}:{line} {}", word("file"), word("title")));
        }
    }
    for inner in list(suite, "suites") {
        name_failures(inner, failures);
    }
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// The number directly before a word: 3 in `12 passed, 3 failed` for `failed`.
fn number_before(text: &str, word: &str) -> Option<u64> {
    text.split([',', ';', '('])
        .map(str::trim)
        .find_map(|part| part.strip_suffix(word)?.trim_end().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn nextest_is_read_with_its_asides() {
        let said = lines(
            "   Starting 14 tests across 3 binaries\n        FAIL [   0.012s] ( 3/14) relay sums\n     \
             Summary [   1.204s] 14 tests run: 11 passed (2 slow, 1 leaky), 2 failed, 1 timed out, 5 skipped\n        \
             FAIL [   0.012s] ( 3/14) relay sums\n     TIMEOUT [  60.002s] (14/14) relay::limits slowly\n\
             error: test run failed\n",
        );
        let expected = Tally {
            passed: 11,
            failed: 3,
            failures: ["( 3/14) relay sums", "(14/14) relay::limits slowly"]
                .map(str::to_owned)
                .to_vec(),
        };
        assert_eq!(from_nextest(&said), Some(expected));
        assert_eq!(from_nextest(&lines("error: could not compile")), None);
    }

    #[test]
    fn cargo_test_is_added_up() {
        let said = lines(
            "test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
             test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n",
        );
        let expected = Tally {
            passed: 5,
            failed: 2,
            failures: Vec::new(),
        };
        assert_eq!(from_cargo_test(&said), expected);
    }

    #[test]
    fn a_story_that_needed_a_second_try_has_failed() {
        let report = r#"{"stats":{"expected":7,"unexpected":1,"flaky":1,"skipped":0},"suites":[
            {"specs":[{"title":"a call","ok":true,"file":"call.spec.ts","line":4}],"suites":[
                {"specs":[{"title":"a loud one","ok":false,"file":"call.spec.ts","line":9}]}]}]}"#;
        let expected = Tally {
            passed: 7,
            failed: 2,
            failures: vec!["call.spec.ts:9 a loud one".to_owned()],
        };
        assert_eq!(from_playwright(report).unwrap(), expected);
        assert!(from_playwright("{}").is_err());
    }

    #[test]
    fn a_bad_end_is_never_a_pass() {
        let tally = Tally {
            passed: 3,
            ..Tally::default()
        };
        assert_eq!(tally.clone().believed_only_if(true), tally);
        assert_eq!(tally.believed_only_if(false).failed, 1);
        assert_eq!(Tally::could_not_run().to_string(), "0 passed, 1 failed");
    }
}
