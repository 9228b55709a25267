//! Films that are made here, with places in all the boxes in which cameras write them.

use proptest::prelude::*;

use super::{Cleaner, Cleaning, FilmFault, Patch, Written};

const PLACE: &[u8] = b"+48.8577+002.295+035/";

fn boxed(kind: &[u8], inside: &[&[u8]]) -> Vec<u8> {
    let inside = inside.concat();
    let size = u32::try_from(inside.len() + 8).unwrap();
    [&size.to_be_bytes()[..], kind, &inside].concat()
}

fn handler(kind: &[u8]) -> Vec<u8> {
    boxed(b"hdlr", &[&[0; 8], kind, &[0; 12], b"name\0"])
}

fn times(kind: &[u8], version: u8) -> Vec<u8> {
    let made = [0xd9; 16];
    let made = made.get(..if version == 1 { 16 } else { 8 }).unwrap();
    boxed(kind, &[&[version, 0, 0, 3], made, &[7; 60]])
}

fn track(kind: &[u8]) -> Vec<u8> {
    let media = boxed(
        b"mdia",
        &[
            &times(b"mdhd", 0),
            &handler(kind),
            &boxed(b"minf", &[&[5; 90]]),
        ],
    );
    let told = boxed(b"udta", &[&boxed(b"\xa9xyz", &[PLACE])]);
    boxed(b"trak", &[&times(b"tkhd", 1), &media, &told])
}

/// As telephones write them: in `udta` for one kind, in `meta` for the other, and as XMP.
fn told() -> [Vec<u8>; 2] {
    let udta = boxed(
        b"udta",
        &[
            &boxed(b"\xa9xyz", &[&[0, 21, 0x15, 0xc7], PLACE]),
            &boxed(b"loci", &[&[0; 4], b"\x15\xc7", PLACE, b"\0earth\0"]),
            &[0; 4],
        ],
    );
    let keys = boxed(
        b"keys",
        &[
            &[0; 7],
            &[1],
            &boxed(b"mdta", &[b"com.apple.quicktime.location.ISO6709"]),
        ],
    );
    let value = boxed(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0], PLACE]);
    let list = boxed(b"ilst", &[&boxed(&[0, 0, 0, 1], &[&value])]);
    [udta, boxed(b"meta", &[&handler(b"mdta"), &keys, &list])]
}

fn movie(tracks: &[Vec<u8>]) -> Vec<u8> {
    let [udta, meta] = told();
    boxed(
        b"moov",
        &[&times(b"mvhd", 0), &tracks.concat(), &udta, &meta],
    )
}

fn film(tracks: &[Vec<u8>]) -> Vec<u8> {
    let xmp = boxed(
        b"uuid",
        &[
            b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac",
            b"<exif:GPSLatitude>",
            PLACE,
        ],
    );
    [
        boxed(b"ftyp", &[b"isom", &[0; 4], b"isom"]),
        boxed(b"free", &[PLACE]),
        boxed(b"mdat", &[&vec![0x77; 200_000]]),
        movie(tracks),
        xmp,
        boxed(b"sefd", &[PLACE]),
        [&[0xff; 3][..], PLACE].concat(),
    ]
    .concat()
}

fn clean(film: &[u8]) -> Result<Cleaning, FilmFault> {
    let mut cleaner = Cleaner::new(film.len() as u64);
    let mut asked = 0;
    while let Some(wanted) = cleaner.wants() {
        let (from, to) = (wanted.start, wanted.end);
        assert!(from < to && to <= film.len() as u64 && to - from <= 64 * 1024);
        asked += 1;
        assert!(asked <= 200_000, "it comes to no end");
        let range = usize::try_from(from).unwrap()..usize::try_from(to).unwrap();
        cleaner.take(&film[range]);
    }
    cleaner.finish()
}

fn cleaned(film: &[u8], cleaning: &Cleaning) -> Vec<u8> {
    let mut out = film.to_vec();
    for patch in &cleaning.patches {
        let at = usize::try_from(patch.at).unwrap();
        let length = usize::try_from(patch.length()).unwrap();
        let place = &mut out[at..at + length];
        match patch.with {
            Written::Free => place.copy_from_slice(&Cleaner::free()),
            Written::Zeros(_) => place.fill(0),
        }
    }
    out
}

