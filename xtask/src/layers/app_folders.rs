//! Which folder of the app may name which. A folder is a feature, with its
//! views, its store and its driver; the shell holds the features together,
//! `ui` is what all of them share, and only `platform` knows that there is a
//! browser.

use super::Finding;
use super::modules::Module;
use super::names::lines_that_name;
use super::paths;

/// Bindings to the browser, for `platform` alone.
const BINDINGS: [&str; 4] = ["web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures"];

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    /// `main.rs`, and what is left out of a release.
    Root,
    Shell,
    /// A folder like `call`: its views and its text.
    Feature(&'a str),
    /// The store of a feature or of the shell.
    Store,
    /// What runs a feature, all of them, or is shared by their drivers.
    Driver(&'a str),
    /// `stores`: all stores at once.
    Stores,
    /// `ids` and `chunk`: what everybody may name.
    Plain,
    Ui,
    /// Parts of `ui` that reach into the page.
    Hooks,
    Platform,
}

/// Checks one file, by its path in the repository.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let Some(inside) = path.strip_prefix("app/src/") else {
        return Vec::new();
    };
    let module: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
    let part = part_of(&module);
    let mut findings = Vec::new();
    if part != Part::Platform {
        for binding in BINDINGS {
            for line in lines_that_name(text, binding) {
                findings.push(format!(
                    "{path}:{line} names {binding}, but only platform/ touches the browser"
                ));
            }
        }
    }
    for named in paths::of(text) {
        let line = named.line;
        let reason = match named.segments.first().map(String::as_str) {
            Some("parley_client") => {
                (!may_name_crates(part)).then_some("only drivers know the engine")
            }
            Some("parley_protocol") => (!may_name_crates(part) && !is_about_names(&named.segments))
                .then_some("only drivers know the protocol"),
            _ => absolute(&module, &named.segments)
                .and_then(|target| refusal(part, &module, &target)),
        };
        if let Some(reason) = reason {
            let named = named.segments.join("::");
            findings.push(format!("{path}:{line} names {named}, but {reason}"));
        }
    }
    findings
}

fn part_of<'a>(module: &[&'a str]) -> Part<'a> {
    let first = module.first().copied().unwrap_or_default();
    let second = module.get(1).copied();
    match first {
        "main" | "gallery" => Part::Root,
        "platform" => Part::Platform,
        "ids" | "chunk" => Part::Plain,
        "stores" => Part::Stores,
        "driver" => Part::Driver(first),
        "ui" if second == Some("hooks") => Part::Hooks,
        "ui" => Part::Ui,
        _ if second == Some("driver") => Part::Driver(first),
        _ if second == Some("store") => Part::Store,
        "shell" => Part::Shell,
        feature => Part::Feature(feature),
    }
}

/// The engine and the protocol are for drivers, and for the browser's bindings that carry out what the engine says.
fn may_name_crates(part: Part<'_>) -> bool {
    matches!(part, Part::Driver(_) | Part::Platform)
}

/// What a name or a text may hold is plain data, and the same for everybody.
fn is_about_names(path: &[String]) -> bool {
    path.get(1).is_some_and(|module| module == "names")
}

/// A path within the app, as it is seen from the crate's root.
fn absolute(module: &[&str], path: &[String]) -> Option<Module> {
    let (first, rest) = path.split_first()?;
    let above = |levels: usize| {
        let kept = module.len().saturating_sub(levels);
        module.iter().take(kept).map(|name| (*name).to_owned())
    };
    let ups = rest.iter().take_while(|name| *name == "super").count();
    let rest = rest.iter().skip(ups).cloned();
    match first.as_str() {
        "crate" => Some(rest.collect()),
        "self" => Some(above(0).chain(rest).collect()),
        "super" => Some(above(1 + ups).chain(rest).collect()),
        _ => None,
    }
}

