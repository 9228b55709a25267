//! The worker that seals, sends, fetches and opens chunks of files: `/file-worker.js`. Chunks stay in the browser's own
//! buffers, and on its disk while they wait; none is copied into the program's memory.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Array, Uint8Array};
use litemap::LiteMap;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{EventTarget, MessageEvent, Worker};

use super::blob::{Blob, Bytes};
use super::js;
use super::listener::Listener;

const SCRIPT: &str = "/file-worker.js";

/// Why a job was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkFault {
    /// This device has no room left.
    #[error("no room is left")]
    Full,
    /// The file was changed, moved or taken away since it was chosen; or what was in the spool is not there.
    #[error("the file cannot be read any more")]
    Unreadable,
    /// No answer came.
    #[error("the relay did not answer")]
    Unreachable,
    /// The browser keeps nothing for the page, or has no workers.
    #[error("the worker failed: {0}")]
    Failed(String),
}

/// With what a chunk is sealed.
pub struct Seal {
    pub key: [u8; 32],
    pub nonce: [u8; 12],
    pub bound_to: Vec<u8>,
}

/// What came of asking the relay for a chunk.
pub enum Fetched {
    Chunk(Bytes),
    /// It is not what its name says, or does not open.
    Damaged,
    /// The status, and what else was said.
    Refused(u16, String),
}

type Answers = Rc<RefCell<LiteMap<u32, oneshot::Sender<Result<JsValue, WorkFault>>>>>;

/// A running worker. It ends when this is dropped.
pub struct FileWorker {
    worker: Worker,
    answers: Answers,
    next: Cell<u32>,
    _listeners: [Listener; 2],
}

impl FileWorker {
    pub fn start() -> Result<Self, WorkFault> {
        let worker = Worker::new(SCRIPT).map_err(|error| fault(&error))?;
        let target: &EventTarget = worker.as_ref();
        let answers = Answers::default();
        let (answered, failed) = (Rc::clone(&answers), Rc::clone(&answers));
        let listeners = [
            Listener::on(target, "message", move |event| {
                let data = event.unchecked_ref::<MessageEvent>().data();
                let number = number(&js::field(&data, "id"));
                let waiting = answered.borrow_mut().remove(&number);
                if let Some(waiting) = waiting {
                    waiting.send(outcome(&data)).ok();
                }
            }),
            Listener::on(target, "error", move |event| {
                let why = WorkFault::Failed(js::text(&event, "message"));
                let waiting = std::mem::take(&mut *failed.borrow_mut());
                for (_, waiting) in waiting {
                    waiting.send(Err(why.clone())).ok();
                }
            }),
        ];
        Ok(Self {
            worker,
            answers,
            next: Cell::new(0),
            _listeners: listeners,
        })
    }

    async fn ask(&self, kind: &str, job: &[(&str, &JsValue)]) -> Result<JsValue, WorkFault> {
        let id = self.next.get();
        self.next.set(id.wrapping_add(1));
        let (tell, told) = oneshot::channel();
        self.answers.borrow_mut().insert(id, tell);
        let message = js::object(&[
            ("id", &id.into()),
            ("kind", &kind.into()),
            ("job", &js::object(job)),
        ]);
        self.worker
            .post_message(&message)
            .map_err(|error| fault(&error))?;
        let ended = |_| Err(WorkFault::Failed("it ended".to_owned()));
        told.await.unwrap_or_else(ended)
    }

    /// Seals part of a file into a folder of the spool. Says the hash, which becomes the end of the name there.
    pub async fn seal(
        &self,
        file: &Blob,
        range: Range<u64>,
        seal: &Seal,
        (folder, name): (&str, &str),
    ) -> Result<[u8; 32], WorkFault> {
        let [key, nonce, bound_to] = seal.to_js();
        let job = [
            ("file", &file.0),
            ("start", &from_size(range.start)),
            ("end", &from_size(range.end)),
            ("key", &key),
            ("nonce", &nonce),
            ("bound", &bound_to),
            ("folder", &folder.into()),
            ("name", &name.into()),
        ];
        let done = self.ask("seal", &job).await?;
        let hash = Uint8Array::new(&js::field(&done, "hash")).to_vec();
        hash.try_into()
            .map_err(|_| WorkFault::Failed("no hash".to_owned()))
    }

