//! Files that are fetched: to be shown or played, or to be saved. Small ones come whole; large ones are given out piece
//! by piece, so that no file is ever whole in memory. Nothing is shown whose bytes are not what its author's list says,
//! or that is not what it claims to be.

mod answers;
mod shown;

use std::rc::Rc;

use leptos::prelude::{GetUntracked, Set};
use litemap::LiteMap;
use parley_client::Engine;
use parley_client::file::{Shown, shown_as};
use parley_client::relations::Target;

use self::shown::ShownFiles;
use super::input::{Here, Step};
use super::line::Line;
use super::reader::{Purpose, Reader, Source};
use super::uploads::seal_of;
use crate::driver::convert::{channel_id, message_of};
use crate::files::store::{File, FileId, FileState, FilesStore};
use crate::files::text;
use crate::platform::clock::Timer;
use crate::platform::file_views::{self, Described, FileViews, Reading, Want};
use crate::platform::file_worker::Fetched;
use crate::platform::{download, random};

/// Chunks that are on their way at once.
const AT_ONCE: usize = 4;
/// Bytes of what is fetched whole.
const WHOLE: u64 = 16 * 1024 * 1024;
/// The same of pictures, which cannot be shown in parts.
const WHOLE_PICTURE: u64 = 64 * 1024 * 1024;
/// The same where nothing gives files out piece by piece.
const WHOLE_AT_MOST: u64 = 512 * 1024 * 1024;
/// How often the service worker is told that it is needed, in milliseconds.
const AWAKE: u64 = 10_000;

/// A file at an address of the page.
struct View {
    source: Rc<Source>,
    mime: &'static str,
    /// It is saved under this name.
    name: Option<String>,
}

pub(super) struct Downloads {
    store: FilesStore,
    readers: Vec<Reader>,
    next: u64,
    in_flight: usize,
    views: LiteMap<String, View>,
    listener: Option<FileViews>,
    awake: Option<Timer>,
    shown: ShownFiles,
}

impl Downloads {
    pub(super) fn new(store: FilesStore) -> Self {
        Self {
            store,
            readers: Vec::new(),
            next: 0,
            in_flight: 0,
            views: LiteMap::new(),
            listener: None,
            awake: None,
            shown: ShownFiles::new(store),
        }
    }

    /// Somebody wants to see or play a file.
    pub(super) fn fetch(&mut self, file: &File, line: &mut Line, here: &mut Here<'_>) {
        if self.is_coming(&file.id) {
            return;
        }
        let Some(source) = self.source(file, here.engine) else {
            return;
        };
        let size = file.size;
        let purpose = match shown_as(&source.file.mime) {
            None => return self.set(&file.id, FileState::Failed(text::LIES)),
            Some(Shown::Picture) if size <= WHOLE_PICTURE => Purpose::Show,
            Some(Shown::Audio | Shown::Video) if size <= WHOLE => Purpose::Show,
            Some(Shown::Audio | Shown::Video) if file_views::is_there() => Purpose::Look,
            Some(Shown::Audio | Shown::Video) if size <= WHOLE_AT_MOST => Purpose::Show,
            Some(_) => return self.set(&file.id, FileState::Failed(text::TOO_LARGE_TO_SHOW)),
        };
        self.read(source, purpose);
        self.advance(line, here);
    }

    /// Somebody wants to have a file where the browser puts downloads.
    pub(super) fn save(&mut self, file: &File, line: &mut Line, here: &mut Here<'_>) {
        if let Some(address) = self.shown.address(&file.id) {
            return download::save_at(&file.name, &address);
        }
        let Some(source) = self.source(file, here.engine) else {
            return;
        };
        if file.size > WHOLE && file_views::is_there() {
            let name = Some(file.name.to_string());
            let mime = "application/octet-stream";
            match self.view(View { source, mime, name }, line) {
                Some(address) => download::begin_at(&address),
                None => self.set(&file.id, FileState::Failed(text::NOT_FETCHED)),
            }
            return;
        }
        if file.size > WHOLE_AT_MOST {
            return self.set(&file.id, FileState::Failed(text::NO_SAVING));
        }
        if !self.is_coming(&file.id) {
            self.read(source, Purpose::Save);
            self.advance(line, here);
        }
    }

    /// Nobody wants a file any more.
    pub(super) fn cancel(&mut self, id: &FileId) {
        let (over, stays) = std::mem::take(&mut self.readers)
            .into_iter()
            .partition(|it| it.source.id == *id);
        self.readers = stays;
        for reader in over {
            self.stop(&reader, FileState::NotFetched);
        }
    }

    /// A file that was sent from here.
    pub(super) fn keep_own(&mut self, own: super::uploads::Own) {
        if shown_as(&own.mime).is_some() {
            self.shown.keep(own.id, &[own.file], &own.mime);
        }
    }

    fn is_coming(&self, id: &FileId) -> bool {
        let is_whole = |it: &Reader| !matches!(it.purpose, Purpose::Give { .. });
        let mut readers = self.readers.iter();
        readers.any(|it| it.source.id == *id && is_whole(it))
    }

    fn source(&self, file: &File, engine: &Engine) -> Option<Rc<Source>> {
        let found = if file.is_broken {
            Err(text::DAMAGED)
        } else {
            find(engine, &file.id).ok_or(text::GONE)
        };
        match found {
            Ok(source) => Some(Rc::new(source)),
            Err(why) => {
                self.set(&file.id, FileState::Gone(why));
                None
            }
        }
    }

