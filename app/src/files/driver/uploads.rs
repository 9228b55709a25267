//! Messages that wait for their files. Each file is sealed chunk by chunk into the spool as fast as that goes, and sent
//! from there: a page that is closed or cut off goes on where it was. What is in the spool stays until the message
//! stands in its channel.

mod answers;

use leptos::prelude::{GetUntracked, Set};
use parley_client::Engine;
use parley_client::file::{Chunks, FileDescription, root_of};
use parley_client::timeline::{Body, OutboxItem, OutboxState};
use parley_protocol::files::ShareRequest;
use parley_protocol::ids::{ChannelId, MessageId};
use parley_protocol::keys::Hash;

use super::input::{Here, Step};
use super::job::Job;
use super::line::Line;
use crate::composer::store::Desk;
use crate::driver::convert::{hex, item_id};
use crate::driver::relay;
use crate::files::store::{FileId, FileState, FilesStore};
use crate::files::text;
use crate::ids::{self, ItemId};
use crate::platform::blob::Blob;
use crate::platform::file_worker::Seal;

/// Chunks that are on their way at once, of all messages. More fill a slow line and make each wait for the others.
const AT_ONCE: usize = 3;
/// Of a file's tag in the spool.
const TAG_BYTES: usize = 8;

struct Upload {
    channel: ChannelId,
    message: MessageId,
    item: ItemId,
    /// All that it was written with.
    files: Vec<FileDescription>,
    /// Which of them do not go along after all.
    dropped: Vec<bool>,
    /// What is left of the files themselves: nothing once the page was closed.
    sources: Vec<Option<Blob>>,
    /// `None` while it is looked up what is in the spool.
    job: Option<Job>,
    failed: Option<&'static str>,
    /// The relay has all of it; the message is the engine's.
    is_up: bool,
    /// It was sent before, in another message: nothing of it was ever in the spool.
    is_passed_on: bool,
    /// For a conversation: whether those in it may read it.
    share: Share,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Share {
    Wanted,
    Asked,
    Done,
}

pub(super) struct Uploads {
    store: FilesStore,
    all: Vec<Upload>,
    in_flight: usize,
    is_sealing: bool,
}

/// A file that was sent from here, so that it need not be fetched.
pub(super) struct Own {
    pub(super) id: FileId,
    pub(super) file: Blob,
    pub(super) mime: String,
}

impl Upload {
    fn folder(&self) -> String {
        self.message.to_string()
    }

    /// The name on the screen of the file at this place among those that go along.
    fn id(&self, index: usize) -> FileId {
        FileId {
            place: ids::ChannelId::from(self.channel.to_string()),
            item: self.item.clone(),
            index,
        }
    }

    /// The files that go along, with their places among all.
    fn kept(&self) -> impl Iterator<Item = (usize, &FileDescription)> {
        let all = self.files.iter().enumerate().zip(&self.dropped);
        all.filter(|(_, dropped)| !**dropped).map(|(file, _)| file)
    }

    fn bytes(&self) -> u64 {
        self.kept().map(|(_, file)| file.size).sum()
    }

    /// Nothing of it is sealed.
    fn new_job(&self) -> Job {
        let mut job = Job::new(tagged(&self.files));
        let dropped = self.dropped.iter().enumerate();
        for (file, _) in dropped.filter(|(_, dropped)| **dropped) {
            job.drop_file(file);
        }
        job
    }

    /// Whether something of a file is neither in the spool nor here.
    fn is_lost(&self, job: &Job) -> bool {
        self.kept()
            .any(|(file, _)| job.needs(file) && self.sources.get(file).is_none_or(Option::is_none))
    }
}

impl Uploads {
    pub(super) fn new(store: FilesStore) -> Self {
        Self {
            store,
            all: Vec::new(),
            in_flight: 0,
            is_sealing: false,
        }
    }

