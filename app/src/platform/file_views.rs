//! Files at addresses of this page, given out piece by piece through the service worker: to players that seek, and to
//! the browser's downloads. The page makes the addresses up; the service worker asks it for each chunk. See `/sw.js`.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{EventTarget, MessageEvent};

use super::blob::Bytes;
use super::js;
use super::listener::Listener;

const ADDRESS: &str = "/files/view/";

/// What the service worker wants of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// The chunk of this number.
    Chunk(u32),
    /// Nothing more.
    End,
}

/// Says what a file is: its bytes, bytes of a chunk, its type, and a name if it is to be saved.
pub struct Described<'a> {
    pub size: u64,
    pub chunk_bytes: u32,
    pub mime: &'a str,
    pub name: Option<&'a str>,
}

/// Listens to the service worker as long as it is held.
pub struct FileViews(#[expect(dead_code, reason = "held")] Listener);

/// The way back to somebody who reads a file. Closed when it is dropped.
pub struct Reading {
    port: JsValue,
    listener: RefCell<Option<Listener>>,
}

/// The address of a view.
pub fn address(id: &str) -> String {
    format!("{ADDRESS}{id}")
}

/// Whether a service worker is there that gives files out.
pub fn is_there() -> bool {
    container().is_some_and(|it| js::field(&it, "controller").is_object())
}

/// Tells the service worker that it is still needed: browsers end those that seem to have nothing to do.
pub fn keep_awake() {
    if let Some(container) = container() {
        let controller = js::field(&container, "controller");
        js::call(&controller, "postMessage", &[&"awake".into()]).ok();
    }
}

fn container() -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    Some(js::field(&navigator, "serviceWorker")).filter(JsValue::is_object)
}

impl FileViews {
    /// `opened` hears the name of each view that is asked for.
    pub fn listen(opened: impl Fn(String, Rc<Reading>) + 'static) -> Option<Self> {
        let target: EventTarget = container()?.unchecked_into();
        let listener = Listener::on(&target, "message", move |event| {
            let event = event.unchecked_ref::<MessageEvent>();
            let id = js::text(&event.data(), "view");
            let port = Array::from(&js::field(event, "ports")).get(0);
            if !id.is_empty() && port.is_object() {
                let listener = RefCell::default();
                opened(id, Rc::new(Reading { port, listener }));
            }
        });
        Some(Self(listener))
    }
}

impl Reading {
    /// Says what the file is, and hears from then on what is wanted of it.
    pub fn describe(&self, file: &Described<'_>, wanted: impl Fn(Want) + 'static) {
        let target: &EventTarget = self.port.unchecked_ref();
        let listener = Listener::on(target, "message", move |event| {
            let data = event.unchecked_ref::<MessageEvent>().data();
            wanted(want(&js::field(&data, "chunk")));
        });
        self.listener.replace(Some(listener));
        js::call(&self.port, "start", &[]).ok();
        let Described {
            size,
            chunk_bytes,
            mime,
            name,
        } = file;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let size = *size as f64;
        let name = name.map_or(JsValue::UNDEFINED, JsValue::from_str);
        self.post(&js::object(&[
            ("size", &size.into()),
            ("chunk", &(*chunk_bytes).into()),
            ("type", &(*mime).into()),
            ("name", &name),
        ]));
    }

    /// There is no such file here.
    pub fn refuse(&self) {
        self.post(&js::object(&[]));
    }

    /// The chunk that was wanted.
    pub fn give(&self, bytes: &Bytes) {
        self.post(&js::object(&[("bytes", bytes.buffer())]));
    }

    /// It cannot be had.
    pub fn give_nothing(&self) {
        self.post(&js::object(&[]));
    }

    fn post(&self, message: &JsValue) {
        js::call(&self.port, "postMessage", &[message]).ok();
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        js::call(&self.port, "close", &[]).ok();
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number that is not negative, or none"
)]
fn want(chunk: &JsValue) -> Want {
    match chunk.as_f64() {
        Some(chunk) => Want::Chunk(chunk as u32),
        None => Want::End,
    }
}