    fn read(&mut self, source: Rc<Source>, purpose: Purpose) -> u64 {
        self.next += 1;
        self.readers.push(Reader::new(self.next, source, purpose));
        self.next
    }

    /// Makes up an address for a file.
    fn view(&mut self, view: View, line: &Line) -> Option<String> {
        let id: String = random::bytes::<16>()
            .ok()?
            .map(|it| format!("{it:02x}"))
            .concat();
        if self.listener.is_none() {
            let back = line.back();
            self.listener = FileViews::listen(move |view, reading| {
                back(Step::Opened { view, reading });
            });
        }
        let address = file_views::address(&id);
        self.views.insert(id, view);
        Some(address)
    }

    /// Somebody begins to read at an address.
    pub(super) fn open(&mut self, view: &str, reading: Rc<Reading>, line: &Line) {
        let Some(View { source, mime, name }) = self.views.get(view) else {
            return reading.refuse();
        };
        let (source, number, back) = (Rc::clone(source), self.next + 1, line.back());
        let described = Described {
            size: source.file.size,
            chunk_bytes: source.file.chunk_bytes,
            mime,
            name: name.as_deref(),
        };
        reading.describe(&described, move |want| {
            let reader = number;
            back(Step::Wanted { reader, want });
        });
        let is_saved = name.is_some();
        self.read(source, Purpose::Give { reading, is_saved });
        self.stay_awake(line);
    }

    /// The service worker is kept awake as long as somebody reads.
    pub(super) fn stay_awake(&mut self, line: &Line) {
        self.awake = None;
        let mut readers = self.readers.iter();
        if readers.any(|it| matches!(it.purpose, Purpose::Give { .. })) {
            file_views::keep_awake();
            let back = line.back();
            self.awake = Timer::after(AWAKE, move || back(Step::StayAwake));
        }
    }

    pub(super) fn want(&mut self, number: u64, want: Want, line: &mut Line, here: &mut Here<'_>) {
        let Some(at) = self.readers.iter().position(|it| it.number == number) else {
            return;
        };
        match want {
            Want::Chunk(chunk) => {
                if let Some(reader) = self.readers.get_mut(at) {
                    reader.want(chunk);
                }
                self.advance(line, here);
            }
            Want::End => {
                let reader = self.readers.swap_remove(at);
                self.stop(&reader, FileState::NotFetched);
            }
        }
    }

    /// A reader is over. What is shown already stays so.
    fn stop(&self, reader: &Reader, state: FileState) {
        if let Purpose::Give { reading, is_saved } = &reader.purpose {
            reading.give_nothing();
            if !is_saved && state == FileState::NotFetched {
                return;
            }
        }
        self.set(&reader.source.id, state);
    }

    fn set(&self, id: &FileId, state: FileState) {
        let shown = self.store.state(id);
        let now = shown.get_untracked();
        let is_shown = matches!(now, FileState::Here { .. });
        if now != state && !is_shown {
            shown.set(state);
        }
    }

    /// Begins what can be begun, and shows how far everything is.
    pub(super) fn advance(&mut self, line: &mut Line, here: &mut Here<'_>) {
        while self.in_flight < AT_ONCE && !line.is_paused() && self.begin_next(line, here) {
            self.in_flight += 1;
        }
        for reader in &self.readers {
            if matches!(
                reader.purpose,
                Purpose::Give {
                    is_saved: false,
                    ..
                }
            ) {
                continue;
            }
            let (done, of) = reader.progress();
            let state = match line.why_paused(here) {
                Some(why) => FileState::Waiting(why),
                None => FileState::Fetching { done, of },
            };
            self.set(&reader.source.id, state);
        }
    }

    /// Asks for the next chunk: first of what somebody waits for. Says whether there is one.
    fn begin_next(&mut self, line: &mut Line, here: &Here<'_>) -> bool {
        self.readers
            .sort_by_key(|it| !matches!(it.purpose, Purpose::Give { .. }));
        let Some(token) = line.token(here) else {
            return false;
        };
        let mut readers = self.readers.iter_mut();
        let Some((reader, chunk)) = readers.find_map(|it| it.next().map(|chunk| (it, chunk)))
        else {
            return false;
        };
        let (number, source) = (reader.number, Rc::clone(&reader.source));
        let worker = line.worker();
        line.begin(async move {
            let at = usize::try_from(chunk).unwrap_or(usize::MAX);
            let outcome = match (worker, source.blobs.get(at)) {
                (Ok(worker), Some(hash)) => {
                    let name = hash.to_string();
                    let bytes = source.file.cut().sealed_bytes(chunk);
                    let seal = seal_of(&source.file, chunk);
                    let hash = (name.as_str(), hash.as_bytes());
                    worker.fetch(hash, bytes, &seal, &token).await
                }
                (Ok(_), None) => Ok(Fetched::Damaged),
                (Err(fault), _) => Err(fault),
            };
            Step::Fetched {
                reader: number,
                chunk,
                outcome,
            }
        });
        true
    }
}

/// A file of a message in a channel, if its list of blobs is its author's.
fn find(engine: &Engine, id: &FileId) -> Option<Source> {
    let (device, message) = message_of(&id.item)?;
    let timeline = engine.timeline(&channel_id(&id.place)?)?;
    let target = Target {
        device,
        id: message,
    };
    let of = timeline.find(target)?.files().nth(id.index)?;
    Some(Source {
        id: id.clone(),
        file: of.file.clone(),
        blobs: of.blobs.ok()?.to_vec(),
    })
}
