//! Descriptions as they are written and read, and what no client writes.

mod sealing;

use parley_protocol::json;
use parley_protocol::limits::{CHUNK_BYTES_LEAST, MAX_BLOBS_PER_ITEM, MAX_FILE_BYTES};
use proptest::prelude::*;

use super::limits::{MAX_FILES, MAX_NAME_BYTES, MAX_PREVIEW_BYTES, MAX_SIDE, WAVEFORM_VALUES};
use super::*;

pub(crate) fn blobs(count: u32, salt: u8) -> Vec<Hash> {
    let name = |index: u32| [&[salt][..], &index.to_be_bytes()].concat();
    (0..count).map(|index| Hash::of(&name(index))).collect()
}

pub(crate) fn file(size: u64, salt: u8) -> (FileDescription, Vec<Hash>) {
    let chunk_bytes = chunk_bytes_for(&[size]);
    let chunks = Chunks::new(size, chunk_bytes).count();
    let blobs = blobs(chunks, salt);
    let file = FileDescription {
        name: "beans.txt".to_owned(),
        mime: "text/plain".to_owned(),
        size,
        key: FileKey::from_bytes([salt; 32]),
        chunk_bytes,
        chunks,
        root: root_of(&blobs),
        covered: false,
        kind: FileKind::Other,
    };
    (file, blobs)
}

fn picture() -> FileKind {
    FileKind::Image {
        width: 640,
        height: 480,
        preview: "1QcSHQRnh493V4dIh4eXh1h4kJUI".to_owned(),
    }
}

fn kinds() -> [FileKind; 5] {
    let preview = String::new();
    [
        picture(),
        FileKind::Video {
            width: 1,
            height: MAX_SIDE,
            seconds: 9,
            preview,
        },
        FileKind::Audio { seconds: 0 },
        FileKind::Voice {
            seconds: 7,
            waveform: vec![0, 128, 255],
        },
        FileKind::Other,
    ]
}

#[test]
fn a_file_is_read_as_it_was_written() {
    for kind in kinds() {
        let file = FileDescription {
            kind,
            ..file(9, 1).0
        };
        assert_eq!(file.check(), Ok(()));
        let text = json::write(&file);
        assert_eq!(
            json::read::<FileDescription>(&text).unwrap(),
            file,
            "{text}"
        );
    }
}

#[test]
fn it_has_one_text() {
    let (file, _) = file(5, 7);
    let text = json::write(&FileDescription {
        kind: picture(),
        ..file
    });
    let expected = r#"{"name":"beans.txt","mime":"text/plain","size":5,"key":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc","chunk_bytes":1048576,"chunks":1,"root":"ROOT","kind":{"image":{"width":640,"height":480,"preview":"1QcSHQRnh493V4dIh4eXh1h4kJUI"}}}"#;
    let root = root_of(&blobs(1, 7)).to_string();
    assert_eq!(text, expected.replace("ROOT", &root));
}

#[test]
fn a_kind_that_is_not_known_yet_is_a_file_like_any_other() {
    for kind in [r#""hologram""#, r#"{"hologram":{"depth":3}}"#, "{}"] {
        assert_eq!(json::read::<FileKind>(kind).unwrap(), FileKind::Other);
    }
    for kind in [
        "7",
        r#"{"image":{"width":3}}"#,
        r#"{"voice":{"seconds":1,"waveform":"!"}}"#,
    ] {
        assert!(json::read::<FileKind>(kind).is_err(), "{kind}");
    }
}

#[test]
fn printing_shows_neither_name_nor_key() {
    let (file, _) = file(5, 7);
    let printed = format!("{file:?} {:?}", file.key);
    assert!(
        !printed.contains("beans") && !printed.contains("Bwc"),
        "{printed}"
    );
}

