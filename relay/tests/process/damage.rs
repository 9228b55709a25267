//! What the relay says at the start when its data is not what it should be, and that it changes nothing then.

use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;

use crate::program::{Program, data, folder, run};

/// A data folder that a relay has used and left, and its database.
fn used() -> (TempDir, PathBuf) {
    let folder = folder();
    let relay = Program::start(&data(&folder), &[]);
    assert!(relay.stop().status.success());
    let file = data(&folder).join("parley.db");
    (folder, file)
}

/// What a relay says that refuses to start.
fn refusal(folder: &TempDir) -> String {
    let Err(ended) = Program::try_start(&data(folder), &[]) else {
        panic!("it starts");
    };
    assert_eq!(ended.status.code(), Some(1));
    ended.logged
}

#[test]
fn a_database_of_a_newer_relay_is_left_alone() {
    let (folder, file) = used();
    let db = Connection::open(&file).unwrap();
    db.pragma_update(None, "user_version", 1000).unwrap();
    drop(db);
    let before = std::fs::read(&file).unwrap();
    let said = refusal(&folder);
    assert!(said.contains("written by a newer relay"), "{said}");
    assert!(said.contains("schema version 1000"), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn a_damaged_database_is_named_with_what_to_do() {
    let (folder, file) = used();
    let root: u32 = Connection::open(&file)
        .unwrap()
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'setting'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let opened = std::fs::OpenOptions::new().write(true).open(&file).unwrap();
    opened
        .write_all_at(&[0xa5; 4096], u64::from(root - 1) * 4096)
        .unwrap();
    let said = refusal(&folder);
    assert!(said.contains("parley.db is damaged"), "{said}");
    assert!(said.contains("parley-relay restore"), "{said}");

    std::fs::write(&file, "no database at all, but rather a letter".repeat(300)).unwrap();
    let said = refusal(&folder);
    assert!(said.contains("parley.db is damaged"), "{said}");
}

#[test]
fn a_community_whose_database_is_gone_is_not_begun_anew() {
    let (folder, file) = used();
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir_all(data(&folder).join("blobs/00")).unwrap();
    let said = refusal(&folder);
    assert!(said.contains("there is no database at"), "{said}");
    assert!(!file.exists());
}

/// As in version 1, with a made-up member: it is copied, and brought up to date.
#[test]
fn an_upgrade_says_where_the_copy_is() {
    let folder = folder();
    std::fs::create_dir(data(&folder)).unwrap();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema-1.sql");
    let text = std::fs::read_to_string(fixture).unwrap();
    let db = Connection::open(data(&folder).join("parley.db")).unwrap();
    db.execute_batch(&text).unwrap();
    drop(db);
    let relay = Program::start(&data(&folder), &[]);
    assert_eq!(relay.get("/readyz").0, 200);
    let logged = relay.stop().logged;
    assert!(
        logged.contains("parley-before-upgrade-of-schema-1.db"),
        "{logged}"
    );
    assert!(
        data(&folder)
            .join("parley-before-upgrade-of-schema-1.db")
            .exists()
    );
}

#[test]
fn a_flag_that_names_nothing_is_no_reason_to_touch_the_data() {
    let (folder, file) = used();
    let before = std::fs::read(&file).unwrap();
    let data = format!("--data={}", data(&folder).display());
    assert_eq!(run(&[&data, "--listen=nowhere"]).status.code(), Some(2));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}
