//! Pictures that say where they were taken, and the same ones when they no longer do.

use proptest::prelude::*;

use super::{Format, MAX_SIDE, PictureFault, PictureHeader, without_metadata};

const SECRET: &[u8] = b"48.2082 N 16.3738 E";

/// A TIFF structure with an orientation, a camera, and a place behind them.
fn tiff(orientation: u8, is_big: bool) -> Vec<u8> {
    let mut tiff = if is_big {
        b"MM\0*\0\0\0\x08\0\x02".to_vec()
    } else {
        b"II*\0\x08\0\0\0\x02\0".to_vec()
    };
    let camera = [0x0f, 0x01, 2, 0, 4, 0, 0, 0, b'C', b'a', b'm', 0];
    if is_big {
        tiff.extend([0x01, 0x0f, 0, 2, 0, 0, 0, 4, b'C', b'a', b'm', 0]);
        tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    } else {
        tiff.extend(camera);
        tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    }
    tiff.extend([0; 4]);
    tiff.extend(SECRET);
    tiff
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap();
    [&[0xff, marker], &length.to_be_bytes()[..], data].concat()
}

fn jpeg(width: u16, height: u16, orientation: u8, is_big: bool) -> Vec<u8> {
    let sides = [height.to_be_bytes(), width.to_be_bytes()].concat();
    let frame = [&[8], &sides[..], &[1, 1, 0x11, 0]].concat();
    [
        &[0xff, 0xd8][..],
        &segment(
            0xe0,
            &[&b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01"[..], SECRET].concat(),
        ),
        &segment(
            0xe1,
            &[b"Exif\0\0", &tiff(orientation, is_big)[..]].concat(),
        ),
        &segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat()),
        &segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"),
        &segment(0xe2, &[b"MPF\0", SECRET].concat()),
        &segment(0xed, &[b"Photoshop 3.0\0", SECRET].concat()),
        &segment(0xee, b"Adobe\0\x64\0\0\0\0\x01"),
        &segment(0xfe, SECRET),
        &segment(0xdb, b"quantisation"),
        &segment(0xc2, &frame),
        &segment(0xda, b"first"),
        b"\x12\xff\0\xff\xd0\x34",
        &segment(0xc4, b"tables between scans"),
        &segment(0xda, b"second"),
        b"\x56",
        &[0xff, 0xd9],
        b"a film behind the picture ",
        SECRET,
    ]
    .concat()
}

fn png_chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    [&length.to_be_bytes()[..], kind, data, b"sum!"].concat()
}

fn png(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [
        super::png::SIGNATURE,
        &png_chunk(b"IHDR", &[&sides[..], &[8, 6, 0, 0, 0]].concat()),
        &png_chunk(b"iCCP", b"colours"),
        &png_chunk(b"eXIf", &tiff(orientation, true)),
        &png_chunk(b"tEXt", SECRET),
        &png_chunk(b"iTXt", SECRET),
        &png_chunk(b"tIME", SECRET),
        &png_chunk(b"caBX", SECRET),
        &png_chunk(b"IDAT", b"data"),
        &png_chunk(b"IEND", b""),
        SECRET,
    ]
    .concat()
}

fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut inside = b"WEBP".to_vec();
    for (kind, data) in chunks {
        inside.extend(*kind);
        inside.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        inside.extend(*data);
        inside.extend(std::iter::repeat_n(0, data.len() % 2));
    }
    let length = u32::try_from(inside.len()).unwrap();
    [b"RIFF", &length.to_le_bytes()[..], &inside].concat()
}

fn webp(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let side = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    let extended = [vec![0x2c, 0, 0, 0], side(width), side(height)].concat();
    let mut all = riff(&[
        (b"VP8X", &extended),
        (b"ICCP", b"colours"),
        (b"VP8L", b"frame"),
        (b"EXIF", &tiff(orientation, false)),
        (b"XMP ", SECRET),
        (b"more", SECRET),
    ]);
    all.extend(SECRET);
    all
}

