//! The disk under the files: full, cut in the middle, or away. Nothing that was answered is lost, and nothing that was
//! not stays for ever.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::StatusCode;
use parley_protocol::entry::ChannelKind;
use parley_protocol::error::ErrorCode;
use parley_protocol::keys::Hash;
use parley_relay::Disk;

use crate::support::files::{Sender, assert_unknown};
use crate::support::log::Log;
use crate::support::server::Founded;
use crate::support::town::files_of_blobs;

const RESERVE: u64 = 256 * 1024 * 1024;

/// A disk with so many bytes left. It says that it has more, as one does to which others write, too.
#[derive(Default)]
struct SmallDisk {
    left: AtomicU64,
    told: AtomicU64,
}

impl Disk for SmallDisk {
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let wanted = bytes.len() as u64;
        let left = self.left.load(Ordering::SeqCst);
        if left < wanted {
            // As much as there is room for, as a real one does.
            let fits = usize::try_from(left).unwrap();
            file.write_all(&bytes[..fits])?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.left.store(left - wanted, Ordering::SeqCst);
        file.write_all(bytes)
    }

    fn free(&self, _: &Path) -> io::Result<u64> {
        Ok(self.told.load(Ordering::SeqCst))
    }
}

#[tokio::test]
async fn a_full_disk_is_a_clear_word_and_loses_nothing() {
    let disk = Arc::new(SmallDisk::default());
    disk.left.store(1_000_000, Ordering::SeqCst);
    disk.told.store(u64::MAX, Ordering::SeqCst);
    let founded = Founded::start_on(Arc::clone(&disk) as Arc<dyn Disk>, &[]).await;
    let server = &founded.server;
    let ada = Sender::owner(&founded).await;
    let (first, second) = (vec![1; 700_000], vec![2; 700_000]);
    assert_eq!(ada.upload(server, &first).await.status, StatusCode::OK);
    let answer = ada.upload(server, &second).await;
    assert_eq!(answer.status, StatusCode::INSUFFICIENT_STORAGE);
    assert_eq!(answer.refusal(), ErrorCode::DiskFull);
    assert_eq!(files_of_blobs(server.folder.path()), 1);
    let answer = ada.get(server, &Hash::of(&first).to_string()).await;
    assert!(answer.body == first);

    disk.left.store(u64::MAX, Ordering::SeqCst);
    assert_eq!(ada.upload(server, &second).await.status, StatusCode::OK);
}

#[tokio::test]
async fn files_leave_room_for_messages() {
    let disk = Arc::new(SmallDisk::default());
    disk.left.store(u64::MAX, Ordering::SeqCst);
    disk.told.store(RESERVE + 99, Ordering::SeqCst);
    let founded = Founded::start_on(Arc::clone(&disk) as Arc<dyn Disk>, &[]).await;
    let server = &founded.server;
    let ada = Sender::owner(&founded).await;
    let answer = ada.upload(server, &[1; 100]).await;
    assert_eq!(answer.refusal(), ErrorCode::DiskFull);
    assert_eq!(ada.upload(server, &[1; 99]).await.status, StatusCode::OK);
}

/// What a start makes of the folder, in the background.
async fn until_there_are(founded: &Founded, files: usize) {
    let patience = std::time::Duration::from_secs(20);
    let done = tokio::time::timeout(patience, async {
        while files_of_blobs(founded.server.folder.path()) != files {
            tokio::task::yield_now().await;
        }
    });
    done.await.unwrap();
}

#[tokio::test]
async fn a_crash_between_file_and_row_leaves_nothing() {
    let founded = Founded::start(&[]).await;
    let ada = Sender::owner(&founded).await;
    ada.upload(&founded.server, b"answered").await;
    let data = founded.server.folder.path().join("blobs");
    let name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    for folder in ["ba", "incoming"] {
        std::fs::create_dir_all(data.join(folder)).unwrap();
    }
    std::fs::write(data.join("ba").join(name), b"abc").unwrap();
    std::fs::write(data.join("incoming/0"), b"ab").unwrap();
    let founded = founded.restart(&[]).await;
    until_there_are(&founded, 1).await;
    let answer = ada
        .get(&founded.server, &Hash::of(b"answered").to_string())
        .await;
    assert_eq!(answer.body, b"answered");
    let answer = ada.upload(&founded.server, b"abc").await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_crash_between_row_and_file_is_made_good() {
    let founded = Founded::start(&["--blob-grace-minutes=1"]).await;
    let ada = Sender::owner(&founded).await;
    ada.upload(&founded.server, b"never named").await;
    let path = founded.server.folder.path().join("parley.db");
    let founded = founded
        .restart_after(
            || {
                let db = rusqlite::Connection::open(&path).unwrap();
                let statement = "INSERT INTO blob_gone SELECT hash FROM blob;
                    DELETE FROM blob; DELETE FROM blob_holder;";
                db.execute_batch(statement).unwrap();
            },
            &[],
        )
        .await;
    until_there_are(&founded, 0).await;
}

/// A folder that is away for a while costs nothing but the time.
#[tokio::test]
async fn a_named_blob_without_a_file_stays_known_and_can_be_sent_again() {
    let founded = Founded::start(&["--metrics-open"]).await;
    let mut ada = Sender::owner(&founded).await;
    let channels = founded.community.channels();
    let text = channels.iter().find(|(_, it)| it.kind == ChannelKind::Text);
    let channel = *text.unwrap().0;
    let (named, unnamed) = (Hash::of(b"named"), Hash::of(b"unnamed"));
    ada.upload(&founded.server, b"named").await;
    ada.upload(&founded.server, b"unnamed").await;
    let session = ada.announce(&founded, channel).await;
    ada.post(channel, session, &[named]).await.unwrap();
    let blobs = founded.server.folder.path().join("blobs");
    let away = founded.server.folder.path().join("away");
    let founded = founded
        .restart_after(
            || std::fs::rename(&blobs, &away).unwrap(),
            &["--metrics-open"],
        )
        .await;
    let server = &founded.server;
    assert_unknown(&ada.get(server, &named.to_string()).await, &named);
    while server.counter("parley_blobs_missing").await == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.counter("parley_blobs").await, 1);
    assert_eq!(ada.head(server, &unnamed).await, StatusCode::NOT_FOUND);
    assert_eq!(ada.upload(server, b"named").await.status, StatusCode::OK);
    assert_eq!(ada.get(server, &named.to_string()).await.body, b"named");
}

#[tokio::test]
async fn a_damaged_file_is_named_after_the_start_and_stays_where_it_is() {
    let log = Log::capture();
    let founded = Founded::start(&[]).await;
    let ada = Sender::owner(&founded).await;
    ada.upload(&founded.server, b"whole").await;
    ada.upload(&founded.server, b"abc").await;
    let name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let folder = founded.server.folder.path().to_owned();
    let place = folder.join("blobs/ba").join(name);
    let damage = || std::fs::write(&place, b"abd").unwrap();
    let founded = founded.restart_after(damage, &["--metrics-open"]).await;
    let server = &founded.server;
    while server.counter("parley_blobs_damaged").await == 0 {
        tokio::task::yield_now().await;
    }
    let said = log.text();
    assert!(said.contains(&format!("blobs/ba/{name}")), "{said}");
    assert_eq!(std::fs::read(&place).unwrap(), b"abd");
    assert_eq!(files_of_blobs(&folder), 2);
}
