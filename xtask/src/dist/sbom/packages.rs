//! The crates that end in what is shipped, from what cargo says about them and
//! from the checksums in `Cargo.lock`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{steps, workspace};

/// What is shipped: a crate, and the target that it is built for.
const SHIPPED: [(&str, &str); 2] = [
    (PROGRAM, "x86_64-unknown-linux-musl"),
    ("parley-app", "wasm32-unknown-unknown"),
];
const PROGRAM: &str = "parley-relay";

/// A crate at one version.
#[derive(Debug, Clone)]
pub(super) struct Package {
    pub name: String,
    pub version: String,
    /// An SPDX expression.
    pub licence: Option<String>,
    /// Of the crate's file, as the registry has it; own crates have none.
    pub sha256: Option<String>,
    /// References of the crates that it uses.
    pub needs: BTreeSet<String>,
}

impl Package {
    /// A package URL: <https://github.com/package-url/purl-spec>.
    pub(super) fn reference(&self) -> String {
        reference(&self.name, &self.version)
    }
}

/// The program and all that is in it.
pub(super) struct Packages {
    pub program: Package,
    by_reference: BTreeMap<String, Package>,
}

impl Packages {
    /// Asks cargo about everything that is shipped.
    pub(super) fn shipped() -> Result<Self> {
        let lock = fs::read_to_string(workspace::root().join("Cargo.lock"))
            .context("cannot read Cargo.lock")?;
        let checksums = checksums(&lock);
        let mut by_reference: BTreeMap<String, Package> = BTreeMap::new();
        let mut starts = Vec::new();
        for (name, target) in SHIPPED {
            let graph = Graph::ask(target)?;
            let start = graph.id_of(name)?;
            for mut package in graph.reachable(&start)? {
                let reference = package.reference();
                if name == package.name {
                    starts.push(reference.clone());
                }
                package.sha256 = checksums.get(&reference).cloned();
                match by_reference.get_mut(&reference) {
                    Some(known) => known.needs.append(&mut package.needs),
                    None => drop(by_reference.insert(reference, package)),
                }
            }
        }
        let mut starts = starts.into_iter();
        let program = starts
            .next()
            .and_then(|program| by_reference.remove(&program));
        let mut program = program.context("cargo does not know the relay")?;
        // The app lies in the program as files, which cargo does not know.
        program.needs.extend(starts);
        Ok(Self {
            program,
            by_reference,
        })
    }

    /// All but the program.
    pub(super) fn libraries(&self) -> impl Iterator<Item = &Package> {
        self.by_reference.values()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Package> {
        [&self.program]
            .into_iter()
            .chain(self.by_reference.values())
    }
}

/// What cargo says for one target.
struct Graph {
    package_by_id: BTreeMap<String, Package>,
    /// What each uses when it runs.
    needs_by_id: BTreeMap<String, Vec<String>>,
}

impl Graph {
    fn ask(target: &str) -> Result<Self> {
        let said = steps::read(workspace::cargo().args([
            "metadata",
            "--locked",
            "--format-version=1",
            "--filter-platform",
            target,
        ]))?;
        Self::read(&serde_json::from_str(&said).context("cargo's answer is not JSON")?)
    }

    fn read(said: &Value) -> Result<Self> {
        let mut graph = Self {
            package_by_id: BTreeMap::new(),
            needs_by_id: BTreeMap::new(),
        };
        for package in list(said, "/packages")? {
            let licence = package["license"].as_str();
            graph.package_by_id.insert(
                text(package, "id")?,
                Package {
                    name: text(package, "name")?,
                    version: text(package, "version")?,
                    // The old way of writing a choice.
                    licence: licence.map(|licence| licence.replace('/', " OR ").replace("  ", " ")),
                    sha256: None,
                    needs: BTreeSet::new(),
                },
            );
        }
        for node in list(said, "/resolve/nodes")? {
            let mut needs = Vec::new();
            for used in list(node, "/deps")? {
                let kinds = list(used, "/dep_kinds")?;
                if kinds.iter().any(|kind| kind["kind"].is_null()) {
                    needs.push(text(used, "pkg")?);
                }
            }
            graph.needs_by_id.insert(text(node, "id")?, needs);
        }
        Ok(graph)
    }

    fn id_of(&self, name: &str) -> Result<String> {
        let mut all = self.package_by_id.iter();
        let found = all.find(|(_, package)| package.name == name);
        let (id, _) = found.with_context(|| format!("cargo does not know {name}"))?;
        Ok(id.clone())
    }

    /// A package and all that it uses, near and far.
    fn reachable(&self, start: &str) -> Result<Vec<Package>> {
        let mut seen = BTreeSet::from([start.to_owned()]);
        let mut left = vec![start.to_owned()];
        let mut found = Vec::new();
        while let Some(id) = left.pop() {
            let mut package = self.package(&id)?.clone();
            for needed in self.needs_by_id.get(&id).into_iter().flatten() {
                package.needs.insert(self.package(needed)?.reference());
                if seen.insert(needed.clone()) {
                    left.push(needed.clone());
                }
            }
            found.push(package);
        }
        Ok(found)
    }

    fn package(&self, id: &str) -> Result<&Package> {
        let found = self.package_by_id.get(id);
        found.with_context(|| format!("cargo does not describe {id}"))
    }
}

fn reference(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

/// The checksums in the text of a `Cargo.lock`.
fn checksums(lock: &str) -> BTreeMap<String, String> {
    let value = |block: &str, key: &str| {
        let mut lines = block.lines();
        let start = format!("{key} = \"");
        lines.find_map(|line| Some(line.strip_prefix(&start)?.strip_suffix('"')?.to_owned()))
    };
    lock.split("[[package]]")
        .filter_map(|block| {
            let reference = reference(&value(block, "name")?, &value(block, "version")?);
            Some((reference, value(block, "checksum")?))
        })
        .collect()
}

fn list<'a>(value: &'a Value, pointer: &str) -> Result<&'a Vec<Value>> {
    let found = value.pointer(pointer).and_then(Value::as_array);
    found.with_context(|| format!("cargo says nothing at {pointer}"))
}

fn text(value: &Value, key: &str) -> Result<String> {
    let found = value.get(key).and_then(Value::as_str);
    Ok(found
        .with_context(|| format!("cargo leaves out {key}"))?
        .to_owned())
}
