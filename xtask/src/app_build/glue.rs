//! The script that loads chunks, as `wasm-split` writes it, and what is read in
//! it: which files each part of the program needs beside the main module.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

/// Name of the main module and its script.
pub(super) const MAIN: &str = "main";
/// Name of the script that loads chunks.
pub(super) const GLUE: &str = "__wasm_split.js";

/// The files that each chunk needs, those that it shares with others too.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Glue {
    pub files_by_chunk: BTreeMap<String, Vec<String>>,
}

impl Glue {
    /// Reads the script in a folder.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let script = std::fs::read_to_string(folder.join(GLUE)).context("there is no glue")?;
        Ok(Self::parse(&script))
    }

    /// The chunks that each file is for, both in alphabetical order.
    pub(super) fn chunks_by_file(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (chunk, files) in &self.files_by_chunk {
            for file in files {
                found.entry(file).or_default().push(chunk);
            }
        }
        found
    }

    pub(super) fn parse(script: &str) -> Self {
        let mut shared: BTreeMap<String, String> = BTreeMap::new();
        let mut files_by_chunk = BTreeMap::new();
        // Declarations begin at the beginning of a line; what is in them does not.
        let script = script.replace("\nexport const ", "\nconst ");
        for declaration in script.split("\nconst ").skip(1) {
            let Some((name, rest)) = declaration.split_once(" = ") else {
                continue;
            };
            let file = between(rest, "new URL(\"./", "\"");
            if let Some(chunk) = name.strip_prefix("__wasm_split_load_") {
                let needs = rest.rsplit_once('[').map_or("", |(_, needs)| needs);
                let needs = needs.split([',', ']']).map(str::trim);
                let mut files: Vec<String> =
                    needs.filter_map(|need| shared.get(need).cloned()).collect();
                files.extend(file.map(str::to_owned));
                files_by_chunk.insert(chunk.to_owned(), files);
            } else if let Some(file) = file {
                shared.insert(name.to_owned(), file.to_owned());
            }
        }
        Self { files_by_chunk }
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = r#"import { initSync } from "./main.js";
let sharedImports = undefined;
/* call, engine */
const __chunk_3 = makeLoad(() => {
    const src = fetch(new URL("./chunk_3.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, []);
export const __wasm_split_load_engine = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./engine.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, [__chunk_3]));
export const __wasm_split_load_empty = wrapAsyncCb(makeLoad(() => async (_imp) => ({}), []));
"#;

    #[test]
    fn a_chunk_needs_its_own_file_and_those_it_shares() {
        let glue = Glue::parse(SCRIPT);
        let expected = [
            ("empty", vec![]),
            ("engine", vec!["chunk_3.wasm", "engine.wasm"]),
        ];
        let found: Vec<(&str, Vec<&str>)> = glue
            .files_by_chunk
            .iter()
            .map(|(chunk, files)| (chunk.as_str(), files.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(found, expected);
    }
}