fn has(film: &[u8], what: &[u8]) -> bool {
    film.windows(what.len()).any(|it| it == what)
}

#[test]
fn no_place_and_no_time_is_left_and_everything_else_is_where_it_was() {
    let film = film(&[track(b"vide"), track(b"soun")]);
    assert!(has(&film, PLACE) && has(&film, &[0xd9; 8]));
    let cleaning = clean(&film).unwrap();
    assert!(!cleaning.may_tell_more);
    let out = cleaned(&film, &cleaning);
    assert_eq!(out.len(), film.len());
    for gone in [
        PLACE,
        b"GPSLatitude",
        b"ISO6709",
        &[0xd9; 4],
        b"udta",
        b"meta",
        b"uuid",
    ] {
        assert!(!has(&out, gone), "{gone:?}");
    }
    for kept in [&b"ftyp"[..], b"moov", b"vide", b"soun", &[7; 60], &[5; 90]] {
        assert!(has(&out, kept), "{kept:?}");
    }
    assert_eq!(
        film.iter()
            .fold(0, |count, it| count + usize::from(*it == 0x77)),
        200_000
    );
    assert_eq!(
        out.iter()
            .fold(0, |count, it| count + usize::from(*it == 0x77)),
        200_000
    );
    // What is clean stays as it is.
    assert_eq!(cleaned(&out, &clean(&out).unwrap()), out);
}

#[test]
fn patches_stand_in_order_and_do_not_touch_one_another() {
    let film = film(&[track(b"vide")]);
    let mut end = 0;
    for patch in clean(&film).unwrap().patches {
        assert!(patch.at >= end, "{patch:?}");
        end = patch.at + patch.length();
    }
    assert!(end <= film.len() as u64);
}

/// A track as cameras have it that write where they are into the film, again and again: three samples of 21 bytes, two of
/// them in the first chunk.
fn way(chunks: [u32; 2]) -> Vec<u8> {
    let numbers =
        |numbers: &[u32]| -> Vec<u8> { numbers.iter().flat_map(|it| it.to_be_bytes()).collect() };
    let table = boxed(
        b"stbl",
        &[
            &boxed(b"stsd", &[&[0; 8], &boxed(b"mebx", &[PLACE])]),
            &boxed(b"stsc", &[&numbers(&[0, 2, 1, 2, 1, 2, 1, 1])]),
            &boxed(b"stsz", &[&numbers(&[0, 0, 3, 21, 21, 21])]),
            &boxed(b"stco", &[&numbers(&[0, 2, chunks[0], chunks[1]])]),
        ],
    );
    let info = boxed(b"minf", &[&boxed(b"gmhd", &[&[1; 20]]), &table]);
    let media = boxed(b"mdia", &[&times(b"mdhd", 0), &handler(b"meta"), &info]);
    boxed(b"trak", &[&times(b"tkhd", 1), &media])
}

#[test]
fn a_track_in_which_a_camera_writes_where_it_is_is_emptied_with_what_it_wrote() {
    let begin = boxed(b"ftyp", &[b"isom", &[0; 4], b"isom"]);
    let pictures = [0x77; 5_000];
    let inside = [&pictures[..], PLACE, PLACE, &pictures, PLACE, &pictures].concat();
    let first = u32::try_from(begin.len() + 8 + 5_000).unwrap();
    let chunks = [first, first + 42 + 5_000];
    for is_late in [true, false] {
        let movie = movie(&[track(b"vide"), way(chunks), track(b"soun")]);
        let shift = if is_late {
            0
        } else {
            u32::try_from(movie.len()).unwrap()
        };
        let movie = self::movie(&[
            track(b"vide"),
            way(chunks.map(|at| at + shift)),
            track(b"soun"),
        ]);
        let data = boxed(b"mdat", &[&inside]);
        let parts = if is_late {
            [data, movie]
        } else {
            [movie, data]
        };
        let film = [begin.clone(), parts.concat()].concat();
        let cleaning = clean(&film).unwrap();
        assert!(!cleaning.may_tell_more);
        let out = cleaned(&film, &cleaning);
        assert!(has(&film, PLACE) && !has(&out, PLACE));
        assert!(!has(&out, b"mebx") && has(&out, b"soun"));
        let count = |film: &[u8]| {
            film.iter()
                .fold(0, |count, it| count + usize::from(*it == 0x77))
        };
        assert_eq!(count(&out), 15_000, "the pictures stay");
        let mut end = 0;
        for patch in &cleaning.patches {
            assert!(patch.at >= end, "{patch:?}");
            end = patch.at + patch.length();
        }
    }
}