fn gif(width: u16, height: u16) -> Vec<u8> {
    [
        &b"GIF89a"[..],
        &width.to_le_bytes(),
        &height.to_le_bytes(),
        &[0x80, 0, 0],
        b"abcdef",
        b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0",
        b"\x21\xff\x0bXMP DataXMP",
        &[19],
        SECRET,
        &[0],
        &[0x21, 0xfe, 19],
        SECRET,
        &[0],
        b"\x21\xf9\x04\0\0\0\0\0",
        b"\x2c\0\0\0\0\x01\0\x01\0\x81",
        b"twelve bytes",
        b"\x02\x02\x44\x01\0",
        b"\x3b",
        SECRET,
    ]
    .concat()
}

fn size(bytes: &[u8]) -> Result<(u32, u32), PictureFault> {
    PictureHeader::read(bytes).map(|it| (it.width, it.height))
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|it| it == part)
}

#[test]
fn the_place_is_gone_and_the_picture_is_not() {
    let all = [
        (Format::Jpeg, jpeg(40, 30, 6, true)),
        (Format::Jpeg, jpeg(40, 30, 6, false)),
        (Format::Png, png(40, 30, 6)),
        (Format::WebP, webp(40, 30, 6)),
        (Format::Gif, gif(30, 40)),
    ];
    for (format, bytes) in all {
        assert!(holds(&bytes, SECRET));
        let clean = without_metadata(&bytes).unwrap();
        assert!(!holds(&clean, SECRET), "{format:?}");
        assert!(!holds(&clean, b"Cam"), "{format:?}");
        let (before, after) = (PictureHeader::read(&bytes), PictureHeader::read(&clean));
        assert_eq!(before, after, "{format:?} lies on its side as before");
        assert_eq!(size(&clean), Ok((30, 40)), "{format:?}");
        assert_eq!(after.unwrap().format, format);
        assert_eq!(without_metadata(&clean), Ok(clean), "{format:?}");
    }
}

#[test]
fn what_it_looks_like_stays() {
    let clean = without_metadata(&jpeg(40, 30, 1, true)).unwrap();
    for part in [
        &b"ICC_PROFILE\0\x01\x01colours"[..],
        b"Adobe\0",
        b"quantisation",
        b"\x12\xff\0\xff\xd0\x34",
        b"tables between scans",
        b"second\x56\xff\xd9",
    ] {
        assert!(holds(&clean, part), "{part:?}");
    }
    assert!(!holds(&clean, b"Exif"), "upright goes without saying");
    let clean = without_metadata(&gif(30, 40)).unwrap();
    for part in [
        &b"NETSCAPE2.0"[..],
        b"\xf9\x04",
        b"twelve bytes\x02\x02\x44\x01\0\x3b",
    ] {
        assert!(holds(&clean, part), "{part:?}");
    }
    assert!(holds(
        &without_metadata(&png(40, 30, 1)).unwrap(),
        b"colours"
    ));
    let clean = without_metadata(&webp(40, 30, 1)).unwrap();
    assert!(holds(&clean, b"colours"));
    assert_eq!(clean.get(20), Some(&0x20), "no flags for what is gone");
}

#[test]
fn a_bomb_is_known_by_its_first_bytes() {
    let told = |width, height| Err(PictureFault::Size { width, height });
    assert_eq!(size(&png(60_000, 60_000, 1)), told(60_000, 60_000));
    assert_eq!(size(&png(0, 40, 1)), told(0, 40));
    assert_eq!(size(&png(32_000, 32_000, 1)), told(32_000, 32_000));
    assert_eq!(size(&jpeg(u16::MAX, 1, 1, true)), told(65_535, 1));
    assert_eq!(size(&gif(u16::MAX, u16::MAX)), told(65_535, 65_535));
    assert_eq!(size(&webp(16_000, 16_000, 1)), told(16_000, 16_000));
    assert_eq!(size(&png(MAX_SIDE, 2_000, 1)), Ok((MAX_SIDE, 2_000)));
}

