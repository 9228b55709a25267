//! Drawing a picture smaller, off the page. What is drawn holds its colours alone.

use js_sys::{Array, Function, Reflect, Uint8ClampedArray};
use wasm_bindgen::{JsCast, JsValue};

use super::blob::Blob;
use super::js;

/// A surface of its own.
pub(super) struct Canvas {
    surface: JsValue,
    context: JsValue,
    width: u32,
    height: u32,
}

impl Canvas {
    /// Draws a bitmap or a frame of a video over all of a new surface.
    pub(super) fn draw(picture: &JsValue, width: u32, height: u32) -> Result<Self, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let constructor: Function = js::field(&window, "OffscreenCanvas").dyn_into()?;
        let sides = Array::of2(&width.into(), &height.into());
        let canvas = Reflect::construct(&constructor, &sides)?;
        let context = js::call(&canvas, "getContext", &[&"2d".into()])?;
        Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into())?;
        let area = [picture, &0.into(), &0.into(), &width.into(), &height.into()];
        js::call(&context, "drawImage", &area)?;
        Ok(Self {
            surface: canvas,
            context,
            width,
            height,
        })
    }

    /// As a file of that type. A browser that does not write it writes PNG.
    pub(super) async fn encode(&self, mime: &str, quality: f64) -> Result<Blob, JsValue> {
        let options = js::object(&[("type", &mime.into()), ("quality", &quality.into())]);
        js::call_async(&self.surface, "convertToBlob", &[&options])
            .await
            .map(Blob)
    }

    /// Red, green, blue and opacity of each point.
    pub(super) fn rgba(&self) -> Result<Vec<u8>, JsValue> {
        let area = [
            &0.into(),
            &0.into(),
            &self.width.into(),
            &self.height.into(),
        ];
        let data = js::call(&self.context, "getImageData", &area)?;
        let points: Uint8ClampedArray = js::field(&data, "data").dyn_into()?;
        Ok(points.to_vec())
    }
}

/// The sides of a picture made to fit into a square, not larger than they are.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides of a picture, from 1 to the side of the square"
)]
pub(super) fn fitted(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longest = width.max(height).max(1);
    if longest <= side {
        return (width.max(1), height.max(1));
    }
    let scale = f64::from(side) / f64::from(longest);
    let fit = |it: u32| (f64::from(it) * scale).round().max(1.0) as u32;
    (fit(width), fit(height))
}

/// Draws points over a canvas on the page, which takes their number of points.
pub fn show(canvas: &web_sys::HtmlElement, width: u32, height: u32, rgba: &[u8]) -> bool {
    try_show(canvas, width, height, rgba).is_ok()
}

fn try_show(canvas: &JsValue, width: u32, height: u32, rgba: &[u8]) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    Reflect::set(canvas, &"width".into(), &width.into())?;
    Reflect::set(canvas, &"height".into(), &height.into())?;
    let context = js::call(canvas, "getContext", &[&"2d".into()])?;
    let constructor: Function = js::field(&window, "ImageData").dyn_into()?;
    let points = Uint8ClampedArray::from(rgba);
    let parts = Array::of3(&points, &width.into(), &height.into());
    let data = Reflect::construct(&constructor, &parts)?;
    js::call(&context, "putImageData", &[&data, &0.into(), &0.into()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::fitted;

    #[test]
    fn a_picture_is_made_smaller_and_never_larger() {
        assert_eq!(fitted(4_000, 3_000, 2_048), (2_048, 1_536));
        assert_eq!(fitted(300, 4_000, 2_048), (154, 2_048));
        assert_eq!(fitted(1, 30_000, 64), (1, 64));
        assert_eq!(fitted(640, 480, 2_048), (640, 480));
        assert_eq!(fitted(0, 0, 64), (1, 1));
    }
}
