//! The boxes of a film, and what becomes of each. What is not known to be needed becomes empty.

/// A box by its header.
pub(super) struct Found {
    pub(super) kind: [u8; 4],
    /// Bytes of its header.
    pub(super) header: usize,
    /// Bytes of all of it.
    pub(super) size: u64,
}

/// Inside of what a box stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Top,
    Movie,
    Track,
    Media,
    /// Where a track says where its samples lie, and around that.
    Samples,
}

/// What becomes of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Stays,
    /// It stays, and is the film itself.
    Media,
    /// It stays, and says where samples lie.
    Table(Table),
    /// Those inside of it are looked at.
    Opens(Place),
    /// It begins with when something was made and changed, in so many bytes.
    Times(u64),
    /// It says that its track is neither picture nor sound nor words.
    TellsMore,
    Emptied,
    /// It is an empty one, in which something may have been left.
    Blanked,
}

/// What is said of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Sizes,
    PerChunk,
    /// Places, each in so many bytes.
    Chunks(usize),
}

/// Whether it holds the tables of a track's samples.
pub(super) fn leads_to_samples(place: Place, kind: [u8; 4]) -> bool {
    matches!(
        (place, &kind),
        (Place::Media, b"minf") | (Place::Samples, b"stbl")
    )
}

/// Reads a header. `None`: it is none, or its box does not end with what it stands in.
pub(super) fn read(bytes: &[u8], left: u64, may_go_to_end: bool) -> Option<Found> {
    let (size, rest) = bytes.split_first_chunk()?;
    let (kind, rest) = rest.split_first_chunk()?;
    let (header, size) = match u32::from_be_bytes(*size) {
        0 if may_go_to_end => (8, left),
        1 => (16, u64::from_be_bytes(*rest.first_chunk()?)),
        size => (8, u64::from(size)),
    };
    // Zeros are what is left where something was taken out.
    let fits = size >= header as u64 && size <= left && *kind != [0; 4];
    fits.then_some(Found {
        kind: *kind,
        header,
        size,
    })
}

/// Whether a film may begin with such a box.
pub(super) fn begins_film(kind: [u8; 4]) -> bool {
    matches!(
        &kind,
        b"ftyp" | b"styp" | b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot"
    )
}

/// `inside`: the beginning of what is in it.
pub(super) fn fate(place: Place, kind: [u8; 4], inside: &[u8]) -> Fate {
    match (place, &kind) {
        (_, b"free" | b"skip" | b"wide") => Fate::Blanked,
        (Place::Top, b"moov") => Fate::Opens(Place::Movie),
        (Place::Movie, b"trak") => Fate::Opens(Place::Track),
        (Place::Track, b"mdia") => Fate::Opens(Place::Media),
        (Place::Samples, b"stsz") => Fate::Table(Table::Sizes),
        (Place::Samples, b"stsc") => Fate::Table(Table::PerChunk),
        (Place::Samples, b"stco") => Fate::Table(Table::Chunks(4)),
        (Place::Samples, b"co64") => Fate::Table(Table::Chunks(8)),
        // Of encryption and of fragments. Others, such as XMP, tell of the camera.
        (Place::Top, b"uuid") if !is_xmp(inside) => Fate::Stays,
        (
            Place::Top,
            b"ftyp" | b"styp" | b"moof" | b"mfra" | b"sidx" | b"ssix" | b"prft" | b"emsg" | b"pdin"
            | b"pssh" | b"pnot",
        )
        | (Place::Movie, b"mvex" | b"iods" | b"pssh" | b"ctab" | b"clip" | b"ainf")
        | (
            Place::Track,
            b"tref" | b"edts" | b"tapt" | b"load" | b"matt" | b"clip" | b"imap" | b"trgr",
        )
        | (Place::Media, b"minf" | b"elng")
        | (Place::Samples, _) => Fate::Stays,
        (Place::Top, b"mdat") => Fate::Media,
        // Packed: what it says cannot be seen.
        (Place::Movie, b"cmov") => Fate::TellsMore,
        (Place::Movie, b"mvhd") | (Place::Track, b"tkhd") | (Place::Media, b"mdhd") => {
            // Version 1 has eight bytes for each time.
            Fate::Times(if inside.first() == Some(&1) { 16 } else { 8 })
        }
        (Place::Media, b"hdlr") => match inside.get(8..12) {
            Some(
                b"vide" | b"soun" | b"auxv" | b"pict" | b"text" | b"sbtl" | b"subt" | b"clcp"
                | b"tmcd" | b"hint",
            ) => Fate::Stays,
            _ => Fate::TellsMore,
        },
        _ => Fate::Emptied,
    }
}

/// XMP in a box of its own (XMP specification part 3, section 1.2.7).
fn is_xmp(inside: &[u8]) -> bool {
    const XMP: [u8; 16] = [
        0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf,
        0xac,
    ];
    inside.starts_with(&XMP)
}