#[test]
fn an_avif_tells_its_size() {
    let sized = |kind: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len() + 8).unwrap();
        [&length.to_be_bytes()[..], kind, data].concat()
    };
    let extent = |width: u32, height: u32| {
        let data = [[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat();
        sized(b"ispe", &data)
    };
    let properties = sized(b"ipco", &[extent(8, 8), extent(640, 480)].concat());
    let meta = [
        vec![0; 4],
        sized(b"hdlr", b"x"),
        sized(b"iprp", &properties),
    ]
    .concat();
    let file = [sized(b"ftyp", b"mif1\0\0\0\0avif"), sized(b"meta", &meta)].concat();
    let read = PictureHeader::read(&file).unwrap();
    assert_eq!(
        (read.format, read.width, read.height),
        (Format::Avif, 640, 480)
    );
    assert_eq!(without_metadata(&file), Err(PictureFault::UnknownFormat));
}

#[test]
fn what_only_calls_itself_a_picture_is_none() {
    for bytes in [
        &b""[..],
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"<html>",
        b"%PDF-1.7",
        b"RIFF\x04\0\0\0WAVE",
        b"\xff\xd8",
    ] {
        assert_eq!(size(bytes), Err(PictureFault::UnknownFormat), "{bytes:?}");
    }
    assert_eq!(size(b"\xff\xd8\xff\xd9"), Err(PictureFault::Damaged));
    let whole = jpeg(40, 30, 1, true);
    assert_eq!(
        without_metadata(&whole[..60]),
        Err(PictureFault::Damaged),
        "cut in its head"
    );
}

proptest! {
    #[test]
    fn any_bytes_give_an_answer(kind in 0_usize..7, rest in proptest::collection::vec(any::<u8>(), 0..200)) {
        let heads: [&[u8]; 7] = [
            b"",
            b"\xff\xd8\xff",
            super::png::SIGNATURE,
            b"GIF89a",
            b"RIFF\x40\0\0\0WEBP",
            b"\0\0\0\x10ftypavif\0\0\0\0",
            b"\xff\xd8\xff\xe1\0\x40Exif\0\0MM\0*",
        ];
        let bytes = [heads[kind], &rest].concat();
        let _ = PictureHeader::read(&bytes);
        if let Ok(clean) = without_metadata(&bytes) {
            prop_assert_eq!(without_metadata(&clean), Ok(clean.clone()));
        }
        let _ = super::preview::read(&String::from_utf8_lossy(&rest));
    }

    #[test]
    fn a_changed_picture_gives_an_answer(kind in 0_usize..4, at in 0_usize..400, to in any::<u8>(), end in 0_usize..400) {
        let mut bytes = [jpeg(40, 30, 6, true), png(40, 30, 6), webp(40, 30, 6), gif(40, 30)][kind].clone();
        let at = at % bytes.len();
        bytes[at] = to;
        bytes.truncate(end.max(1));
        let _ = PictureHeader::read(&bytes);
        let _ = without_metadata(&bytes);
    }

    #[test]
    fn a_preview_is_short_and_comes_back(width in 1_u32..=100, height in 1_u32..=100, colour in any::<[u8; 4]>()) {
        let rgba: Vec<u8> = colour.iter().copied().cycle().take(width as usize * height as usize * 4).collect();
        let text = super::preview::write(width, height, &rgba).unwrap();
        prop_assert!(text.len() <= super::preview::MAX_CHARS);
        let shown = super::preview::read(&text).unwrap();
        prop_assert_eq!(u32::try_from(shown.rgba.len()).unwrap(), shown.width * shown.height * 4);
        prop_assert_eq!(super::preview::write(width, height + 1, &rgba), None);
    }

    #[test]
    fn any_text_is_a_preview_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..48)) {
        use base64::Engine as _;
        let _ = super::preview::read(&base64::engine::general_purpose::STANDARD.encode(bytes));
    }
}