    /// A message was just written.
    pub(super) fn begin(
        &mut self,
        (channel, message): (ChannelId, MessageId),
        files: Vec<FileDescription>,
        sources: Vec<Blob>,
        here: &Here<'_>,
    ) {
        let job = Job::new(tagged(&files));
        self.all.push(Upload {
            channel,
            message,
            item: item_id(here.engine.me().1, message),
            sources: sources.into_iter().map(Some).collect(),
            job: Some(job),
            dropped: vec![false; files.len()],
            files,
            failed: None,
            is_up: false,
            is_passed_on: false,
            share: Share::Wanted,
        });
    }

    /// Takes up what waits and is not known here, and lets go of what waits no more. Gives back what was sent.
    pub(super) fn follow(&mut self, line: &mut Line, here: &mut Here<'_>) -> Vec<Own> {
        for item in here.engine.uploading() {
            let known = self.all.iter_mut().find(|it| it.message == item.id);
            match known {
                None => {
                    let upload = left_by_another_page(item, here.engine);
                    if upload.job.is_none() {
                        look_up(&upload, line);
                    }
                    self.all.push(upload);
                }
                // The relay let go of it before the message came.
                Some(upload) if upload.is_up => {
                    upload.is_up = false;
                    upload.share = Share::Wanted;
                    if let Some(job) = &mut upload.job {
                        job.send_again();
                    }
                }
                Some(_) => {}
            }
        }
        let engine = &*here.engine;
        let (over, stays) = std::mem::take(&mut self.all)
            .into_iter()
            .partition(|it| waiting(engine, it.channel, it.message).is_none());
        self.all = stays;
        let mut own = Vec::new();
        for upload in over {
            own.extend(self.let_go(upload, line));
        }
        self.advance(line, here);
        own
    }

    fn let_go(&self, mut upload: Upload, line: &mut Line) -> Vec<Own> {
        line.forget(&upload.folder());
        for index in 0..upload.kept().count() {
            let state = self.store.state(&upload.id(index));
            state.set(FileState::NotFetched);
        }
        if !upload.is_up {
            return Vec::new();
        }
        let mut sources = std::mem::take(&mut upload.sources);
        let kept = upload.kept().enumerate();
        kept.filter_map(|(index, (at, file))| {
            Some(Own {
                id: upload.id(index),
                file: sources.get_mut(at)?.take()?,
                mime: file.mime.clone(),
            })
        })
        .collect()
    }

    /// Takes away what no message waits for.
    pub(super) fn tidy(folders: &[String], line: &mut Line, here: &Here<'_>) {
        let engine = &*here.engine;
        // What waits in conversations is not known yet.
        if !engine.has_direct() {
            return;
        }
        let conversations = engine.conversations().into_iter().map(|it| it.id);
        let places: Vec<ChannelId> = engine.readable_channels().chain(conversations).collect();
        let waits = |folder: &String| {
            let message = folder.parse::<MessageId>().ok();
            let mut outboxes = places.iter().filter_map(|place| engine.timeline(place));
            outboxes.any(|it| it.outbox().any(|item| Some(item.id) == message))
        };
        for folder in folders.iter().filter(|folder| !waits(folder)) {
            line.forget(folder);
        }
    }

    /// Begins what can be begun, and shows how far everything is.
    pub(super) fn advance(&mut self, line: &mut Line, here: &mut Here<'_>) {
        let mut done = Vec::new();
        for upload in &mut self.all {
            if upload.failed.is_some() || upload.is_up {
                continue;
            }
            if upload.job.as_ref().is_some_and(|job| job.blobs().is_some()) {
                done.push(upload.message);
                continue;
            }
            if !self.is_sealing {
                self.is_sealing = seal_next(upload, line);
            }
            while self.in_flight < AT_ONCE && !line.is_paused() && send_next(upload, line, here) {
                self.in_flight += 1;
            }
        }
        for message in done {
            if self.is_shared(message, line, here) {
                self.finish(message, here);
            }
        }
        for upload in &self.all {
            self.show(upload, line, here);
        }
    }

