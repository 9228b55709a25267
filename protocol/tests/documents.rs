//! The pages about the protocol say what is true.

use std::path::PathBuf;

use crate::golden::every_golden_line;

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
    let examples = examples(&page).join("\n");
    for line in every_golden_line() {
        let of_socket = line.starts_with("{\"type\":");
        let types = line.split("\"type\":\"").skip(1);
        for name in types.filter_map(|rest| rest.split('"').next()) {
            if of_socket {
                let tag = format!("\"type\":\"{name}\"");
                assert!(examples.contains(&tag), "no example of {name}");
            }
        }
    }
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
