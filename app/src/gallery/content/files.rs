//! Files in every state, and a desk on which what is attached is really prepared, sent and shown.

use std::cell::Cell;
use std::sync::Arc;

use leptos::prelude::*;

use super::MINUTE;
use super::conversation::message;
use crate::files::store::{
    Attachment, AttachmentState, Choices, File, FileId, FileState, FilesIntent, Kind,
};
use crate::ids::ChannelId;
use crate::platform::blob::Blob;
use crate::platform::preparing::{self, Note, Prepared, Wishes};
use crate::platform::task;
use crate::stores::Stores;
use crate::timeline::store::{Body, Delivery, Extras, Item, ItemKind};
use crate::ui::hooks::local_time;

/// Where they are.
pub const CHANNEL: &str = "music-night";
/// As what somebody sends would have it.
const PREVIEW: &str = "1QcSHQRnh493V4dIh4eXh1h4kJUI";

/// Messages with files, in a channel of their own.
pub fn fill(stores: Stores) {
    let now = local_time::now();
    let one = |id: &str, author: &str, ago: f64, text: &str, files: Vec<File>| {
        let mut item = message(
            id,
            author,
            now - ago * MINUTE,
            Body::Text(text.into()),
            Delivery::Sent,
        );
        if let ItemKind::Message(message) = &mut item.kind {
            let extras = Extras {
                files,
                ..Extras::default()
            };
            message.extras = extras;
        }
        item
    };
    let picture = |item: &str, index: usize, width: u32, height: u32| {
        let name = format!("allotment {index}.jpg");
        let preview = PREVIEW.into();
        let kind = Kind::Image {
            width,
            height,
            preview,
        };
        file(item, index, &name, 240_000, kind)
    };
    let kinds = [
        (
            "rehearsal.mp4",
            48_000_000,
            Kind::Video {
                width: 1280,
                height: 720,
                seconds: 154,
                preview: PREVIEW.into(),
            },
        ),
        (
            "the long song.flac",
            31_400_000,
            Kind::Audio { seconds: 365 },
        ),
        (
            "",
            64_000,
            Kind::Voice {
                seconds: 12,
                waveform: wave(),
            },
        ),
        (
            "set list, the very last version, really.pdf",
            88_400,
            Kind::Other,
        ),
    ];
    let others = kinds
        .into_iter()
        .enumerate()
        .map(|(index, (name, size, kind))| file("f4", index, name, size, kind))
        .collect();
    let states = [
        FileState::NotFetched,
        FileState::Fetching {
            done: 3_100_000,
            of: 9_000_000,
        },
        FileState::Sending {
            done: 800_000,
            of: 9_000_000,
        },
        FileState::Waiting("Goes on when you are online again."),
        FileState::Failed("That didn't work. Please try again."),
        FileState::Gone("The relay doesn't have this file any more."),
    ];
    let in_states: Vec<File> = states
        .iter()
        .enumerate()
        .map(|(index, state)| {
            let name = format!("plan {index}.zip");
            let file = file("f5", index, &name, 9_000_000, Kind::Other);
            stores.files.state(&file.id).set(state.clone());
            file
        })
        .collect();
    let mut covered = picture("f6", 0, 600, 400);
    covered.is_covered = true;
    let mut broken = picture("f6", 1, 600, 400);
    broken.is_broken = true;
    let items = vec![
        one(
            "f1",
            "iris",
            60.0,
            "The courgettes, as promised",
            vec![picture("f1", 0, 1600, 1000)],
        ),
        one("f2", "piet", 50.0, "", vec![picture("f2", 0, 400, 1600)]),
        one(
            "f3",
            "iris",
            40.0,
            "All of the beds:",
            (0..5)
                .map(|n| picture("f3", n, 800, 600 + 40 * u32::try_from(n).unwrap_or(0)))
                .collect(),
        ),
        one("f4", "jonas", 30.0, "", others),
        one("f5", "tove", 20.0, "In every state", in_states),
        one("f6", "tove", 10.0, "Don't look", vec![covered, broken]),
    ];
    stores.timeline.set_items(&CHANNEL.into(), items);
}

