//! What the program is built from: every crate of the relay and of the app
//! inside it, as `CycloneDX` 1.6 (<https://cyclonedx.org/docs/1.6/json/>). Only
//! crates that end in what is shipped, none that only build or test it.

mod packages;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::VERSION;
use packages::{Package, Packages};

/// Writes `parley-<version>.cdx.json`, or `parley.cdx.json` beside the papers of a package.
pub(crate) fn write(into: &Path) -> Result<PathBuf> {
    let file = into.join(format!("parley-{VERSION}.cdx.json"));
    let text = serde_json::to_string_pretty(&document(&Packages::shipped()?))?;
    fs::write(&file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

fn document(packages: &Packages) -> Value {
    let all: Vec<Value> = packages.libraries().map(component).collect();
    let dependencies: Vec<Value> = packages
        .all()
        .map(|package| json!({ "ref": package.reference(), "dependsOn": package.needs }))
        .collect();
    let mut program = component(&packages.program);
    program["type"] = "application".into();
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": program },
        "components": all,
        "dependencies": dependencies,
    })
}

fn component(package: &Package) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": package.reference(),
        "name": package.name,
        "version": package.version,
        "purl": package.reference(),
    });
    if let Some(licence) = &package.licence {
        component["licenses"] = json!([{ "expression": licence }]);
    }
    if let Some(sha256) = &package.sha256 {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sha256 }]);
    }
    component
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_shipped_is_listed_once_and_with_its_licence() {
        let document = document(&Packages::shipped().unwrap());
        let components = document["components"].as_array().unwrap();
        let of = |name: &str| {
            let mut all = components.iter();
            all.find(|component| component["name"] == name).cloned()
        };
        assert_eq!(document["metadata"]["component"]["name"], "parley-relay");
        // Of the relay, of the app, of both; none that only builds or tests.
        for name in ["rusqlite", "leptos", "parley-app", "parley-protocol"] {
            assert!(of(name).is_some(), "{name}");
        }
        for name in ["proptest", "tempfile", "cc", "xtask"] {
            assert!(of(name).is_none(), "{name}");
        }
        let mut references: Vec<&str> = Vec::new();
        for component in components {
            assert!(
                component["licenses"][0]["expression"].is_string(),
                "{component}"
            );
            references.push(component["bom-ref"].as_str().unwrap());
        }
        let listed = references.len();
        references.sort_unstable();
        references.dedup();
        assert_eq!(listed, references.len());
        assert_eq!(
            of("rusqlite").unwrap()["hashes"][0]["content"]
                .as_str()
                .unwrap()
                .len(),
            64
        );
    }
}
