//! What is attached and not sent: looked at when it is attached, and again when the person chooses otherwise.

use std::sync::Arc;

use leptos::prelude::{GetUntracked, Update};
use parley_client::file::{FileKind, clean_name, clean_type};

use super::input::Step;
use super::line::Line;
use crate::files::store::{Attachment, AttachmentState, Choices, FilesStore, Kind, MOST};
use crate::files::text;
use crate::ids::ChannelId;
use crate::platform::blob::{Address, Blob};
use crate::platform::preparing::{self, Note, Prepared, Wishes};

/// What will be sent of a file.
pub(super) struct Ready {
    pub(super) file: Blob,
    pub(super) name: String,
    pub(super) mime: String,
    pub(super) kind: FileKind,
    pub(super) covered: bool,
}

struct Held {
    id: u64,
    original: Blob,
    prepared: Option<Prepared>,
    /// What the tray shows of it.
    address: Option<Address>,
}

pub(super) struct Tray {
    store: FilesStore,
    held: Vec<Held>,
    next: u64,
}

impl Tray {
    pub(super) fn new(store: FilesStore) -> Self {
        Self {
            store,
            held: Vec::new(),
            next: 1,
        }
    }

    /// Attaches files, as many as a message holds. Says what the person should hear.
    pub(super) fn add(
        &mut self,
        place: &ChannelId,
        files: Vec<Blob>,
        line: &Line,
    ) -> Option<String> {
        let attached = self.attached(place);
        let room = MOST.saturating_sub(attached.len());
        let mut said = (files.len() > room).then(text::too_many);
        let mut bytes: u64 = attached.iter().map(|it| it.size).sum();
        for file in files.into_iter().take(room) {
            let size = file.size();
            if bytes.saturating_add(size) > line.largest() {
                said = Some(text::too_large(line.largest()));
                continue;
            }
            bytes += size;
            let id = self.next;
            self.next += 1;
            let attachment = Attachment {
                id,
                name: clean_name(&file.name()).into(),
                size,
                kind: Kind::Other,
                state: AttachmentState::Preparing,
                picture: None,
                choices: Choices::default(),
                can_be_smaller: false,
                tells_place: false,
                note: None,
            };
            self.store
                .attached
                .update(|all| all.entry(place.clone()).or_default().push(attachment));
            prepare(place, id, &file, Choices::default(), line);
            self.held.push(Held {
                id,
                original: file,
                prepared: None,
                address: None,
            });
        }
        said
    }

    pub(super) fn remove(&mut self, place: &ChannelId, id: u64) {
        self.held.retain(|held| held.id != id);
        self.store.attached.update(|all| {
            if let Some(list) = all.get_mut(place) {
                list.retain(|it| it.id != id);
            }
        });
    }

    pub(super) fn choose(&mut self, place: &ChannelId, id: u64, choices: Choices, line: &Line) {
        let Some(held) = self.held.iter().find(|held| held.id == id) else {
            return;
        };
        let before = self.attached(place).into_iter().find(|it| it.id == id);
        let before = before.map(|it| it.choices).unwrap_or_default();
        let is_same = wishes(before) == wishes(choices) && held.prepared.is_some();
        if !is_same {
            prepare(place, id, &held.original, choices, line);
        }
        self.change(place, id, |it| {
            it.choices = choices;
            if !is_same {
                it.state = AttachmentState::Preparing;
            }
        });
    }