/// Why this part may not name that path.
fn refusal(part: Part<'_>, module: &[&str], target: &Module) -> Option<&'static str> {
    let target: Vec<&str> = target.iter().map(String::as_str).collect();
    let other = part_of(&target);
    // The root, and what stands in the place of the drivers in the gallery, are not part of the order.
    if other == Part::Root || target.is_empty() || may_name(part, other, module) {
        return None;
    }
    Some(match part {
        Part::Platform | Part::Plain | Part::Root => "it knows nothing of the app",
        Part::Ui | Part::Hooks => "ui knows no feature",
        Part::Store => "a store holds values, and knows other stores at most",
        Part::Stores => "stores only gathers the features' stores",
        Part::Driver("driver") => "what drivers share knows no feature",
        Part::Shell => "the shell starts the drivers in one place",
        Part::Feature(_) if other == Part::Platform => "only drivers and hooks know the browser",
        Part::Feature(_) | Part::Driver(_) => "features meet through stores or through the shell",
    })
}

fn may_name(part: Part<'_>, other: Part<'_>, module: &[&str]) -> bool {
    match part {
        Part::Root | Part::Driver("shell") => true,
        Part::Platform | Part::Plain => other == part,
        Part::Ui => matches!(other, Part::Ui | Part::Hooks | Part::Plain),
        Part::Hooks => matches!(other, Part::Ui | Part::Hooks | Part::Plain | Part::Platform),
        Part::Store => matches!(other, Part::Store | Part::Plain),
        Part::Stores => matches!(other, Part::Stores | Part::Store | Part::Plain),
        Part::Shell => module == ["shell"] || !matches!(other, Part::Driver(_)),
        Part::Driver("driver") => {
            matches!(other, Part::Driver("driver") | Part::Platform | Part::Plain)
        }
        Part::Feature(one) => other == Part::Feature(one) || is_for_features(other),
        Part::Driver(one) => {
            matches!(other, Part::Driver("driver") | Part::Platform)
                || other == Part::Feature(one)
                || other == Part::Driver(one)
                || is_for_features(other)
        }
    }
}

fn is_for_features(other: Part<'_>) -> bool {
    matches!(
        other,
        Part::Store | Part::Stores | Part::Plain | Part::Ui | Part::Hooks
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(file: &str, source: &str) -> bool {
        !check(&format!("app/src/{file}"), source).is_empty()
    }

    #[test]
    fn only_platform_touches_the_browser() {
        let source = "use web_sys::Window;";
        assert!(check("app/src/platform/clock.rs", source).is_empty());
        assert!(check("app/src/platform.rs", source).is_empty());
        assert!(check("client/src/lib.rs", source).is_empty());
        let found = check("app/src/call/driver.rs", source);
        assert_eq!(
            found,
            ["app/src/call/driver.rs:1 names web_sys, but only platform/ touches the browser"]
        );
    }

    #[test]
    fn drivers_and_hooks_name_platform() {
        let source = "use crate::platform::clock;";
        for file in [
            "call/driver.rs",
            "call/driver/sound.rs",
            "driver/keeper.rs",
            "shell/driver/life.rs",
            "ui/hooks/scroll.rs",
        ] {
            assert!(!is_refused(file, source), "{file}");
        }
        for file in ["call/bar.rs", "call/store.rs", "ui/icon.rs", "stores.rs"] {
            assert!(is_refused(file, source), "{file}");
        }
    }

    #[test]
    fn only_drivers_name_the_engine_and_the_protocol() {
        for source in [
            "use parley_client::Engine;",
            "use parley_protocol::ids::UserId;",
        ] {
            assert!(!is_refused("people/driver.rs", source));
            assert!(is_refused("people/view.rs", source));
            assert!(is_refused("people/store.rs", source));
            assert!(is_refused("shell/topbar.rs", source));
        }
        assert!(!is_refused(
            "composer/view.rs",
            "use parley_protocol::names::is_blank;"
        ));
    }

    #[test]
    fn features_meet_through_stores_or_the_shell() {
        assert!(!is_refused(
            "channels/sidebar.rs",
            "use crate::call::store::MyCall;"
        ));
        assert!(!is_refused(
            "call/bar.rs",
            "use crate::shell::store::Dialog;"
        ));
        assert!(!is_refused("call/bar.rs", "use super::text;"));
        assert!(!is_refused(
            "shell/dialogs.rs",
            "use crate::call::dialog::CallDialog;"
        ));
        assert!(is_refused("channels/sidebar.rs", "use crate::call::text;"));
        assert!(is_refused(
            "call/bar.rs",
            "use crate::shell::dialogs::Dialogs;"
        ));
        assert!(is_refused(
            "call/driver.rs",
            "use crate::people::driver::People;"
        ));
        assert!(is_refused(
            "call/driver.rs",
            "use crate::shell::driver::page::Page;"
        ));
    }

    #[test]
    fn views_reach_drivers_through_the_stores() {
        assert!(is_refused("call/bar.rs", "use super::driver::Call;"));
        assert!(is_refused("shell/topbar.rs", "use crate::driver::relay;"));
        assert!(!is_refused("shell.rs", "fn f() { self::driver::start(); }"));
    }

    #[test]
    fn ui_and_stores_know_no_feature() {
        assert!(is_refused("ui/avatar.rs", "use crate::people::text;"));
        assert!(is_refused("ui/avatar.rs", "use crate::stores::stores;"));
        assert!(!is_refused("ui/avatar.rs", "use crate::ids::UserId;"));
        assert!(is_refused("stores.rs", "use crate::call::bar::CallBar;"));
        assert!(!is_refused(
            "stores.rs",
            "use crate::call::store::CallStore;"
        ));
        assert!(is_refused(
            "driver/wish.rs",
            "use crate::call::store::MyCall;"
        ));
    }
}