#[test]
fn what_no_client_writes_is_no_file() {
    type Change = fn(&mut FileDescription);
    let cases: [(Change, FileFault); 13] = [
        (|it| it.name = String::new(), FileFault::Name),
        (
            |it| it.name = "x".repeat(MAX_NAME_BYTES + 1),
            FileFault::Name,
        ),
        (|it| it.mime = "text".to_owned(), FileFault::Type),
        (
            |it| it.mime = "text/plain\r\nX: y".to_owned(),
            FileFault::Type,
        ),
        (
            |it| it.size = MAX_FILE_BYTES + 1,
            FileFault::TooLarge {
                bytes: MAX_FILE_BYTES + 1,
            },
        ),
        (
            |it| it.size = u64::from(CHUNK_BYTES_LEAST) + 1,
            FileFault::Cut,
        ),
        (|it| it.chunks = 0, FileFault::Cut),
        (|it| it.chunks = u32::MAX, FileFault::Cut),
        (|it| it.chunk_bytes = 0, FileFault::Cut),
        (|it| it.chunk_bytes = 5, FileFault::Cut),
        (|it| it.chunk_bytes = u32::MAX, FileFault::Cut),
        (
            |it| {
                it.kind = FileKind::Image {
                    width: MAX_SIDE + 1,
                    height: 0,
                    preview: String::new(),
                };
            },
            FileFault::Kind,
        ),
        (
            |it| {
                it.kind = FileKind::Image {
                    width: 1,
                    height: 1,
                    preview: "x".repeat(MAX_PREVIEW_BYTES + 1),
                };
            },
            FileFault::Kind,
        ),
    ];
    for (change, fault) in cases {
        let (mut file, _) = file(5, 7);
        change(&mut file);
        assert_eq!(file.check(), Err(fault), "{file:?}");
    }
    let (mut voice, _) = file(5, 7);
    voice.kind = FileKind::Voice {
        seconds: 1,
        waveform: vec![0; WAVEFORM_VALUES + 1],
    };
    assert_eq!(voice.check(), Err(FileFault::Kind));
}

#[test]
fn a_message_has_a_few_files_and_so_many_bytes() {
    let some = |count| vec![file(5, 1).0; count];
    assert_eq!(check(&some(MAX_FILES)), Ok(()));
    let count = MAX_FILES + 1;
    assert_eq!(check(&some(count)), Err(FileFault::TooMany { count }));
    let large = file(MAX_FILE_BYTES, 1).0;
    assert_eq!(check(std::slice::from_ref(&large)), Ok(()));
    let bytes = 2 * MAX_FILE_BYTES;
    let two = [large.clone(), large];
    assert_eq!(check(&two), Err(FileFault::TooLarge { bytes }));
    // Small chunks of large files are more blobs than an item may name.
    let mut fine = file(MAX_FILE_BYTES, 1).0;
    fine.chunk_bytes = CHUNK_BYTES_LEAST;
    fine.chunks = fine.cut().count();
    assert_eq!(check(&[fine]), Err(FileFault::Cut));
}

#[test]
fn each_file_has_its_part_of_the_list_and_a_changed_list_belongs_to_none() {
    let (one, mut list) = file(3 * 1024 * 1024, 1);
    let (other, more) = file(10, 2);
    list.extend(more);
    let files = [one, other];
    let counts = |list: &[Hash]| -> Vec<Option<usize>> {
        let found = files_of(&files, list);
        found.map(|it| it.blobs.ok().map(<[Hash]>::len)).collect()
    };
    assert_eq!(counts(&list), [Some(3), Some(1)]);
    let mut swapped = list.clone();
    swapped.swap(0, 1);
    assert_eq!(counts(&swapped), [None, Some(1)]);
    let mut other = list.clone();
    other[3] = Hash::of(b"something else");
    assert_eq!(counts(&other), [Some(3), None]);
    for wrong in [&list[..3], &list[1..], &[]] {
        assert_eq!(counts(wrong), [None, None]);
    }
    list.push(Hash::of(b"one more"));
    assert_eq!(counts(&list), [None, None]);
}

