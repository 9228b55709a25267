//! No circles. Of the modules that stand side by side none may name another
//! one that names it in turn, directly or by way of others; what stands in a
//! folder counts for the folder. A module and its own parent may name each
//! other.
//!
//! A feature of the app has two doors: its store, which others may name, and
//! the rest, which only the shell names. They count as two.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::modules::{Edge, Module, Modules};

/// The crates that are checked.
pub(super) const CRATES: [&str; 4] = ["app", "client", "protocol", "relay"];

type Graph<'a> = BTreeMap<String, BTreeMap<String, &'a str>>;

/// Checks a crate, by its folder and its files' paths and text.
pub(super) fn check<'a>(
    name: &str,
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<Finding> {
    let edges = Modules::new(&format!("{name}/src"), files).edges();
    let mut levels: BTreeMap<Module, Graph<'_>> = BTreeMap::new();
    for edge in &edges {
        if let Some((level, from, to)) = side_by_side(edge, name == "app") {
            let graph = levels.entry(level).or_default();
            let named = graph.entry(from).or_default();
            named.entry(to).or_insert(&edge.place);
        }
    }
    let mut findings = Vec::new();
    for (level, graph) in &levels {
        let parent = [&[name.to_owned()], level.as_slice()].concat().join("::");
        for members in circles(graph) {
            findings.push(said(&parent, graph, &members));
        }
    }
    findings
}

/// The modules side by side that an edge joins, and their parent. `None` where one is within the other.
fn side_by_side(edge: &Edge, stores_apart: bool) -> Option<(Module, String, String)> {
    let common = edge.from.iter().zip(&edge.to);
    let depth = common.take_while(|(from, to)| from == to).count();
    let level = edge.from.get(..depth)?;
    let node = |module: &Module| {
        let first = module.get(depth)?;
        match module.get(depth + 1) {
            Some(next) if stores_apart && depth == 0 && next == "store" => {
                Some(format!("{first}::{next}"))
            }
            _ => Some(first.clone()),
        }
    };
    Some((level.to_vec(), node(&edge.from)?, node(&edge.to)?))
}

/// The modules that lead back to themselves, those of one circle together.
fn circles<'a>(graph: &'a Graph<'_>) -> BTreeSet<BTreeSet<&'a str>> {
    let leads_back = |name: &&str| reached(graph, name).contains(name);
    let names = graph.keys().map(String::as_str).filter(leads_back);
    names
        .map(|name| {
            let reached = reached(graph, name);
            let back = |other: &&str| self::reached(graph, other).contains(name);
            reached.into_iter().filter(back).collect()
        })
        .collect()
}

/// Everything that a module leads to.
fn reached<'a>(graph: &'a Graph<'_>, name: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![name];
    while let Some(name) = open.pop() {
        for next in graph.get(name).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(next.as_str()) {
                open.push(next);
            }
        }
    }
    reached
}

/// One way round, with the places where each step is named.
fn said(parent: &str, graph: &Graph<'_>, members: &BTreeSet<&str>) -> Finding {
    let mut way: Vec<(&str, &str)> = Vec::new();
    let mut at = members.first().copied();
    while let Some(name) = at {
        if let Some(start) = way.iter().position(|(passed, _)| *passed == name) {
            way.drain(..start);
            break;
        }
        let named = graph.get(name).into_iter().flatten();
        let next = named
            .into_iter()
            .find(|(next, _)| members.contains(next.as_str()));
        if let Some((_, place)) = next {
            way.push((name, place));
        }
        at = next.map(|(next, _)| next.as_str());
    }
    let steps = way.iter().map(|(name, place)| format!("{name} ({place})"));
    let steps: Vec<String> = steps.collect();
    let members: Vec<&str> = members.iter().copied().collect();
    format!(
        "a circle in {parent} of {}: {} -> again",
        members.join(", "),
        steps.join(" -> ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_found_with_its_places() {
        let found = check(
            "relay",
            [
                ("relay/src/a.rs", "use crate::b::B;\n"),
                ("relay/src/b/c.rs", "\nuse crate::d::D;\n"),
                ("relay/src/b.rs", "mod c;\n"),
                ("relay/src/d.rs", "use crate::a::A;\n"),
            ],
        );
        assert_eq!(
            found,
            [
                "a circle in relay of a, b, d: a (relay/src/a.rs:1) -> b (relay/src/b/c.rs:2) -> d (relay/src/d.rs:1) -> again"
            ]
        );
    }

    #[test]
    fn a_module_and_its_parent_may_name_each_other() {
        let found = check(
            "client",
            [
                ("client/src/a.rs", "mod b;\nuse self::b::B;\n"),
                ("client/src/a/b.rs", "use super::A;\n"),
            ],
        );
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn the_store_of_a_feature_counts_by_itself() {
        let files = [
            ("app/src/call.rs", "mod bar;\npub mod store;\n"),
            ("app/src/call/bar.rs", "use crate::stores::stores;\n"),
            ("app/src/call/store.rs", ""),
            ("app/src/stores.rs", "use crate::call::store::CallStore;\n"),
        ];
        assert!(check("app", files).is_empty());
        let elsewhere = files.map(|(file, text)| (file.replace("app/", "relay/"), text));
        let elsewhere = elsewhere.iter().map(|(file, text)| (file.as_str(), *text));
        assert_eq!(check("relay", elsewhere).len(), 1);
    }
}
