//! Backups as an operator makes them: with the program, while the relay runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use rusqlite::Connection;
use tempfile::TempDir;

use crate::program::{Program, command, data, folder, run};

/// A data folder, a place for backups and a key, in one folder.
struct Scene {
    folder: TempDir,
    recipient: String,
}

impl Scene {
    fn new() -> Self {
        let folder = folder();
        let key = folder.path().join("key.txt");
        let made = run(&["backup", &format!("--make-key={}", key.display())]);
        let said = text(&made);
        let recipient = said.split('"').nth(1).unwrap().to_owned();
        assert!(recipient.starts_with("age1"), "{said}");
        assert!(said.contains("Move it off this machine"), "{said}");
        Self { folder, recipient }
    }

    fn data(&self) -> PathBuf {
        data(&self.folder)
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("backups")
    }

    fn flags(&self, data: &Path) -> Vec<String> {
        vec![
            format!("--data={}", data.display()),
            format!("--backup-to={}", self.place().display()),
            format!("--backup-recipients={}", self.recipient),
        ]
    }

    fn run(&self, words: &[&str], data: &Path) -> Output {
        let flags = self.flags(data);
        let flags = flags.iter().map(String::as_str);
        run(&words.iter().copied().chain(flags).collect::<Vec<_>>())
    }

    fn identity(&self) -> String {
        format!(
            "--identity={}",
            self.folder.path().join("key.txt").display()
        )
    }

    /// Rows that make the database several pieces large.
    fn fill(&self) {
        let db = Connection::open(self.data().join("parley.db")).unwrap();
        db.execute_batch(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
             INSERT INTO setting SELECT 'filler ' || i, randomblob(4000) FROM n",
        )
        .unwrap();
    }
}

fn text(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    said + &String::from_utf8_lossy(&output.stderr)
}

fn ok(output: Output) -> String {
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    said
}

fn refused(output: Output) -> String {
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}

#[test]
fn a_relay_is_backed_up_verified_and_moved() {
    let scene = Scene::new();
    let relay = Program::start(&scene.data(), &[]);
    let token = relay.setup_token();
    let said = ok(scene.run(&["backup"], &scene.data()));
    assert!(said.contains("Seal: "), "{said}");
    let verified = ok(scene.run(&["verify", &scene.identity()], &scene.data()));
    assert!(
        verified.contains("is whole") && verified.contains("as expected"),
        "{verified}"
    );
    // The other machine knows the seal from the note.
    let seal = said.split("Seal: ").nth(1).unwrap();
    let seal = seal.split_whitespace().next().unwrap();
    let new = scene.folder.path().join("new machine");
    let words = ["restore", &scene.identity(), &format!("--seal={seal}")];
    let said = ok(scene.run(&words, &new));
    assert!(said.contains("was restored"), "{said}");
    relay.stop();
    let moved = Program::start(&new, &[]);
    assert_eq!(moved.setup_token(), token);
    // Into a folder that is used it does not go.
    let said = refused(scene.run(&words, &new));
    assert!(said.contains("is not empty"), "{said}");
    let wrong = ["verify", &scene.identity(), "--seal=0123456789abcdef"];
    let said = refused(scene.run(&wrong, &new));
    assert!(said.contains("was not made by this relay"), "{said}");
}

#[test]
fn what_is_missing_is_said_in_plain_words() {
    let scene = Scene::new();
    let nothing = format!("--data={}", scene.data().display());
    let said = refused(run(&["backup", &nothing]));
    assert!(said.contains("set backup_to to a folder"), "{said}");
    let place = format!("--backup-to={}", scene.place().display());
    let said = refused(run(&["backup", &nothing, &place]));
    assert!(said.contains("--make-key"), "{said}");
    let said = refused(scene.run(&["backup"], &scene.data()));
    assert!(said.contains("is no data folder of a relay"), "{said}");
    let said = refused(scene.run(&["verify", &scene.identity()], &scene.data()));
    assert!(said.contains("there is no backup in"), "{said}");
    let key = scene.identity().replace("--identity", "--make-key");
    let said = refused(run(&["backup", &key]));
    assert!(said.contains("is there already"), "{said}");
}

#[test]
fn another_key_does_not_open_it() {
    let scene = Scene::new();
    let other = Scene::new();
    drop(Program::start(&scene.data(), &[]));
    ok(scene.run(&["backup"], &scene.data()));
    let said = refused(scene.run(&["verify", &other.identity()], &scene.data()));
    assert!(said.contains("encrypted for another key"), "{said}");
}

/// Killed after each number of objects that it wrote, it leaves the last good one, and the next one is made.
#[test]
fn a_backup_that_is_killed_is_none_and_the_last_good_one_stays() {
    let scene = Scene::new();
    drop(Program::start(&scene.data(), &[]));
    scene.fill();
    ok(scene.run(&["backup"], &scene.data()));
    let good = ok(scene.run(&["backup", "--list"], &scene.data()));
    assert_eq!(good.lines().count(), 1);
    let before = objects(&scene.place());
    for written in [0, 1, 3, 5] {
        let flags = scene.flags(&scene.data());
        let mut words = vec!["backup"];
        words.extend(flags.iter().map(String::as_str));
        let mut backup = command(&words).spawn().unwrap();
        let start = objects(&scene.place());
        while objects(&scene.place()) < start + written && backup.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        backup.kill().unwrap();
        backup.wait().unwrap();
        let found = ok(scene.run(&["backup", "--list"], &scene.data()));
        assert_eq!(found, good, "after {written}");
        let said = ok(scene.run(&["verify", &scene.identity()], &scene.data()));
        assert!(said.contains("is whole"), "{said}");
    }
    assert!(
        objects(&scene.place()) > before,
        "none was killed in the middle"
    );
    ok(scene.run(&["backup"], &scene.data()));
    let found = ok(scene.run(&["backup", "--list"], &scene.data()));
    assert_eq!(found.lines().count(), 2);
    assert!(!scene.data().join("backup-scratch").exists());
}

fn objects(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    let count = entries.flatten().map(|entry| {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("incoming") {
            objects(&path)
        } else {
            usize::from(path.is_file())
        }
    });
    count.sum()
}

/// A file system of a few mebibytes that is full before the backup is done.
#[test]
fn a_full_target_says_so_and_the_last_good_one_stays() {
    let scene = Scene::new();
    drop(Program::start(&scene.data(), &[]));
    fs::create_dir(scene.place()).unwrap();
    let Some(_mounted) = Small::mount(&scene.place()) else {
        eprintln!("not run: only root can mount a small file system");
        return;
    };
    ok(scene.run(&["backup"], &scene.data()));
    let good = ok(scene.run(&["backup", "--list"], &scene.data()));
    scene.fill();
    let said = refused(scene.run(&["backup"], &scene.data()));
    assert!(said.contains("is full: make room there"), "{said}");
    assert_eq!(ok(scene.run(&["backup", "--list"], &scene.data())), good);
    ok(scene.run(&["verify", &scene.identity()], &scene.data()));
}

/// A small file system in memory, until it is dropped.
struct Small(PathBuf);

impl Small {
    fn mount(at: &Path) -> Option<Self> {
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs"])
            .arg(at)
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then(|| Self(at.to_owned()))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).status();
    }
}