    /// A file was looked at.
    pub(super) fn take_prepared(
        &mut self,
        place: &ChannelId,
        id: u64,
        choices: Choices,
        prepared: Option<Prepared>,
    ) {
        let asked = |it: &Attachment| it.id == id && wishes(it.choices) == wishes(choices);
        if !self.attached(place).iter().any(asked) {
            // Something else was chosen since: what comes late may still say where it was taken.
            return;
        }
        let Some(held) = self.held.iter_mut().find(|held| held.id == id) else {
            return;
        };
        let Some(prepared) = prepared else {
            return self.change(place, id, |it| {
                it.state = AttachmentState::Failed(text::UNREADABLE);
            });
        };
        let is_picture = matches!(prepared.kind, preparing::Kind::Image { .. });
        let address = is_picture.then(|| prepared.file.address()).flatten();
        let picture: Option<Arc<str>> = address.as_ref().map(|it| it.as_str().into());
        let (size, kind) = (prepared.file.size(), shown(&prepared.kind));
        let name = clean_name(&prepared.name).into();
        let (can_be_smaller, tells_place) = (prepared.can_be_smaller, prepared.tells_place);
        let note = prepared.note.map(|note| match note {
            Note::TooManyPoints => text::TOO_MANY_POINTS,
            Note::MayHoldLocation => text::MAY_HOLD_LOCATION,
            Note::FilmMayHoldLocation => text::FILM_MAY_HOLD_LOCATION,
        });
        held.prepared = Some(prepared);
        held.address = address;
        self.change(place, id, |it| {
            it.state = AttachmentState::Ready;
            it.size = size;
            it.name = name;
            it.kind = kind;
            it.picture = picture;
            it.can_be_smaller = can_be_smaller;
            it.tells_place = tells_place;
            it.note = note;
        });
    }

    /// Whether all that is attached can be sent.
    pub(super) fn is_ready(&self, place: &ChannelId) -> bool {
        let attached = self.attached(place);
        let is_ready = |it: &Attachment| it.state == AttachmentState::Ready;
        !attached.is_empty() && attached.iter().all(is_ready)
    }

    /// What can be sent is taken out.
    pub(super) fn take(&mut self, place: &ChannelId) -> Vec<Ready> {
        let mut ready = Vec::new();
        for attachment in self.attached(place) {
            let at = self.held.iter().position(|it| it.id == attachment.id);
            let held = at.map(|at| self.held.swap_remove(at));
            let Some(prepared) = held.and_then(|held| held.prepared) else {
                continue;
            };
            ready.push(Ready {
                name: clean_name(&prepared.name),
                mime: clean_type(&prepared.mime),
                kind: described(prepared.kind),
                file: prepared.file,
                covered: attachment.choices.cover,
            });
        }
        self.store.attached.update(|all| {
            all.remove(place);
        });
        ready
    }

    fn attached(&self, place: &ChannelId) -> Vec<Attachment> {
        let all = self.store.attached.get_untracked();
        all.get(place).cloned().unwrap_or_default()
    }

    fn change(&self, place: &ChannelId, id: u64, change: impl FnOnce(&mut Attachment)) {
        self.store.attached.update(|all| {
            let list = all.get_mut(place);
            if let Some(found) = list.and_then(|list| list.iter_mut().find(|it| it.id == id)) {
                change(found);
            }
        });
    }
}

fn prepare(place: &ChannelId, id: u64, file: &Blob, choices: Choices, line: &Line) {
    let (place, file) = (place.clone(), file.clone());
    line.begin(async move {
        let prepared = preparing::prepare(file, wishes(choices)).await;
        Step::Prepared {
            place,
            id,
            choices,
            prepared,
        }
    });
}

fn wishes(choices: Choices) -> Wishes {
    Wishes {
        keep_location: choices.keep_location,
        smaller: choices.smaller,
    }
}

fn shown(kind: &preparing::Kind) -> Kind {
    match kind {
        preparing::Kind::Image {
            width,
            height,
            preview,
        } => Kind::Image {
            width: *width,
            height: *height,
            preview: preview.as_str().into(),
        },
        preparing::Kind::Video {
            width,
            height,
            seconds,
            preview,
        } => Kind::Video {
            width: *width,
            height: *height,
            seconds: *seconds,
            preview: preview.as_str().into(),
        },
        preparing::Kind::Audio { seconds } => Kind::Audio { seconds: *seconds },
        preparing::Kind::Other => Kind::Other,
    }
}

fn described(kind: preparing::Kind) -> FileKind {
    match kind {
        preparing::Kind::Image {
            width,
            height,
            preview,
        } => FileKind::Image {
            width,
            height,
            preview,
        },
        preparing::Kind::Video {
            width,
            height,
            seconds,
            preview,
        } => FileKind::Video {
            width,
            height,
            seconds,
            preview,
        },
        preparing::Kind::Audio { seconds } => FileKind::Audio { seconds },
        preparing::Kind::Other => FileKind::Other,
    }
}
