//! Leads what people ask and what comes back to the parts.

use leptos::prelude::Set;
use parley_client::engine::{Draft, SendError};
use parley_client::file::{
    FileDescription, FileFault, FileKey, FileKind, chunk_bytes_for, clean_type,
};
use parley_client::relations::Target;
use parley_protocol::keys::Hash;

use super::downloads::Downloads;
use super::input::{FilesInput, FilesWork, Here, Step};
use super::line::Line;
use super::shares::Shares;
use super::tray::{Ready, Tray};
use super::uploads::Uploads;
use crate::composer::store::Desk;
use crate::driver::convert::{channel_id, message_of};
use crate::driver::port::Port;
use crate::driver::wish::{Wish, Wishes};
use crate::files::store::{FileState, FilesIntent};
use crate::files::text;
use crate::ids::ItemId;
use crate::platform::blob::Blob;
use crate::platform::{persist, random, task};
use crate::stores::Stores;

pub(super) struct Work {
    stores: Stores,
    line: Line,
    tray: Tray,
    uploads: Uploads,
    downloads: Downloads,
    shares: Shares,
    was_online: bool,
}

/// A message with files.
struct Message {
    desk: Desk,
    text: String,
    reply_to: Option<ItemId>,
    files: Vec<Ready>,
}

impl Work {
    pub(super) fn new(stores: Stores, port: Port<FilesInput>) -> Self {
        Self {
            stores,
            line: Line::new(port),
            tray: Tray::new(stores.files),
            uploads: Uploads::new(stores.files),
            downloads: Downloads::new(stores.files),
            shares: Shares::default(),
            was_online: false,
        }
    }

    /// Keeps the message, and begins to send its files.
    fn send(&mut self, message: Message, here: &mut Here<'_>) -> Wishes {
        let Message {
            desk,
            text,
            reply_to,
            files,
        } = message;
        let give_back = |text| {
            let channel = desk.key();
            vec![Wish::GiveBack { channel, text }]
        };
        let sizes: Vec<u64> = files.iter().map(|it| it.file.size()).collect();
        let chunk_bytes = chunk_bytes_for(&sizes);
        let (Some(described), Some(channel)) =
            (describe(&files, chunk_bytes), channel_id(&desk.channel))
        else {
            self.stores.view.notify_problem(text::NOT_SENT);
            return give_back(text);
        };
        let target = |item: ItemId| {
            let (device, id) = message_of(&item)?;
            Some(Target { device, id })
        };
        let draft = Draft {
            text: text.clone(),
            reply_to: reply_to.and_then(target),
            thread: desk.thread.clone().and_then(target),
            files: described.clone(),
            ..Draft::default()
        };
        match here.engine.send_message(channel, draft, here.now) {
            Ok(id) => {
                let sources = files.into_iter().map(|it| it.file).collect();
                self.uploads.begin((channel, id), described, sources, here);
                self.uploads.advance(&mut self.line, here);
                task::spawn(async {
                    persist::ask().await;
                });
                Wishes::new()
            }
            Err(error) => {
                self.stores.view.notify_problem(said(error));
                give_back(text)
            }
        }
    }

    /// Everything goes on that waited.
    fn go_on(&mut self, here: &mut Here<'_>) {
        self.line.resume();
        self.uploads.advance(&mut self.line, here);
        self.downloads.advance(&mut self.line, here);
        self.shares.advance(&mut self.line, here);
    }
}

impl FilesWork for Work {
    fn handle_intent(&mut self, intent: FilesIntent, mut here: Here<'_>) -> Wishes {
        let here = &mut here;
        match intent {
            FilesIntent::Add { place, files } => {
                let files = files.into_iter();
                let files = files.filter_map(|it| Blob::take(it.0)).collect();
                if let Some(said) = self.tray.add(&place, files, &self.line) {
                    self.stores.view.notify_problem(said);
                }
                // What the relay allows is known by the time it is sent.
                self.line.token(here);
            }
            FilesIntent::Remove { place, id } => self.tray.remove(&place, id),
            FilesIntent::Choose { place, id, choices } => {
                self.tray.choose(&place, id, choices, &self.line);
            }
            FilesIntent::Send {
                place,
                text,
                reply_to,
                thread,
            } => {
                let desk = Desk {
                    channel: place,
                    thread,
                };
                let tray = desk.key();
                if !self.tray.is_ready(&tray) {
                    self.stores.view.notify_problem(text::NOT_READY);
                    return vec![Wish::GiveBack {
                        channel: tray,
                        text,
                    }];
                }
                let message = Message {
                    files: self.tray.take(&tray),
                    desk,
                    text,
                    reply_to,
                };
                return self.send(message, here);
            }
            FilesIntent::SendVoice {
                place,
                sound,
                seconds,
                waveform,
                reply_to,
                thread,
            } => {
                let Some(sound) = Blob::take(sound.0) else {
                    return Wishes::new();
                };
                let mime = clean_type(&sound.mime());
                let end = mime.rsplit_once('/').map_or("webm", |(_, end)| end);
                let spoken = Ready {
                    name: format!("voice.{end}"),
                    kind: FileKind::Voice { seconds, waveform },
                    file: sound,
                    covered: false,
                    mime,
                };
                let message = Message {
                    desk: Desk {
                        channel: place,
                        thread,
                    },
                    text: String::new(),
                    reply_to,
                    files: vec![spoken],
                };
                return self.send(message, here);
            }
            FilesIntent::Fetch(file) => self.downloads.fetch(&file, &mut self.line, here),
            FilesIntent::Save(file) => self.downloads.save(&file, &mut self.line, here),
            FilesIntent::Cancel(id) => {
                if self.uploads.drop_file(&id, &mut self.line, here) {
                    return Wishes::new();
                }
                let waiting = self.uploads.message_of(&id, here.engine);
                let Some((message, desk, text)) = waiting else {
                    self.downloads.cancel(&id);
                    return Wishes::new();
                };
                here.engine.discard(message, here.now);
                self.uploads.follow(&mut self.line, here);
                let is_over = self.uploads.message_of(&id, here.engine).is_none();
                if is_over && !text.is_empty() {
                    let channel = desk.key();
                    return vec![Wish::GiveBack { channel, text }];
                }
            }
            FilesIntent::Retry(file) => {
                if !self.uploads.retry(&file.id, &mut self.line, here) {
                    self.line.resume();
                    self.stores.files.state(&file.id).set(FileState::NotFetched);
                    self.downloads.fetch(&file, &mut self.line, here);
                }
            }
        }
        Wishes::new()
    }