#[test]
fn such_a_track_that_points_elsewhere_is_noticed() {
    // It has no tables, or they lead out of the film itself.
    for track in [track(b"meta"), way([2, 90])] {
        assert!(clean(&film(&[track])).unwrap().may_tell_more);
    }
    // In fragments there is more than tables tell.
    let fragments = [movie(&[way([0, 0])]), boxed(b"moof", &[&[0; 40]])].concat();
    assert!(clean(&fragments).unwrap().may_tell_more);
}

#[test]
fn a_film_of_any_length_is_read_in_a_few_steps() {
    // The film itself is longer than any memory: only its box is there.
    let mdat = [
        &1_u32.to_be_bytes()[..],
        b"mdat",
        &(1_u64 << 40).to_be_bytes(),
    ]
    .concat();
    let (begin, end) = (boxed(b"ftyp", &[b"isom"]), movie(&[track(b"vide")]));
    let behind = begin.len() as u64 + (1 << 40);
    let mut cleaner = Cleaner::new(behind + end.len() as u64);
    let mut asked = 0;
    while let Some(wanted) = cleaner.wants() {
        asked += 1;
        let byte = |at: u64| {
            let at = usize::try_from(at).unwrap();
            let behind = usize::try_from(behind).unwrap();
            let first = begin
                .get(at)
                .or_else(|| mdat.get(at.checked_sub(begin.len())?));
            let last = at.checked_sub(behind).and_then(|at| end.get(at));
            last.or(first).copied().unwrap_or(0x77)
        };
        let bytes: Vec<u8> = wanted.map(byte).collect();
        cleaner.take(&bytes);
    }
    assert!(asked <= 3, "{asked}");
    let patches = cleaner.finish().unwrap().patches;
    assert!(patches.iter().all(|patch| patch.at >= behind));
    assert!(patches.len() > 4);
}

#[test]
fn what_is_no_film_is_told_apart_from_one_that_is_damaged() {
    for other in [&b""[..], b"RIFF....WAVE", b"\x1aE\xdf\xa3webm", &[0; 100]] {
        assert_eq!(clean(other), Err(FilmFault::UnknownFormat), "{other:?}");
    }
    // A picture is made of the same boxes, and needs what a film does not.
    let picture = [boxed(b"ftyp", &[b"heic"]), boxed(b"meta", &[&[0; 40]])].concat();
    assert_eq!(clean(&picture), Err(FilmFault::UnknownFormat));
    let mut broken = film(&[track(b"vide")]);
    let at = broken.windows(4).position(|it| it == b"trak").unwrap();
    broken[at - 4] = 0xff;
    assert_eq!(clean(&broken), Err(FilmFault::Damaged));
    let many = boxed(b"free", &[]).repeat(100_001);
    assert_eq!(clean(&many), Err(FilmFault::Damaged));
}

proptest! {
    #[test]
    fn any_bytes_give_an_answer(
        at in any::<prop::sample::Index>(),
        with in proptest::collection::vec(any::<u8>(), 0..40),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = film(&[track(b"vide")]);
        // The film itself is of no interest.
        let begin = bytes.windows(4).position(|it| it == b"mdat").unwrap();
        bytes.drain(begin + 4..begin + 199_004);
        bytes[begin - 4..begin].copy_from_slice(&1_008_u32.to_be_bytes());
        let at = at.index(bytes.len());
        for (place, byte) in bytes[at..].iter_mut().zip(with) {
            *place = byte;
        }
        bytes.truncate(cut.index(bytes.len()).max(bytes.len() / 2));
        if let Ok(cleaning) = clean(&bytes) {
            let mut end = 0;
            for Patch { at, with } in &cleaning.patches {
                prop_assert!(*at >= end);
                let patch = Patch { at: *at, with: *with };
                end = at + patch.length();
            }
            prop_assert!(end <= bytes.len() as u64);
        }
    }
}
