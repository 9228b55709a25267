//! Which folder of the app may name which: pages and components show, stores
//! hold, drivers run, and only `platform` knows that there is a browser.

use super::Finding;
use super::names::lines_that_name;

/// A part of `app/src`, and what it never names.
struct Rule {
    folder: &'static str,
    never: &'static [&'static str],
}

const RULES: [Rule; 3] = [
    Rule {
        folder: "components",
        never: &["drivers", "platform"],
    },
    Rule {
        folder: "pages",
        never: &["drivers", "platform"],
    },
    Rule {
        folder: "stores",
        never: &["drivers", "pages", "components"],
    },
];

/// Bindings to the browser, for `platform` alone.
const BINDINGS: [&str; 4] = ["web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures"];

/// Checks one file, by its path in the repository.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let Some(inside) = path.strip_prefix("app/src/") else {
        return Vec::new();
    };
    let part = part_of(inside);
    let mut findings = Vec::new();
    let mut forbid = |name: &str, reason: &str| {
        for line in lines_that_name(text, name) {
            findings.push(format!("{path}:{line} names {name}, but {reason}"));
        }
    };
    if part != "platform" {
        for binding in BINDINGS {
            forbid(binding, "only platform/ touches the browser");
        }
    }
    for rule in RULES.iter().filter(|rule| rule.folder == part) {
        for name in rule.never {
            forbid(name, &format!("{} never do", rule.folder));
        }
    }
    findings
}

/// `pages` for both `pages.rs` and `pages/setup.rs`.
fn part_of(inside: &str) -> &str {
    let first = inside.split('/').next().unwrap_or(inside);
    first.strip_suffix(".rs").unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_platform_touches_the_browser() {
        let source = "use web_sys::Window;";
        assert!(check("app/src/platform/clock.rs", source).is_empty());
        assert!(check("app/src/platform.rs", source).is_empty());
        assert!(check("client/src/lib.rs", source).is_empty());
        let found = check("app/src/drivers/socket.rs", source);
        assert_eq!(
            found,
            ["app/src/drivers/socket.rs:1 names web_sys, but only platform/ touches the browser"]
        );
    }

    #[test]
    fn arrows_point_one_way() {
        let source = "use crate::drivers::Engine;";
        assert_eq!(check("app/src/components/composer.rs", source).len(), 1);
        assert_eq!(check("app/src/stores/timeline.rs", source).len(), 1);
        assert!(check("app/src/drivers/outbox.rs", source).is_empty());
    }
}