    /// Sends what is in the spool. `ask`: the relay may have it already. Says its status, and what else it said.
    pub async fn send(
        &self,
        (folder, name): (&str, &str),
        hash: &str,
        token: &str,
        ask: bool,
    ) -> Result<(u16, String), WorkFault> {
        let job = [
            ("folder", &folder.into()),
            ("name", &name.into()),
            ("hash", &hash.into()),
            ("token", &token.into()),
            ("ask", &ask.into()),
        ];
        let done = self.ask("send", &job).await?;
        Ok((status(&done), js::text(&done, "text")))
    }

    /// Fetches a chunk of so many bytes as sealed, checks that it has that hash, and opens it.
    pub async fn fetch(
        &self,
        (hash, expected): (&str, &[u8; 32]),
        sealed_bytes: u64,
        seal: &Seal,
        token: &str,
    ) -> Result<Fetched, WorkFault> {
        let [key, nonce, bound_to] = seal.to_js();
        let job = [
            ("hash", &hash.into()),
            ("expected", &Uint8Array::from(expected.as_slice()).into()),
            ("size", &from_size(sealed_bytes)),
            ("key", &key),
            ("nonce", &nonce),
            ("bound", &bound_to),
            ("token", &token.into()),
        ];
        let done = self.ask("fetch", &job).await?;
        let status = status(&done);
        if !(200..300).contains(&status) {
            return Ok(Fetched::Refused(status, js::text(&done, "text")));
        }
        let bytes = js::field(&done, "bytes").dyn_into();
        Ok(bytes.map_or(Fetched::Damaged, |bytes| Fetched::Chunk(Bytes(bytes))))
    }

    /// The folders of the spool.
    pub async fn folders(&self) -> Result<Vec<String>, WorkFault> {
        let found = self.list("").await?;
        Ok(found.into_iter().map(|(name, _)| name).collect())
    }

    /// What is in a folder of the spool, with its bytes.
    pub async fn list(&self, folder: &str) -> Result<Vec<(String, u64)>, WorkFault> {
        let done = self.ask("list", &[("folder", &folder.into())]).await?;
        let found = Array::from(&js::field(&done, "found"));
        let entry = |it: JsValue| (js::text(&it, "name"), to_size(&js::field(&it, "size")));
        Ok(found.iter().map(entry).collect())
    }

    /// Forgets a folder of the spool.
    pub async fn forget(&self, folder: &str) -> Result<(), WorkFault> {
        self.ask("drop", &[("folder", &folder.into())]).await?;
        Ok(())
    }
}

impl Drop for FileWorker {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Seal {
    fn to_js(&self) -> [JsValue; 3] {
        let Self {
            key,
            nonce,
            bound_to,
        } = self;
        [key.as_slice(), nonce.as_slice(), bound_to.as_slice()]
            .map(|bytes| Uint8Array::from(bytes).into())
    }
}

fn outcome(data: &JsValue) -> Result<JsValue, WorkFault> {
    let failed = js::field(data, "failed");
    if failed.is_undefined() {
        Ok(js::field(data, "done"))
    } else {
        Err(fault(&failed))
    }
}

fn fault(error: &JsValue) -> WorkFault {
    match js::name_of(error).as_str() {
        "QuotaExceededError" => WorkFault::Full,
        "NotReadableError" | "NotFoundError" => WorkFault::Unreadable,
        // What `fetch` throws without an answer, and when there was none for long.
        "TypeError" | "NetworkError" | "TimeoutError" | "AbortError" => WorkFault::Unreachable,
        _ => WorkFault::Failed(js::message(error)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn from_size(bytes: u64) -> JsValue {
    JsValue::from_f64(bytes as f64)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole bytes, far below 2^53"
)]
fn to_size(value: &JsValue) -> u64 {
    value.as_f64().unwrap_or(0.0) as u64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "one of the numbers that were sent"
)]
fn number(value: &JsValue) -> u32 {
    value.as_f64().unwrap_or(-1.0) as u32
}

fn status(done: &JsValue) -> u16 {
    u16::try_from(number(&js::field(done, "status"))).unwrap_or(0)
}
