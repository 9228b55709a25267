//! The files of a message, as they are shown before they are fetched.

use parley_client::file::{FileKind, FileOf, Shown, clean_name, shown_as};

use crate::files::store::{File, FileId, Kind};
use crate::ids::{ChannelId, ItemId};

/// `is_sent`: the list of chunks came from the relay, and must be the author's.
pub(super) fn files<'a>(
    place: &ChannelId,
    item: &ItemId,
    files: impl Iterator<Item = FileOf<'a>>,
    is_sent: bool,
) -> Vec<File> {
    let shown = |(index, FileOf { file, blobs }): (usize, FileOf<'a>)| File {
        id: FileId {
            place: place.clone(),
            item: item.clone(),
            index,
        },
        name: clean_name(&file.name).into(),
        mime: file.mime.as_str().into(),
        size: file.size,
        kind: kind(&file.kind, shown_as(&file.mime)),
        is_covered: file.covered,
        is_broken: is_sent && blobs.is_err(),
    };
    files.enumerate().map(shown).collect()
}

/// What its author says it is, if a file of its type can be that.
fn kind(kind: &FileKind, shown: Option<Shown>) -> Kind {
    match (kind.clone(), shown) {
        (
            FileKind::Image {
                width,
                height,
                preview,
            },
            Some(Shown::Picture),
        ) => Kind::Image {
            width,
            height,
            preview: preview.into(),
        },
        (
            FileKind::Video {
                width,
                height,
                seconds,
                preview,
            },
            Some(Shown::Video),
        ) => Kind::Video {
            width,
            height,
            seconds,
            preview: preview.into(),
        },
        (FileKind::Audio { seconds }, Some(Shown::Audio)) => Kind::Audio { seconds },
        (FileKind::Voice { seconds, waveform }, Some(Shown::Audio)) => Kind::Voice {
            seconds,
            waveform: waveform.into(),
        },
        _ => Kind::Other,
    }
}
