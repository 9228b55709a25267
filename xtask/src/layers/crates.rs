//! Which crate may depend on which: the table of the parts, as rules. Only
//! what a crate's `Cargo.toml` names itself counts.

use anyhow::{Context, Result};
use serde_json::Value;

use super::Finding;
use crate::{steps, workspace};

struct Rule {
    name: &'static str,
    /// Never, for the reason given.
    never: &'static [&'static str],
    reason: &'static str,
    /// Development dependencies too.
    in_tests_too: bool,
}

const RULES: [Rule; 4] = [
    Rule {
        name: "parley-protocol",
        never: &[
            "async-std",
            "getrandom",
            "gloo",
            "js-sys",
            "leptos",
            "parley-client",
            "parley-relay",
            "rand",
            "rusqlite",
            "tokio",
            "wasm-bindgen",
            "web-sys",
        ],
        reason: "it has no clock, no randomness and no IO",
        in_tests_too: false,
    },
    Rule {
        name: "parley-client",
        never: &[
            "async-std",
            "gloo",
            "js-sys",
            "leptos",
            "parley-relay",
            "rusqlite",
            "tokio",
            "wasm-bindgen",
            "web-sys",
        ],
        reason: "time, storage and network come in as values",
        in_tests_too: false,
    },
    Rule {
        name: "parley-app",
        never: &["parley-relay", "rusqlite", "tokio"],
        reason: "it runs in a browser",
        in_tests_too: true,
    },
    Rule {
        name: "parley-relay",
        never: &[
            "leptos",
            "parley-app",
            "parley-client",
            "vodozemac",
            "web-sys",
        ],
        reason: "the relay passes ciphertext, so it has nothing to decrypt with",
        in_tests_too: false,
    },
];

/// Checks the crates of this workspace.
pub(super) fn check() -> Result<Vec<Finding>> {
    let text = steps::read(workspace::cargo().args([
        "metadata",
        "--no-deps",
        "--format-version=1",
        "--locked",
    ]))?;
    findings(&text)
}

fn findings(metadata: &str) -> Result<Vec<Finding>> {
    let metadata: Value = serde_json::from_str(metadata).context("cargo gave no JSON")?;
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .context("cargo named no packages")?;
    let mut findings = Vec::new();
    for package in packages {
        let name = word(package, "name");
        let Some(rule) = RULES.iter().find(|rule| rule.name == name) else {
            continue;
        };
        let dependencies = package.get("dependencies").and_then(Value::as_array);
        for dependency in dependencies.into_iter().flatten() {
            let used = word(dependency, "name");
            let for_tests = word(dependency, "kind") == "dev";
            if rule.never.contains(&used) && (rule.in_tests_too || !for_tests) {
                findings.push(format!("{name} uses {used}, but {}", rule.reason));
            }
        }
    }
    Ok(findings)
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relay_with(kind: &str) -> String {
        format!(
            r#"{{"packages":[{{"name":"parley-relay","dependencies":[
                {{"name":"tokio","kind":null}},
                {{"name":"parley-client","kind":{kind}}}]}}]}}"#
        )
    }

    #[test]
    fn the_relay_has_the_client_only_in_tests() {
        assert_eq!(findings(&relay_with("\"dev\"")).unwrap().len(), 0);
        let found = findings(&relay_with("null")).unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("parley-relay uses parley-client"));
    }
}
