//! What the relay keeps is its own account's, whoever made the folder.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use parley_relay::entropy::SeededEntropy;
use parley_relay::local::{LocalOptions, LocalRelay};
use tempfile::TempDir;

use crate::support::process::Process;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn the_program_writes_for_its_own_account_only() {
    let relay = Process::start(&[]);
    let files: Vec<_> = fs::read_dir(relay.folder.path()).unwrap().collect();
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_folder_that_was_left_open_is_closed_at_the_start() {
    let folder = TempDir::new().unwrap();
    let open = || {
        let entropy = Box::new(SeededEntropy::new(1));
        LocalRelay::open(folder.path(), entropy, LocalOptions::default())
    };
    drop(open().unwrap());
    let database = folder.path().join("parley.db");
    for path in [folder.path(), &database] {
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
    drop(open().unwrap());
    assert_eq!(mode(folder.path()), 0o700);
    assert_eq!(mode(&database), 0o600);
}

#[test]
fn a_folder_that_anybody_can_exchange_is_refused_in_plain_words() {
    let parent = TempDir::new().unwrap();
    fs::set_permissions(parent.path(), Permissions::from_mode(0o777)).unwrap();
    let entropy = Box::new(SeededEntropy::new(1));
    let folder = parent.path().join("data");
    let Err(error) = LocalRelay::open(&folder, entropy, LocalOptions::default()) else {
        panic!("it starts");
    };
    assert!(
        error.to_string().starts_with("everybody may write to "),
        "{error}"
    );
    assert!(!folder.join("parley.db").exists());
}
