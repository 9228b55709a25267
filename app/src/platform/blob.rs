//! Bytes that the browser holds: files that somebody chose, pasted or dropped, and what was made of them. They are not
//! in the page's memory until they are asked for.

use std::cell::RefCell;
use std::ops::Range;

use js_sys::{Array, ArrayBuffer, Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::js;

thread_local! {
    /// The last number, and what is held.
    static HELD: RefCell<(u64, Vec<(u64, Blob)>)> = const { RefCell::new((0, Vec::new())) };
}

/// Bytes that were fetched, whole in the browser's memory.
#[derive(Clone)]
pub struct Bytes(pub(super) ArrayBuffer);

impl Bytes {
    /// The first ones.
    pub fn beginning(&self, most: u32) -> Vec<u8> {
        let all = Uint8Array::new(&self.0);
        all.subarray(0, most.min(all.length())).to_vec()
    }

    pub(super) fn buffer(&self) -> &ArrayBuffer {
        &self.0
    }
}

/// A file, or bytes without a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Blob(pub(super) JsValue);

impl Blob {
    /// Holds it for whoever is told the number.
    pub fn hold(self) -> u64 {
        HELD.with_borrow_mut(|(last, held)| {
            *last += 1;
            held.push((*last, self));
            *last
        })
    }

    /// What is held under a number, once.
    pub fn take(number: u64) -> Option<Self> {
        HELD.with_borrow_mut(|(_, held)| {
            let at = held.iter().position(|(it, _)| *it == number)?;
            Some(held.swap_remove(at).1)
        })
    }

    /// Bytes of a media type.
    pub fn new(bytes: &[u8], mime: &str) -> Option<Self> {
        Self::of(&Array::of1(&Uint8Array::from(bytes)), mime)
    }

    /// Other blobs one after the other, as one of a media type.
    pub fn of_parts(parts: &[Self], mime: &str) -> Option<Self> {
        let list = Array::new();
        for Self(part) in parts {
            list.push(part);
        }
        Self::of(&list, mime)
    }

    /// Chunks that the worker of files opened, as one of a media type.
    pub fn of_chunks(chunks: &[Bytes], mime: &str) -> Option<Self> {
        let list = Array::new();
        for chunk in chunks {
            list.push(chunk.buffer());
        }
        Self::of(&list, mime)
    }

    fn of(parts: &Array, mime: &str) -> Option<Self> {
        let window = web_sys::window()?;
        let options = js::object(&[("type", &mime.into())]);
        let constructor: Function = js::field(&window, "Blob").dyn_into().ok()?;
        let made = Reflect::construct(&constructor, &Array::of2(parts, &options));
        made.ok().map(Self)
    }

    /// What the file is called; empty for bytes without a name.
    pub fn name(&self) -> String {
        js::text(&self.0, "name")
    }

    /// The media type that the system or a program gave it, in small letters; may be empty.
    pub fn mime(&self) -> String {
        js::text(&self.0, "type")
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole bytes, far below 2^53"
    )]
    pub fn size(&self) -> u64 {
        js::field(&self.0, "size").as_f64().unwrap_or(0.0) as u64
    }

    /// The bytes up to a place, or all. `None`: the file cannot be read any more.
    pub async fn bytes(&self, end: Option<u32>) -> Option<Vec<u8>> {
        let part = match end {
            Some(end) => js::call(&self.0, "slice", &[&0.into(), &end.into()]).ok()?,
            None => self.0.clone(),
        };
        let buffer = js::call_async(&part, "arrayBuffer", &[]).await.ok()?;
        Some(Uint8Array::new(&buffer).to_vec())
    }

    /// The bytes of a stretch. `None`: the file cannot be read any more.
    pub async fn between(&self, range: Range<u64>) -> Option<Vec<u8>> {
        let part = self.part(range)?;
        part.bytes(None).await
    }

    /// A stretch of it, which is not read.
    #[expect(
        clippy::cast_precision_loss,
        reason = "files are far smaller than 2^53 bytes"
    )]
    pub fn part(&self, range: Range<u64>) -> Option<Self> {
        let (start, end) = (range.start as f64, range.end as f64);
        let part = js::call(&self.0, "slice", &[&start.into(), &end.into()]);
        part.ok().map(Self)
    }

    /// An address for it within this page.
    pub fn address(&self) -> Option<Address> {
        let window = web_sys::window()?;
        let url = js::field(&window, "URL");
        let made = js::call(&url, "createObjectURL", &[&self.0]).ok()?;
        made.as_string().map(Address)
    }
}

/// An address of bytes within the page, as long as it is held.
#[derive(Debug)]
pub struct Address(String);

impl Address {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            let url = js::field(&window, "URL");
            js::call(&url, "revokeObjectURL", &[&self.0.as_str().into()]).ok();
        }
    }
}

/// The files that an event brings: chosen in a field, pasted, or dropped.
pub fn brought(event: &web_sys::Event) -> Vec<Blob> {
    let from = [
        event.target().map(JsValue::from),
        Some(js::field(event, "clipboardData")),
        Some(js::field(event, "dataTransfer")),
    ];
    let lists = from.into_iter().flatten().filter(JsValue::is_object);
    let lists = lists
        .map(|source| js::field(&source, "files"))
        .filter(JsValue::is_object);
    lists
        .flat_map(|list| Array::from(&list).iter().collect::<Vec<_>>())
        .filter(JsValue::is_object)
        .map(Blob)
        .collect()
}

/// Whether a drag carries files, which it does not show before they are dropped.
pub fn carries_files(event: &web_sys::Event) -> bool {
    let types = js::field(&js::field(event, "dataTransfer"), "types");
    types.is_object() && Array::from(&types).includes(&"Files".into(), 0)
}

/// Whether something pasted is a text as well, which is what people mean then.
pub fn has_text(event: &web_sys::Event) -> bool {
    let types = js::field(&js::field(event, "clipboardData"), "types");
    types.is_object() && Array::from(&types).includes(&"text/plain".into(), 0)
}

/// A field of files holds none any more, so that the same one can be chosen again.
pub fn forget(event: &web_sys::Event) {
    if let Some(field) = event.target() {
        Reflect::set(&field, &"value".into(), &"".into()).ok();
    }
}
