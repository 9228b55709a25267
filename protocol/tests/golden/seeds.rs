//! The seeds of the fuzz targets, made from the golden texts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::book::is_writing;
use super::log::story;
use crate::support::storm::STEP_BYTES;

fn folder(target: &str) -> PathBuf {
    let seeds = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    seeds.join(target)
}

type Seeds = BTreeMap<String, Vec<u8>>;

/// One seed for each line of these golden files.
fn frame_seeds() -> Seeds {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden_texts");
    let mut seeds = Seeds::new();
    for name in [
        "to_relay",
        "to_client",
        "channel",
        "http",
        "invite_link",
        "vault",
    ] {
        let file = golden.join(name).with_extension("jsonl");
        let text = std::fs::read_to_string(file).expect("a golden file");
        for (number, line) in text.lines().enumerate() {
            let bytes = line.trim_matches('"').as_bytes().to_vec();
            seeds.insert(format!("{name}-{number:02}"), bytes);
        }
    }
    seeds
}

/// Bodies at their sequence number in the golden log, and stories with a step of each kind.
fn entry_seeds() -> Seeds {
    let mut seeds = Seeds::new();
    for (place, entry) in (0_u8..).zip(&story().0.log) {
        let before = place.saturating_sub(1);
        let bytes = [&[1, before], entry.body.as_bytes()].concat();
        seeds.insert(format!("body-{place:02}"), bytes);
    }
    for kind in 0..14 {
        let steps: [[u8; STEP_BYTES]; 2] = [[0, 1, kind, 2, 3, 5, 255], [3, 1, kind, 4, 1, 9, 255]];
        seeds.insert(
            format!("story-{kind:02}"),
            [&[0], steps.concat().as_slice()].concat(),
        );
    }
    seeds
}

#[track_caller]
fn check(target: &str, seeds: Seeds) {
    let folder = folder(target);
    if is_writing() {
        std::fs::create_dir_all(&folder).expect("a folder");
        for (name, bytes) in &seeds {
            std::fs::write(folder.join(name), bytes).expect("a file");
        }
    }
    for (name, bytes) in seeds {
        let seed = std::fs::read(folder.join(&name)).expect("a seed");
        assert!(
            seed == bytes,
            "{target}/{name} is not what the golden texts say"
        );
    }
}

#[test]
fn the_fuzz_targets_start_from_the_golden_texts() {
    check("frames", frame_seeds());
    check("log_entries", entry_seeds());
}