    /// Whether all who are to read the files may. Otherwise that is asked for.
    fn is_shared(&mut self, message: MessageId, line: &mut Line, here: &Here<'_>) -> bool {
        let Some(upload) = self.all.iter_mut().find(|it| it.message == message) else {
            return false;
        };
        if !here.engine.is_conversation(&upload.channel) || upload.share == Share::Done {
            return true;
        }
        if upload.share == Share::Asked || line.is_paused() {
            return false;
        }
        let (Some(blobs), Some(token)) =
            (upload.job.as_ref().and_then(Job::blobs), line.token(here))
        else {
            return false;
        };
        upload.share = Share::Asked;
        let request = ShareRequest {
            blobs: blobs.concat(),
            readers: here.engine.people_of(&upload.channel),
        };
        line.begin(async move {
            let answer = relay::files::share(&token, message, &request).await;
            Step::Shared { message, answer }
        });
        false
    }

    /// The relay has all files of a message.
    fn finish(&mut self, message: MessageId, here: &mut Here<'_>) {
        let Some(upload) = self.all.iter_mut().find(|it| it.message == message) else {
            return;
        };
        let Some(blobs) = upload.job.as_ref().and_then(Job::blobs) else {
            return;
        };
        let kept = upload.kept().map(|(_, file)| file.clone());
        let mut files: Vec<FileDescription> = kept.collect();
        for (file, blobs) in files.iter_mut().zip(&blobs) {
            file.root = root_of(blobs);
        }
        let blobs = blobs.concat();
        upload.is_up = true;
        let now = here.now;
        if here
            .engine
            .files_are_up(message, files, blobs, now)
            .is_err()
        {
            upload.failed = Some(text::REFUSED);
        }
    }

    fn show(&self, upload: &Upload, line: &Line, here: &Here<'_>) {
        for (index, (at, _)) in upload.kept().enumerate() {
            let (done, of) = upload.job.as_ref().map_or((0, 0), |job| job.progress(at));
            let state = match (upload.failed, line.why_paused(here)) {
                (Some(why), _) => FileState::Failed(why),
                (None, Some(why)) if !upload.is_up => FileState::Waiting(why),
                (None, _) => FileState::Sending { done, of },
            };
            let shown = self.store.state(&upload.id(index));
            if shown.get_untracked() != state {
                shown.set(state);
            }
        }
    }

    /// What failed is tried again. Says whether it is one of these.
    pub(super) fn retry(&mut self, id: &FileId, line: &mut Line, here: &mut Here<'_>) -> bool {
        let Some(upload) = self.all.iter_mut().find(|it| it.item == id.item) else {
            return false;
        };
        upload.failed = None;
        line.resume();
        self.advance(line, here);
        true
    }

    /// One of several files does not go along after all. Says whether that was so.
    pub(super) fn drop_file(&mut self, id: &FileId, line: &mut Line, here: &mut Here<'_>) -> bool {
        let Some(upload) = self.all.iter_mut().find(|it| it.item == id.item) else {
            return false;
        };
        let Some((at, _)) = upload.kept().nth(id.index).filter(|_| !upload.is_up) else {
            return false;
        };
        let now = here.now;
        if !here.engine.drop_file(upload.message, id.index, now) {
            return false;
        }
        if let Some(dropped) = upload.dropped.get_mut(at) {
            *dropped = true;
        }
        if let Some(job) = &mut upload.job {
            job.drop_file(at);
        }
        // What was wrong may have been wrong with this one.
        let is_lost = upload.job.as_ref().is_some_and(|job| upload.is_lost(job));
        upload.failed = is_lost.then_some(text::LOST);
        self.advance(line, here);
        true
    }

