//! A picture that somebody chose, pasted or dropped, drawn anew and small. What is drawn holds its colours alone: nothing
//! of what the file said about place, time or camera.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::js;

/// Points of a side. Twice what a line of text shows of it.
const SIDE: f64 = 64.0;
/// The same again, for a picture that does not become small enough.
const SMALLER: f64 = 48.0;
/// Bytes of what is drawn.
const MOST: usize = 16 * 1024;
/// Bytes of a file. More could take the page's memory.
const MOST_CHOSEN: f64 = 10.0 * 1024.0 * 1024.0;

/// A file.
pub struct Chosen(JsValue);

/// A small picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// As WebP or PNG.
    pub bytes: Vec<u8>,
    /// The same, as an address that an image can have.
    pub address: String,
}

/// Why nothing was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The browser sees no picture in it.
    NoPicture,
    TooLarge,
}

/// The file that an event brings: chosen in a field, pasted, or dropped.
pub fn chosen(event: &web_sys::Event) -> Option<Chosen> {
    let from = [
        event.target().map(JsValue::from),
        Some(js::field(event, "clipboardData")),
        Some(js::field(event, "dataTransfer")),
    ];
    let sources = from.into_iter().flatten();
    let mut files = sources.filter(JsValue::is_object).map(|source| {
        let files = js::field(&source, "files");
        if files.is_object() {
            js::field(&files, "0")
        } else {
            JsValue::UNDEFINED
        }
    });
    files.find(JsValue::is_object).map(Chosen)
}

/// A field of files holds none any more, so that the same one can be chosen again.
pub fn forget(event: &web_sys::Event) {
    if let Some(field) = event.target() {
        Reflect::set(&field, &"value".into(), &"".into()).ok();
    }
}

impl Chosen {
    /// What the file is called.
    pub fn name(&self) -> String {
        js::text(&self.0, "name")
    }

    /// Draws it, keeping its proportions.
    pub async fn draw(&self) -> Result<Drawn, Fault> {
        let size = js::field(&self.0, "size").as_f64().unwrap_or(f64::MAX);
        if size > MOST_CHOSEN {
            return Err(Fault::TooLarge);
        }
        let drawn = self.try_draw().await;
        drawn.ok().flatten().ok_or(Fault::NoPicture)
    }

    async fn try_draw(&self) -> Result<Option<Drawn>, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let picture = js::call_async(&window, "createImageBitmap", &[&self.0]).await?;
        for side in [SIDE, SMALLER] {
            let canvas = draw_on_canvas(&window, &picture, side)?;
            for kind in ["image/webp", "image/png"] {
                let bytes = encode(&canvas, kind).await?;
                if bytes.len() <= MOST {
                    let address = address(&window, kind, &bytes)?;
                    return Ok(Some(Drawn { bytes, address }));
                }
            }
        }
        Ok(None)
    }
}

/// In the middle of a square that nothing else is on.
fn draw_on_canvas(
    window: &web_sys::Window,
    picture: &JsValue,
    side: f64,
) -> Result<JsValue, JsValue> {
    let measure = |name| {
        let found = js::field(picture, name).as_f64();
        found.filter(|it| *it >= 1.0).ok_or(JsValue::NULL)
    };
    let (width, height) = (measure("width")?, measure("height")?);
    let scale = side / width.max(height);
    let (width, height) = ((width * scale).max(1.0), (height * scale).max(1.0));
    let constructor: Function = js::field(window, "OffscreenCanvas").dyn_into()?;
    let sides = Array::of2(&side.into(), &side.into());
    let canvas = Reflect::construct(&constructor, &sides)?;
    let context = js::call(&canvas, "getContext", &[&"2d".into()])?;
    Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into())?;
    let area = [
        picture,
        &((side - width) / 2.0).into(),
        &((side - height) / 2.0).into(),
        &width.into(),
        &height.into(),
    ];
    js::call(&context, "drawImage", &area)?;
    Ok(canvas)
}

/// A browser that does not write this kind writes PNG.
async fn encode(canvas: &JsValue, kind: &str) -> Result<Vec<u8>, JsValue> {
    let options = js::object(&[("type", &kind.into()), ("quality", &0.9.into())]);
    let blob = js::call_async(canvas, "convertToBlob", &[&options]).await?;
    let buffer: Promise = js::call(&blob, "arrayBuffer", &[])?.dyn_into()?;
    let buffer = js_sys::futures::JsFuture::from(buffer).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

fn address(window: &web_sys::Window, kind: &str, bytes: &[u8]) -> Result<String, JsValue> {
    let letters: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let base64 = js::call(window, "btoa", &[&letters.into()])?;
    Ok(format!(
        "data:{kind};base64,{}",
        base64.as_string().unwrap_or_default()
    ))
}
