//! A file that is to be sent: what it is, how large it is on the screen, a preview of it, and pictures and films without
//! the place where they were taken. Runs where the page is; nothing is decoded before its header was read.

mod film;
mod media;
mod picture;

use super::blob::Blob;

/// What the person wants of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Place, time and camera stay in the file.
    pub keep_location: bool,
    /// Fewer points: quicker to send.
    pub smaller: bool,
}

/// A file as it is sent.
#[derive(Debug)]
pub struct Prepared {
    /// The file itself, or what was made of it.
    pub file: Blob,
    pub name: String,
    pub mime: String,
    pub kind: Kind,
    /// It is a picture that can be made smaller.
    pub can_be_smaller: bool,
    /// It says where or when it was taken, and does not have to.
    pub tells_place: bool,
    pub note: Option<Note>,
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Image {
        width: u32,
        height: u32,
        preview: String,
    },
    Video {
        width: u32,
        height: u32,
        seconds: u32,
        preview: String,
    },
    Audio {
        seconds: u32,
    },
    Other,
}

/// What the person should know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The picture has more points than may be shown; it goes as a file.
    TooManyPoints,
    /// It may say where it was taken, and that cannot be cut out.
    MayHoldLocation,
    /// The same of a film.
    FilmMayHoldLocation,
}

impl Prepared {
    fn other(file: Blob) -> Self {
        let (name, mime) = (file.name(), file.mime());
        Self {
            file,
            name,
            mime,
            kind: Kind::Other,
            can_be_smaller: false,
            tells_place: false,
            note: None,
        }
    }
}

/// Looks at a file, and makes of it what is sent. `None`: it cannot be read any more.
pub async fn prepare(file: Blob, wishes: Wishes) -> Option<Prepared> {
    let mime = file.mime();
    if let Some(picture) = picture::prepare(&file, wishes).await? {
        return Some(picture);
    }
    let mut prepared = Prepared::other(file);
    if let Some((kind, _)) = mime.split_once('/')
        && matches!(kind, "video" | "audio")
    {
        if let Some(looks) = media::look(&prepared.file, kind == "video").await {
            prepared.kind = looks;
        }
        film::clean(&mut prepared, wishes).await?;
    }
    Some(prepared)
}