fn file(item: &str, index: usize, name: &str, size: u64, kind: Kind) -> File {
    File {
        id: FileId {
            place: CHANNEL.into(),
            item: item.into(),
            index,
        },
        name: name.into(),
        mime: "application/octet-stream".into(),
        size,
        kind,
        is_covered: false,
        is_broken: false,
    }
}

fn wave() -> Arc<[u8]> {
    (0_u8..64).map(|n| n.wrapping_mul(37) % 200 + 40).collect()
}

thread_local! {
    static LAST: Cell<u64> = const { Cell::new(0) };
    static DESK: std::cell::RefCell<Vec<(u64, Blob, Option<Prepared>)>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// In the place of the driver.
pub fn answer(stores: Stores, intent: FilesIntent) {
    match intent {
        FilesIntent::Add { place, files } => {
            for blob in files.into_iter().filter_map(|it| Blob::take(it.0)) {
                let id = LAST.replace(LAST.get() + 1);
                DESK.with_borrow_mut(|desk| desk.push((id, blob, None)));
                prepare(stores, place.clone(), id, Choices::default());
            }
        }
        FilesIntent::Choose { place, id, choices } => prepare(stores, place, id, choices),
        FilesIntent::Remove { place, id } => stores.files.attached.update(|all| {
            if let Some(attached) = all.get_mut(&place) {
                attached.retain(|it| it.id != id);
            }
        }),
        FilesIntent::Send { place, text, .. } => {
            let attached = stores
                .files
                .attached
                .try_update(|all| all.remove(&place))
                .flatten()
                .unwrap_or_default();
            let prepared = DESK.with_borrow_mut(|desk| {
                let wanted = |id| attached.iter().any(|it| it.id == id);
                let (sent, kept) = std::mem::take(desk)
                    .into_iter()
                    .partition(|(id, ..)| wanted(*id));
                *desk = kept;
                let sent: Vec<(u64, Blob, Option<Prepared>)> = sent;
                sent
            });
            let files = prepared.into_iter().filter_map(|(id, _, prepared)| {
                let covers = attached.iter().any(|it| it.id == id && it.choices.cover);
                Some((prepared?, covers))
            });
            let files = files.map(|(it, covers)| (it.file, it.name, kind(it.kind), covers));
            put(stores, place, text, files.collect());
        }
        FilesIntent::SendVoice {
            place,
            sound,
            seconds,
            waveform,
            ..
        } => {
            let waveform = waveform.into();
            let kind = Kind::Voice { seconds, waveform };
            let Some(sound) = Blob::take(sound.0) else {
                return;
            };
            put(
                stores,
                place,
                String::new(),
                vec![(sound, "voice.webm".into(), kind, false)],
            );
        }
        FilesIntent::Fetch(file) | FilesIntent::Retry(file) => fetch(stores, &file),
        FilesIntent::Cancel(id) => stores.files.state(&id).set(FileState::NotFetched),
        FilesIntent::Save(file) => stores.view.notify(format!("Saved {}", file.name)),
    }
}

/// A drawing in the place of what would be fetched.
fn fetch(stores: Stores, file: &File) {
    let state = stores.files.state(&file.id);
    let (Kind::Image { width, height, .. } | Kind::Video { width, height, .. }) = file.kind else {
        return state.set(FileState::Fetching {
            done: file.size / 3,
            of: file.size,
        });
    };
    let drawing = format!(
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'><rect width='100%25' height='100%25' fill='%233aa675'/><circle cx='50%25' cy='50%25' r='20%25' fill='%23ebcb8b'/></svg>"
    );
    set_timeout(
        move || {
            state.set(FileState::Here {
                address: drawing.as_str().into(),
            })
        },
        std::time::Duration::from_millis(400),
    );
}

fn put(stores: Stores, place: ChannelId, text: String, files: Vec<(Blob, String, Kind, bool)>) {
    let at = local_time::now();
    let id = at.to_string();
    let files = files
        .into_iter()
        .enumerate()
        .map(|(index, (blob, name, kind, is_covered))| {
            let mut file = file(&id, index, &name, blob.size(), kind);
            file.id.place = place.clone();
            file.is_covered = is_covered;
            if let Some(address) = blob.address() {
                let here = FileState::Here {
                    address: address.as_str().into(),
                };
                stores.files.state(&file.id).set(here);
                // As long as the page is.
                std::mem::forget(address);
            }
            file
        });
    let files: Vec<File> = files.collect();
    let mut item: Item = message(&id, "mira", at, Body::Text(text), Delivery::Sent);
    if let ItemKind::Message(message) = &mut item.kind {
        message.extras.files = files;
    }
    stores.timeline.upsert(&place, item);
}

fn prepare(stores: Stores, place: ChannelId, id: u64, choices: Choices) {
    let blob = DESK.with_borrow(|desk| {
        let found = desk.iter().find(|(known, ..)| *known == id);
        found.map(|(_, blob, _)| blob.clone())
    });
    let Some(blob) = blob else { return };
    let preparing = Attachment {
        id,
        name: blob.name().into(),
        size: blob.size(),
        kind: Kind::Other,
        state: AttachmentState::Preparing,
        picture: None,
        choices,
        can_be_smaller: false,
        tells_place: false,
        note: None,
    };
    attach(stores, &place, preparing.clone());
    task::spawn(async move {
        let wishes = Wishes {
            keep_location: choices.keep_location,
            smaller: choices.smaller,
        };
        let Some(prepared) = preparing::prepare(blob, wishes).await else {
            let state = AttachmentState::Failed("This file can't be read any more.");
            return attach(stores, &place, Attachment { state, ..preparing });
        };
        let is_picture = matches!(prepared.kind, preparing::Kind::Image { .. });
        let address = prepared.file.address().filter(|_| is_picture);
        let picture = address.as_ref().map(|it| it.as_str().into());
        std::mem::forget(address);
        let ready = Attachment {
            name: prepared.name.as_str().into(),
            size: prepared.file.size(),
            kind: kind(prepared.kind.clone()),
            state: AttachmentState::Ready,
            picture,
            can_be_smaller: prepared.can_be_smaller,
            tells_place: prepared.tells_place,
            note: prepared.note.map(|note| match note {
                Note::TooManyPoints => "It is too large to be shown, and goes as a file.",
                Note::MayHoldLocation | Note::FilmMayHoldLocation => {
                    "It may say where it was taken."
                }
            }),
            ..preparing
        };
        DESK.with_borrow_mut(|desk| {
            if let Some(found) = desk.iter_mut().find(|(known, ..)| *known == id) {
                found.2 = Some(prepared);
            }
        });
        attach(stores, &place, ready);
    });
}

fn attach(stores: Stores, place: &ChannelId, attachment: Attachment) {
    stores.files.attached.update(|all| {
        let attached = all.entry(place.clone()).or_default();
        match attached.iter_mut().find(|it| it.id == attachment.id) {
            Some(found) => *found = attachment,
            None => attached.push(attachment),
        }
    });
}

fn kind(kind: preparing::Kind) -> Kind {
    match kind {
        preparing::Kind::Image {
            width,
            height,
            preview,
        } => {
            let preview = preview.into();
            Kind::Image {
                width,
                height,
                preview,
            }
        }
        preparing::Kind::Video {
            width,
            height,
            seconds,
            preview,
        } => {
            let preview = preview.into();
            Kind::Video {
                width,
                height,
                seconds,
                preview,
            }
        }
        preparing::Kind::Audio { seconds } => Kind::Audio { seconds },
        preparing::Kind::Other => Kind::Other,
    }
}