#[test]
fn names_and_types_do_nothing_when_they_are_shown_or_saved() {
    for (name, clean) in [
        ("beans.txt", "beans.txt"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\beans\\a.txt", "C__beans_a.txt"),
        ("a\u{202e}gpj.exe", "agpj.exe"),
        ("a\r\nb\u{0}.txt", "ab.txt"),
        (".htaccess", "htaccess"),
        ("..", "file"),
        (" \u{200f} ", "file"),
        ("", "file"),
        ("Größe 豆.txt", "Größe 豆.txt"),
    ] {
        assert_eq!(clean_name(name), clean, "{name:?}");
    }
    let long = clean_name(&format!("{}.tar.gz", "ö".repeat(300)));
    assert!(
        long.len() <= MAX_NAME_BYTES && long.ends_with(".tar.gz"),
        "{long}"
    );
    for (claimed, clean) in [
        ("Image/PNG", "image/png"),
        ("audio/webm;codecs=opus", "audio/webm"),
        ("", "application/octet-stream"),
        ("text/html\r\nSet-Cookie: a=b", "application/octet-stream"),
        ("a/b/c", "application/octet-stream"),
    ] {
        assert_eq!(clean_type(claimed), clean, "{claimed:?}");
    }
}

#[test]
fn nothing_that_runs_is_shown() {
    for mime in [
        "image/svg+xml",
        "text/html",
        "application/pdf",
        "text/xml",
        "image/bmp",
    ] {
        assert_eq!(shown_as(mime), None, "{mime}");
    }
    let html = b"<html><script>";
    assert_eq!(type_of_first_bytes(html, "image/png"), None);
    assert_eq!(type_of_first_bytes(b"<svg xmlns=", "image/png"), None);
    assert_eq!(
        type_of_first_bytes(b"\x89PNG\r\n\x1a\n...", "image/gif"),
        Some("image/png")
    );
    assert_eq!(
        type_of_first_bytes(b"\xff\xd8\xff\xe0", ""),
        Some("image/jpeg")
    );
    assert_eq!(
        type_of_first_bytes(b"\x1a\x45\xdf\xa3", "audio/webm"),
        Some("audio/webm")
    );
    assert_eq!(
        type_of_first_bytes(b"\x1a\x45\xdf\xa3", "video/webm"),
        Some("video/webm")
    );
    assert_eq!(
        type_of_first_bytes(b"\0\0\0\x20ftypavif", ""),
        Some("image/avif")
    );
    assert_eq!(
        type_of_first_bytes(b"\0\0\0\x20ftypisom", "audio/mp4"),
        Some("audio/mp4")
    );
    assert_eq!(type_of_first_bytes(b"", ""), None);
}

proptest! {
    #[test]
    fn chunks_cover_a_file_once(size in 0..=MAX_FILE_BYTES, sizes in proptest::collection::vec(0..=MAX_FILE_BYTES, 0..4)) {
        let mut all = sizes;
        all.push(size);
        let chunk_bytes = chunk_bytes_for(&all);
        let cut = Chunks::new(size, chunk_bytes);
        let mut end = 0;
        for index in 0..cut.count() {
            let range = cut.range(index);
            prop_assert_eq!(range.start, end);
            prop_assert!(range.end > range.start || size == 0);
            prop_assert_eq!(cut.sealed_bytes(index), range.end - range.start + 16);
            end = range.end;
        }
        prop_assert_eq!(end, size);
        prop_assert!(cut.range(cut.count()).is_empty());
    }

    #[test]
    fn files_that_may_be_sent_together_need_no_more_blobs_than_an_item_names(
        parts in proptest::collection::vec(0..=MAX_FILE_BYTES, 1..=MAX_FILES),
    ) {
        // Each takes its share of what is allowed.
        let sum: u128 = parts.iter().map(|it| u128::from(*it)).sum();
        let share = |it: &u64| u64::try_from(u128::from(*it) * u128::from(MAX_FILE_BYTES) / sum.max(1)).unwrap();
        let sizes: Vec<u64> = parts.iter().map(share).collect();
        let chunk_bytes = chunk_bytes_for(&sizes);
        let count: u32 = sizes.iter().map(|size| Chunks::new(*size, chunk_bytes).count()).sum();
        prop_assert!(usize::try_from(count).unwrap() <= MAX_BLOBS_PER_ITEM);
    }

    #[test]
    fn a_clean_name_stays_as_it_is(name in ".{0,300}") {
        let clean = clean_name(&name);
        prop_assert_eq!(&clean_name(&clean), &clean);
        prop_assert!(!clean.is_empty() && clean.len() <= MAX_NAME_BYTES);
        let is_bad = clean.contains(['/', '\\', '\r', '\n', '\u{202e}', '"']);
        prop_assert!(!is_bad);
    }

    #[test]
    fn any_bytes_have_a_type_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..40), claimed in "[a-z/]{0,12}") {
        let found = type_of_first_bytes(&bytes, &claimed);
        prop_assert!(found.is_none_or(|it| shown_as(it).is_some()));
    }
}