    fn handle(&mut self, step: Step, mut here: Here<'_>) -> Wishes {
        let here = &mut here;
        let mut wishes = Wishes::new();
        match step {
            Step::Prepared {
                place,
                id,
                choices,
                prepared,
            } => self.tray.take_prepared(&place, id, choices, prepared),
            Step::Folders(folders) => Uploads::tidy(&folders, &mut self.line, here),
            Step::Listed { message, found } => {
                self.uploads.take_listed(message, found);
                self.uploads.advance(&mut self.line, here);
            }
            Step::Sealed {
                message,
                at,
                outcome,
            } => {
                self.uploads
                    .take_sealed(message, at, outcome, &mut self.line);
                self.uploads.advance(&mut self.line, here);
            }
            Step::Sent {
                message,
                at,
                outcome,
            } => {
                self.uploads.take_sent(message, at, outcome, &mut self.line);
                self.uploads.advance(&mut self.line, here);
            }
            Step::Shared { message, answer } => {
                self.uploads.take_shared(message, answer, &mut self.line);
                self.uploads.advance(&mut self.line, here);
            }
            Step::ShareEnded { message, answer } => {
                self.shares
                    .take_ended(message, answer, &mut self.line, here);
            }
            Step::Token { session, answer } => {
                wishes.extend(session.map(Wish::UseSession));
                self.line.take_token(answer, here.now);
                self.uploads.advance(&mut self.line, here);
                self.downloads.advance(&mut self.line, here);
                self.shares.advance(&mut self.line, here);
            }
            Step::Fetched {
                reader,
                chunk,
                outcome,
            } => {
                self.downloads
                    .take_fetched(reader, chunk, outcome, &mut self.line, here);
            }
            Step::Opened { view, reading } => self.downloads.open(&view, reading, &self.line),
            Step::Wanted { reader, want } => {
                self.downloads.want(reader, want, &mut self.line, here);
            }
            Step::Again => self.go_on(here),
            Step::StayAwake => self.downloads.stay_awake(&self.line),
        }
        wishes
    }

    fn follow(&mut self, mut here: Here<'_>) {
        let here = &mut here;
        let is_back = here.is_online && !self.was_online;
        self.was_online = here.is_online;
        for own in self.uploads.follow(&mut self.line, here) {
            self.downloads.keep_own(own);
        }
        if is_back {
            self.go_on(here);
        }
        self.shares.advance(&mut self.line, here);
    }
}

/// What a message says of the files, before their chunks are sealed.
fn describe(files: &[Ready], chunk_bytes: u32) -> Option<Vec<FileDescription>> {
    let described = files.iter().map(|it| {
        let mut file = FileDescription {
            name: it.name.clone(),
            mime: it.mime.clone(),
            size: it.file.size(),
            key: FileKey::from_bytes(random::bytes().ok()?),
            chunk_bytes,
            chunks: 0,
            root: Hash::from_bytes([0; 32]),
            covered: it.covered,
            kind: it.kind.clone(),
        };
        file.chunks = file.cut().count();
        Some(file)
    });
    described.collect()
}

fn said(error: SendError) -> String {
    match error {
        SendError::Files(FileFault::TooLarge { .. }) => {
            text::too_large(parley_protocol::limits::MAX_FILE_BYTES)
        }
        SendError::Files(FileFault::TooMany { .. }) => text::too_many(),
        SendError::NotPermitted | SendError::NoThread => text::NOT_ALLOWED.to_owned(),
        SendError::Files(_)
        | SendError::Empty
        | SendError::TooLong { .. }
        | SendError::Poll(_)
        | SendError::OutboxFull => text::NOT_SENT.to_owned(),
    }
}
