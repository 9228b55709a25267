//! A golden file: one JSON text a line. Compared as a whole, each line also read back.

use std::fmt::Debug;
use std::path::PathBuf;

use parley_protocol::json::tree;
use serde::Serialize;
use serde::de::DeserializeOwned;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden_texts")
}

/// The lines of one file, as they are written now.
#[derive(Default)]
pub struct Book {
    lines: Vec<String>,
}

impl Book {
    /// Adds a value, which must be the same after it was written and read.
    pub fn add<T: Serialize + DeserializeOwned + PartialEq + Debug>(&mut self, value: &T) {
        let line = serde_json::to_string(value).expect("a text");
        let read: T = serde_json::from_str(&line).expect("the same type reads it");
        assert_eq!(&read, value);
        let in_a_browser: T = tree::read(line.as_bytes()).expect("a browser reads it too");
        assert_eq!(&in_a_browser, value);
        self.lines.push(line);
    }

    /// Every variant of an enum must be among the lines.
    #[track_caller]
    pub fn has_every<T: DeserializeOwned>(&self) {
        for variant in variants::<T>() {
            let text = format!("\"{variant}\"");
            let found = self
                .lines
                .iter()
                .any(|line| unescaped(line).contains(&text));
            assert!(found, "no golden text for {text}");
        }
    }

    /// Compares with the file, or writes it.
    #[track_caller]
    pub fn check(&self, name: &str) {
        let path = folder().join(name).with_extension("jsonl");
        let text = self.lines.join("\n") + "\n";
        if is_writing() {
            std::fs::create_dir_all(folder()).expect("a folder");
            std::fs::write(&path, &text).expect("a file");
        }
        let golden = std::fs::read_to_string(&path).expect("a golden file");
        for (number, (now, before)) in text.lines().zip(golden.lines()).enumerate() {
            assert_eq!(now, before, "{name}, line {}", number + 1);
        }
        assert_eq!(text, golden, "{name} has other lines");
    }
}

/// Whether the files are to be written anew.
pub fn is_writing() -> bool {
    std::env::var("PARLEY_GOLDEN").is_ok_and(|value| value == "write")
}

/// Bodies are texts inside texts.
fn unescaped(line: &str) -> String {
    line.replace("\\\"", "\"")
}

/// The names that an enum knows, which it tells to whoever asks for another.
fn variants<T: DeserializeOwned>() -> Vec<String> {
    let Err(error) = serde_json::from_str::<T>("\"?\"") else {
        panic!("every enum has names");
    };
    let message = error.to_string();
    let names = message.split('`').skip(3).step_by(2);
    let names: Vec<String> = names.map(str::to_owned).collect();
    assert!(names.len() > 1, "{message}");
    names
}

/// The lines of one file.
pub fn golden_lines(name: &str) -> Vec<String> {
    let path = folder().join(name).with_extension("jsonl");
    let text = std::fs::read_to_string(path).expect("a golden file");
    text.lines().map(str::to_owned).collect()
}

/// All lines of all files.
pub fn every_golden_line() -> Vec<String> {
    let mut lines = Vec::new();
    for file in std::fs::read_dir(folder()).expect("a folder") {
        let path = file.expect("a file").path();
        let text = std::fs::read_to_string(path).expect("a golden file");
        lines.extend(text.lines().map(str::to_owned));
    }
    lines.sort();
    lines
}

#[test]
fn a_missing_variant_is_noticed() {
    let names = variants::<parley_protocol::frame::ClientToRelay>();
    assert_eq!(names.first().map(String::as_str), Some("hello"));
    assert_eq!(names.last().map(String::as_str), Some("ping"));
    assert!(!every_golden_line().is_empty());
}