    /// The message that waits for a file, where it was written, and what it says.
    pub(super) fn message_of(
        &self,
        id: &FileId,
        engine: &Engine,
    ) -> Option<(MessageId, Desk, String)> {
        let upload = self.all.iter().find(|it| it.item == id.item)?;
        let item = waiting(engine, upload.channel, upload.message)?;
        let Body::Text { text, thread, .. } = &item.body else {
            return None;
        };
        let desk = Desk {
            channel: id.place.clone(),
            thread: thread.map(|root| item_id(root.device, root.id)),
        };
        Some((item.id, desk, text.clone()))
    }
}

fn waiting(engine: &Engine, channel: ChannelId, message: MessageId) -> Option<&OutboxItem> {
    let mut outbox = engine.timeline(&channel)?.outbox();
    outbox.find(|item| item.id == message && item.state != OutboxState::Sent)
}

fn left_by_another_page(item: &OutboxItem, engine: &Engine) -> Upload {
    let files = item.body.files().to_vec();
    let is_passed_on = !item.blobs.is_empty();
    Upload {
        channel: item.channel,
        message: item.id,
        item: item_id(engine.me().1, item.id),
        sources: files.iter().map(|_| None).collect(),
        job: is_passed_on.then(|| Job::done(tagged(&files), &item.blobs)),
        dropped: vec![false; files.len()],
        files,
        failed: None,
        is_up: false,
        is_passed_on,
        share: Share::Wanted,
    }
}

fn look_up(upload: &Upload, line: &mut Line) {
    let (message, folder) = (upload.message, upload.folder());
    let worker = line.worker();
    line.begin(async move {
        let found = match worker {
            Ok(worker) => worker.list(&folder).await,
            Err(fault) => Err(fault),
        };
        Step::Listed { message, found }
    });
}

/// Begins to seal the next chunk of a message. Says whether there is one.
fn seal_next(upload: &mut Upload, line: &mut Line) -> bool {
    let (message, folder) = (upload.message, upload.folder());
    let Some(at) = upload.job.as_mut().and_then(Job::next_to_seal) else {
        return false;
    };
    let name = upload.job.as_ref().map(|job| job.name(at));
    let source = upload.sources.get(at.file).cloned().flatten();
    let (Some(source), Some(file)) = (source, upload.files.get(at.file)) else {
        upload.failed = Some(text::LOST);
        return false;
    };
    let (range, seal) = (file.cut().range(at.chunk), seal_of(file, at.chunk));
    let worker = line.worker();
    let name = name.unwrap_or_default();
    line.begin(async move {
        let outcome = match worker {
            Ok(worker) => worker.seal(&source, range, &seal, (&folder, &name)).await,
            Err(fault) => Err(fault),
        };
        Step::Sealed {
            message,
            at,
            outcome,
        }
    });
    true
}

/// Begins to send the next chunk of a message. Says whether there is one.
fn send_next(upload: &mut Upload, line: &mut Line, here: &Here<'_>) -> bool {
    let is_new = upload
        .job
        .as_ref()
        .is_some_and(|job| (0..upload.files.len()).all(|file| job.progress(file).0 == 0));
    if is_new && !line.has_room_for(upload.bytes()) {
        upload.failed = Some(text::QUOTA);
        return false;
    }
    if is_new && upload.bytes() > line.largest() {
        upload.failed = Some(text::TOO_LARGE);
        return false;
    }
    let (message, folder) = (upload.message, upload.folder());
    let Some(job) = &mut upload.job else {
        return false;
    };
    let Some(token) = line.token(here) else {
        return false;
    };
    let Some((at, hash, ask)) = job.next_to_send() else {
        return false;
    };
    let (worker, name) = (line.worker(), job.full_name(at, hash));
    line.begin(async move {
        let (from, hash) = ((folder.as_str(), name.as_str()), hash.to_string());
        let outcome = match worker {
            Ok(worker) => worker.send(from, &hash, &token, ask).await,
            Err(fault) => Err(fault),
        };
        Step::Sent {
            message,
            at,
            outcome,
        }
    });
    true
}

/// Files with their tags: the beginning of a hash of each one's key, which is its own.
fn tagged(files: &[FileDescription]) -> impl Iterator<Item = (String, Chunks)> {
    files.iter().map(|file| {
        let hash = Hash::of(file.key.as_bytes());
        let tag = hex(hash.as_bytes().get(..TAG_BYTES).unwrap_or_default());
        (tag, file.cut())
    })
}

/// With what a chunk of a file is sealed.
pub(super) fn seal_of(file: &FileDescription, chunk: u32) -> Seal {
    Seal {
        key: *file.key.as_bytes(),
        nonce: Chunks::nonce(chunk),
        bound_to: file.cut().bound_to(chunk),
    }
}
