//! Reads a QR code from a picture: by the browser's `BarcodeDetector` where there is one, else by a program of our own.

use js_sys::{Array, Function, Reflect, Uint8ClampedArray};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlMediaElement;

use crate::platform::js;

/// Wide enough for a code that fills a third of the picture, small enough to be read in 30 ms.
const WIDTH: f64 = 640.0;

pub(super) struct Reader {
    /// The browser's own.
    detector: Option<JsValue>,
    canvas: JsValue,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self {
            detector: detector(),
            canvas: canvas(),
        }
    }

    /// What a code in the present picture says.
    pub(super) async fn read(&self, video: &HtmlMediaElement) -> Option<String> {
        if let Some(detector) = &self.detector
            && let Ok(found) = js::call_async(detector, "detect", &[video]).await
        {
            let first = Array::from(&found).get(0);
            return js::field(&first, "rawValue").as_string();
        }
        self.read_by_ourselves(video)
    }

    fn read_by_ourselves(&self, video: &HtmlMediaElement) -> Option<String> {
        let size = |name| js::field(video, name).as_f64().filter(|size| *size > 0.0);
        let (width, height) = (size("videoWidth")?, size("videoHeight")?);
        let scale = (WIDTH / width).min(1.0);
        let (width, height) = ((width * scale).floor(), (height * scale).floor());
        let set = |name: &str, value: f64| {
            Reflect::set(&self.canvas, &JsValue::from_str(name), &value.into()).ok()
        };
        set("width", width)?;
        set("height", height)?;
        let context = js::call(&self.canvas, "getContext", &[&"2d".into()]).ok()?;
        let (zero, width, height) = (0.0.into(), width.into(), height.into());
        let area: [&JsValue; 5] = [video, &zero, &zero, &width, &height];
        js::call(&context, "drawImage", &area).ok()?;
        let picture = js::call(&context, "getImageData", area.get(1..)?).ok()?;
        let pixels: Uint8ClampedArray = js::field(&picture, "data").dyn_into().ok()?;
        decode(&pixels.to_vec(), pixel_count(&picture, "width")?)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a canvas has some hundred pixels a side"
)]
fn pixel_count(picture: &JsValue, side: &str) -> Option<usize> {
    js::field(picture, side).as_f64().map(|side| side as usize)
}

/// From four bytes for each pixel, row after row.
fn decode(pixels: &[u8], width: usize) -> Option<String> {
    let height = (pixels.len() / 4).checked_div(width)?;
    let brightness = |x: usize, y: usize| {
        let at = (y * width + x) * 4;
        let colour = pixels.get(at..at + 3).unwrap_or_default();
        let sum: u16 = colour.iter().copied().map(u16::from).sum();
        u8::try_from(sum / 3).unwrap_or(u8::MAX)
    };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, brightness);
    let grids = picture.detect_grids();
    grids.iter().find_map(|grid| Some(grid.decode().ok()?.1))
}

/// `None` where the browser has none, or none for this kind of code.
fn detector() -> Option<JsValue> {
    let window = web_sys::window()?;
    let constructor: Function = js::field(&window, "BarcodeDetector").dyn_into().ok()?;
    let formats = Array::of1(&"qr_code".into());
    let options = js::object(&[("formats", &formats)]);
    Reflect::construct(&constructor, &Array::of1(&options)).ok()
}

fn canvas() -> JsValue {
    let document = web_sys::window().and_then(|window| window.document());
    let canvas = document.and_then(|document| document.create_element("canvas").ok());
    canvas.map_or(JsValue::UNDEFINED, JsValue::from)
}

#[cfg(test)]
mod tests {
    use qrcodegen::{QrCode, QrCodeEcc};

    use super::decode;

    /// A picture of a code, eight pixels for each module.
    fn picture(text: &str) -> (Vec<u8>, usize) {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        let side = usize::try_from(code.size() + 8).unwrap() * 8;
        let mut pixels = Vec::new();
        for y in 0..side {
            for x in 0..side {
                let at = |pixel: usize| i32::try_from(pixel / 8).unwrap() - 4;
                let level = if code.get_module(at(x), at(y)) {
                    20
                } else {
                    230
                };
                pixels.extend([level, level, level, 255]);
            }
        }
        (pixels, side)
    }

    #[test]
    fn a_code_that_is_drawn_is_read() {
        let text = format!("parley-verify:1:{}", "aZ09_-".repeat(39));
        let (pixels, side) = picture(&text);
        assert_eq!(decode(&pixels, side), Some(text));
    }

    #[test]
    fn a_picture_without_a_code_says_nothing() {
        assert_eq!(decode(&[200; 64 * 64 * 4], 64), None);
        assert_eq!(decode(&[], 0), None);
        assert_eq!(decode(&[1, 2, 3], 640), None);
    }
}
