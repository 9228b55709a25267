//! Which backups stay, and removal of what only the others needed.

use std::collections::{BTreeMap, HashSet};

use parley_protocol::Millis;

use super::error::BackupError;
use super::layout::{BACKUPS, BLOBS, BackupId};
use super::names;
use super::target::{Stored, Target};

const DAY: Millis = 24 * 60 * 60 * 1000;
/// Stay however old they are: a clock that is wrong must not remove every backup.
const AT_LEAST: usize = 3;
/// Bytes of a list of some million blobs.
const MAX_LIST: usize = 512 * 1024 * 1024;

/// What was removed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Removed {
    pub(crate) backups: u64,
    pub(crate) blobs: u64,
    /// Backups whose lists cannot be read: no blob is removed while they are kept.
    pub(crate) unreadable: Vec<String>,
}

struct Found {
    objects: Vec<Stored>,
    is_whole: bool,
}

/// Removes backups that are older than `days`, those that were never finished, and blobs that none of the rest names.
pub(crate) fn run(target: &dyn Target, days: u32, now: Millis) -> Result<Removed, BackupError> {
    let mut found: BTreeMap<BackupId, Found> = BTreeMap::new();
    for object in target.list(BACKUPS)? {
        // What is not ours is left alone.
        let Some(id) = BackupId::of(&object.name) else {
            continue;
        };
        let is_manifest = object.name == id.manifest();
        let of = found.entry(id).or_insert(Found {
            objects: Vec::new(),
            is_whole: false,
        });
        of.is_whole |= is_manifest;
        of.objects.push(object);
    }
    let gone = expired(&found, days, now);
    let mut removed = Removed::default();
    for id in gone {
        let Some(of) = found.remove(&id) else {
            continue;
        };
        // First the manifest: from then on it is no backup.
        target.remove(&id.manifest())?;
        for object in &of.objects {
            target.remove(&object.name)?;
        }
        removed.backups = removed.backups.saturating_add(1);
    }
    remove_blobs(target, &found, &mut removed)?;
    Ok(removed)
}

fn expired(found: &BTreeMap<BackupId, Found>, days: u32, now: Millis) -> Vec<BackupId> {
    let age = |id: &BackupId| now.saturating_sub(id.at());
    let whole = found.iter().rev().filter(|(_, of)| of.is_whole);
    let old = whole
        .skip(AT_LEAST)
        .filter(|(id, _)| age(id) > u64::from(days).saturating_mul(DAY));
    // A younger one may be another machine's that is just being written.
    let unfinished = found
        .iter()
        .filter(|(id, of)| !of.is_whole && age(id) > DAY);
    old.chain(unfinished).map(|(id, _)| id.clone()).collect()
}

fn remove_blobs(
    target: &dyn Target,
    kept: &BTreeMap<BackupId, Found>,
    removed: &mut Removed,
) -> Result<(), BackupError> {
    let mut needed: HashSet<String> = HashSet::new();
    for (id, of) in kept {
        let list = target.get(&id.blobs(), MAX_LIST)?;
        match list.as_deref().and_then(names::from_text) {
            Some(names) => needed.extend(names),
            // One that was never finished cannot be restored anyway.
            None if !of.is_whole => {}
            None => removed.unreadable.push(id.to_string()),
        }
    }
    if !removed.unreadable.is_empty() {
        return Ok(());
    }
    for blob in target.list(BLOBS)? {
        if !needed.contains(&blob.name) {
            target.remove(&blob.name)?;
            removed.blobs = removed.blobs.saturating_add(1);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::backup::folder::Folder;
    use crate::backup::layout::{blob, blob_folder};
    use parley_protocol::keys::Hash;

    const NOW: Millis = 1_796_007_600_000;

    struct Place {
        _root: TempDir,
        target: Folder,
    }

    impl Place {
        fn new() -> Self {
            let root = TempDir::new().unwrap();
            let target = Folder::at(root.path());
            Self {
                _root: root,
                target,
            }
        }

        /// A backup of so many days ago that needs some blobs.
        fn backup(&self, days: u64, blobs: &[u8], is_whole: bool) -> BackupId {
            let id = BackupId::new(NOW - days * DAY, [1; 4]);
            let names: Vec<_> = blobs.iter().map(|number| name(*number)).collect();
            for name in &names {
                self.target.put(name, b"blob".to_vec()).unwrap();
            }
            let list = names::to_text(names.iter().map(String::as_str));
            self.target.put(&id.blobs(), list.into_bytes()).unwrap();
            self.target.put(&id.piece(0), b"piece".to_vec()).unwrap();
            if is_whole {
                self.target.put(&id.manifest(), b"all".to_vec()).unwrap();
            }
            id
        }

        fn has(&self, id: &BackupId) -> bool {
            !self.target.list(&id.folder()).unwrap().is_empty()
        }

        fn blobs(&self) -> Vec<u8> {
            (0..=u8::MAX)
                .filter(|number| self.target.get(&name(*number), 100).unwrap().is_some())
                .collect()
        }
    }

    fn name(number: u8) -> String {
        blob(&blob_folder("0123"), &Hash::from_bytes([number; 32]))
    }

    #[test]
    fn what_is_old_goes_with_the_blobs_that_it_alone_needed() {
        let place = Place::new();
        let old = place.backup(31, &[1, 2], true);
        let young = [29, 2, 1].map(|days| place.backup(days, &[2, 3], true));
        let removed = run(&place.target, 30, NOW).unwrap();
        assert_eq!((removed.backups, removed.blobs), (1, 1));
        assert!(!place.has(&old) && young.iter().all(|id| place.has(id)));
        assert_eq!(place.blobs(), [2, 3]);
    }

    #[test]
    fn a_clock_that_is_far_ahead_leaves_the_last_three() {
        let place = Place::new();
        let all = [4, 3, 2, 1].map(|days| place.backup(days, &[1], true));
        run(&place.target, 30, NOW + 1000 * DAY).unwrap();
        assert_eq!(all.map(|id| place.has(&id)), [false, true, true, true]);
    }

    #[test]
    fn what_was_never_finished_goes_after_a_day_and_does_not_count() {
        let place = Place::new();
        let whole = place.backup(40, &[1], true);
        let killed = place.backup(2, &[2], false);
        let running = place.backup(0, &[3], false);
        let removed = run(&place.target, 30, NOW).unwrap();
        assert_eq!(removed.backups, 1);
        assert!(place.has(&whole) && place.has(&running) && !place.has(&killed));
        assert_eq!(place.blobs(), [1, 3]);
    }

    #[test]
    fn no_blob_goes_while_a_list_cannot_be_read() {
        let place = Place::new();
        let damaged = place.backup(1, &[1], true);
        place.backup(0, &[2], true);
        place.target.put(&name(9), b"blob".to_vec()).unwrap();
        place
            .target
            .put(&damaged.blobs(), b"nonsense".to_vec())
            .unwrap();
        let removed = run(&place.target, 30, NOW).unwrap();
        assert_eq!(removed.unreadable, [damaged.to_string()]);
        assert_eq!(place.blobs(), [1, 2, 9]);
    }

    #[test]
    fn what_is_not_ours_stays() {
        let place = Place::new();
        place.backup(0, &[], true);
        place
            .target
            .put("backups/notes/readme", b"mine".to_vec())
            .unwrap();
        run(&place.target, 0, NOW).unwrap();
        assert!(
            place
                .target
                .get("backups/notes/readme", 10)
                .unwrap()
                .is_some()
        );
    }
}
