//! Pictures as they are written, cut short, too large, moving, or none at all.

use proptest::prelude::*;

use super::{Format, ImageFault, ImageHeader};

fn png_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    [&length.to_be_bytes()[..], &kind, data, &[0; 4]].concat()
}

fn png(width: u32, height: u32, others: &[[u8; 4]]) -> Vec<u8> {
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, 6, 0, 0, 0],
    ]
    .concat();
    let mut bytes = super::PNG.to_vec();
    bytes.extend(png_chunk(*b"IHDR", &header));
    for kind in others {
        bytes.extend(png_chunk(*kind, b"x"));
    }
    bytes.extend(png_chunk(*b"IDAT", b"data"));
    bytes.extend(png_chunk(*b"IEND", b""));
    bytes
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

fn vp8(width: u16, height: u16) -> Vec<u8> {
    let sides = [width.to_le_bytes(), height.to_le_bytes()].concat();
    [&[0x10, 0, 0, 0x9d, 0x01, 0x2a], &sides[..], b"data"].concat()
}

fn vp8l(width: u32, height: u32) -> Vec<u8> {
    let bits = (width - 1) | ((height - 1) << 14);
    [&[0x2f], &bits.to_le_bytes()[..], b"data"].concat()
}

fn vp8x(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let side = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    [vec![flags, 0, 0, 0], side(width), side(height)].concat()
}

fn size(bytes: &[u8]) -> Result<(u32, u32), ImageFault> {
    ImageHeader::read(bytes).map(|it| (it.width, it.height))
}

#[test]
fn still_pictures_of_every_kind_are_read() {
    assert_eq!(size(&png(64, 1, &[])), Ok((64, 1)));
    assert_eq!(size(&png(128, 128, &[*b"sRGB", *b"tRNS"])), Ok((128, 128)));
    assert_eq!(size(&riff(&[(b"VP8 ", &vp8(64, 48))])), Ok((64, 48)));
    assert_eq!(size(&riff(&[(b"VP8L", &vp8l(1, 128))])), Ok((1, 128)));
    let whole = [
        (b"VP8X", &vp8x(0x10, 64, 64)[..]),
        (b"ALPH", b"alpha"),
        (b"VP8 ", &vp8(64, 64)),
    ];
    let read = ImageHeader::read(&riff(&whole)).unwrap();
    assert_eq!((read.format, read.width), (Format::WebP, 64));
}

#[test]
fn what_is_too_large_or_empty_is_refused() {
    let told = |width, height| Err(ImageFault::Size { width, height });
    assert_eq!(size(&png(20_000, 20_000, &[])), told(20_000, 20_000));
    assert_eq!(size(&png(0, 64, &[])), told(0, 64));
    assert_eq!(size(&png(129, 128, &[])), told(129, 128));
    assert_eq!(size(&riff(&[(b"VP8 ", &vp8(0, 9))])), told(0, 9));
    let large = vp8l(16_384, 16_384);
    assert_eq!(size(&riff(&[(b"VP8L", &large)])), told(16_384, 16_384));
    let canvas = vp8x(0, 1 << 24, 64);
    assert_eq!(size(&riff(&[(b"VP8X", &canvas)])), told(1 << 24, 64));
}

#[test]
fn what_moves_is_refused() {
    assert_eq!(size(&png(64, 64, &[*b"acTL"])), Err(ImageFault::Animated));
    let flagged = riff(&[(b"VP8X", &vp8x(2, 64, 64))]);
    assert_eq!(size(&flagged), Err(ImageFault::Animated));
    let hidden = [
        (b"VP8X", &vp8x(0, 64, 64)[..]),
        (b"ANMF", b"frame"),
        (b"VP8 ", &vp8(64, 64)),
    ];
    assert_eq!(size(&riff(&hidden)), Err(ImageFault::Animated));
}

#[test]
fn other_kinds_are_refused() {
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    for bytes in [&b""[..], b"GIF89a", svg, b"\xff\xd8\xff\xe0", b"<html>"] {
        assert_eq!(size(bytes), Err(ImageFault::UnknownFormat));
    }
}

#[test]
fn contradictions_are_refused() {
    let other_canvas = [(b"VP8X", &vp8x(0, 64, 64)[..]), (b"VP8 ", &vp8(128, 128))];
    let two_frames = [(b"VP8 ", &vp8(64, 64)[..]), (b"VP8 ", &vp8(64, 64))];
    let with_more = [(b"VP8 ", &vp8(64, 64)[..]), (b"EXIF", b"where")];
    let only_canvas = [(b"VP8X", &vp8x(0, 64, 64)[..])];
    let mut trailing = png(64, 64, &[]);
    trailing.extend(b"<script>");
    let mut webp_trailing = riff(&[(b"VP8 ", &vp8(64, 64))]);
    webp_trailing.extend(b"<script>");
    for bytes in [
        riff(&other_canvas),
        riff(&two_frames),
        riff(&with_more),
        riff(&only_canvas),
        riff(&[]),
        png(64, 64, &[*b"IHDR"]),
        trailing,
        webp_trailing,
    ] {
        assert_eq!(size(&bytes), Err(ImageFault::Damaged), "{bytes:?}");
    }
}

#[test]
fn a_picture_that_ends_early_is_refused_wherever_it_ends() {
    let whole = [(b"VP8X", &vp8x(0, 64, 64)[..]), (b"VP8L", &vp8l(64, 64))];
    for picture in [png(64, 64, &[*b"tRNS"]), riff(&whole)] {
        assert!(size(&picture).is_ok());
        for end in 0..picture.len() {
            assert!(size(&picture[..end]).is_err(), "{end}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_give_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = size(&bytes);
        let _ = size(&[super::PNG, &bytes].concat());
        let _ = size(&[b"RIFF", &bytes[..]].concat());
        let length = u32::try_from(bytes.len() + 4).unwrap().to_le_bytes();
        let _ = size(&[&b"RIFF"[..], &length, b"WEBP", &bytes].concat());
    }

    #[test]
    fn what_is_changed_on_its_way_gives_an_answer(
        at in 0_usize..90,
        to: u8,
        is_png: bool,
    ) {
        let canvas = vp8x(0, 64, 64);
        let frame = vp8(64, 64);
        let webp = || riff(&[(b"VP8X", &canvas), (b"ALPH", b"alpha"), (b"VP8 ", &frame)]);
        let mut bytes = if is_png { png(64, 64, &[*b"tRNS"]) } else { webp() };
        if let Some(byte) = bytes.get_mut(at) {
            *byte = to;
        }
        if let Ok((width, height)) = size(&bytes) {
            prop_assert!((1..=128).contains(&width) && (1..=128).contains(&height));
        }
    }
}
