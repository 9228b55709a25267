//! The pages about the protocol say what is true.

use std::path::PathBuf;

use crate::golden::{every_golden_line, golden_lines};

fn page(name: &str) -> String {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs");
    std::fs::read_to_string(docs.join(name)).expect("a page")
}

/// The lines of all blocks of JSON.
fn examples(page: &str) -> Vec<&str> {
    let blocks = page.split("```json\n").skip(1);
    blocks
        .filter_map(|block| block.split("```").next())
        .flat_map(str::lines)
        .collect()
}

#[test]
fn every_example_is_a_golden_text() {
    let page = page("protocol.md");
    let golden = every_golden_line();
    let examples = examples(&page);
    assert!(examples.len() > 40, "{}", examples.len());
    for example in examples {
        assert!(golden.iter().any(|line| line == example), "{example}");
    }
}

#[test]
fn every_type_on_the_socket_has_an_example() {
    let page = page("protocol.md");
    let examples = examples(&page);
    for file in ["to_client", "to_relay"] {
        for line in golden_lines(file) {
            let types = types(&line);
            let shown = examples.iter().any(|example| self::types(example) == types);
            assert!(shown, "no example of {types:?}");
        }
    }
}

/// The type of a frame, and that of the request or response in it.
fn types(line: &str) -> Vec<&str> {
    let inner = line
        .find("\"request\":{\"id\"")
        .or(line.find("\"response\":{\"id\""));
    let names = line.split('"').skip(1).step_by(2);
    let wanted = if inner.is_some() { 4 } else { 1 };
    names.take(wanted).collect()
}

#[test]
fn every_file_that_the_threat_model_names_is_there() {
    let page = page("threat-model.md");
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = ["app/", "client/", "protocol/", "relay/"];
    let named = page.split('`').skip(1).step_by(2);
    let files: Vec<&str> = named
        .filter(|name| folders.iter().any(|folder| name.starts_with(folder)))
        .collect();
    assert!(files.len() > 20, "{files:?}");
    for file in files {
        assert!(root.join(file).exists(), "{file}");
    }
}
