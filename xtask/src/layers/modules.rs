//! The modules of a crate, one for each file, and which of them names which.

use std::collections::BTreeMap;

use super::paths::{self, Named};

/// A module by the names that lead to it; the crate's root is empty.
pub(super) type Module = Vec<String>;

/// That one module names another, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub from: Module,
    pub to: Module,
    /// `file:line`.
    pub place: String,
}

/// The modules of a crate, with what each names.
pub(super) struct Modules(BTreeMap<Module, Source>);

struct Source {
    file: String,
    named: Vec<Named>,
}

impl Modules {
    /// From the paths of files below the crate's `src`, as they stand in the repository, and their text.
    pub(super) fn new<'a>(src: &str, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let modules = files.into_iter().filter_map(|(file, text)| {
            let module = module_of(file.strip_prefix(src)?)?;
            let source = Source {
                file: file.to_owned(),
                named: paths::of(text),
            };
            Some((module, source))
        });
        Self(modules.collect())
    }

    /// Who names whom. A name that a module only passes on leads to where it comes from.
    pub(super) fn edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (from, source) in &self.0 {
            for named in &source.named {
                let Some(to) = self.resolve(from, &named.segments, 0) else {
                    continue;
                };
                if to != *from {
                    edges.push(Edge {
                        from: from.clone(),
                        to,
                        place: format!("{}:{}", source.file, named.line),
                    });
                }
            }
        }
        edges
    }

    /// The module that a path leads to, as seen from one of them. `None` for other crates.
    fn resolve(&self, from: &[String], path: &[String], passed_on: usize) -> Option<Module> {
        let (mut at, mut rest) = self.start(from, path)?;
        while let Some((next, after)) = rest.split_first() {
            let mut child = at.clone();
            child.push(next.clone());
            if !self.0.contains_key(&child) {
                break;
            }
            (at, rest) = (child, after);
        }
        // No more than a few modules pass a name on; more would be one that leads back to itself.
        let source = rest.first().and_then(|name| self.source_of(&at, name));
        match source {
            Some(source) if passed_on < 4 => self.resolve(&at, source, passed_on + 1).or(Some(at)),
            _ => Some(at),
        }
    }

    /// Where a path begins, and what of it is left.
    fn start<'a>(&self, from: &[String], path: &'a [String]) -> Option<(Module, &'a [String])> {
        let (first, mut rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some((Module::new(), rest)),
            "self" => Some((from.to_vec(), rest)),
            "super" => {
                let mut at = from.to_vec();
                at.pop();
                while let Some((next, after)) = rest.split_first()
                    && next == "super"
                {
                    at.pop();
                    rest = after;
                }
                Some((at, rest))
            }
            _ => {
                let mut child = from.to_vec();
                child.push(first.clone());
                if !self.0.contains_key(&child) {
                    return None;
                }
                Some((child, rest))
            }
        }
    }

    /// Where a name comes from that this module passes on.
    fn source_of(&self, module: &[String], name: &str) -> Option<&[String]> {
        let named = &self.0.get(module)?.named;
        let found = named.iter().find(|named| {
            named.is_passed_on && named.segments.last().is_some_and(|last| last == name)
        })?;
        Some(&found.segments)
    }
}

/// `a/b.rs` is `a::b`; the files of the crate's root and of tests are none or the root.
fn module_of(file: &str) -> Option<Module> {
    let file = file.trim_start_matches('/').strip_suffix(".rs")?;
    let names: Module = file.split('/').map(str::to_owned).collect();
    if names.iter().any(|name| name == "tests") {
        return None;
    }
    match file {
        "lib" | "main" => Some(Module::new()),
        _ => Some(names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(files: &[(&str, &str)]) -> Vec<String> {
        Modules::new("x/src", files.iter().copied())
            .edges()
            .into_iter()
            .map(|edge| format!("{} -> {}", edge.from.join("::"), edge.to.join("::")))
            .collect()
    }

    #[test]
    fn a_path_leads_to_the_file_that_has_the_name() {
        let found = edges(&[
            ("x/src/lib.rs", "mod a;\nmod b;\n"),
            ("x/src/a.rs", "use crate::b::c::Thing;\nuse std::fmt;\n"),
            ("x/src/b.rs", "pub mod c;\n"),
            ("x/src/b/c.rs", "fn f() { super::helper(); }\n"),
        ]);
        assert_eq!(found, ["a -> b::c", "b::c -> b"]);
    }

    #[test]
    fn a_name_that_is_passed_on_leads_to_its_source() {
        let found = edges(&[
            ("x/src/a.rs", "use crate::b::Thing;\n"),
            ("x/src/b.rs", "mod c;\npub use c::Thing;\n"),
            ("x/src/b/c.rs", ""),
        ]);
        assert_eq!(found, ["a -> b::c", "b -> b::c"]);
    }
}
