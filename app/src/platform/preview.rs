//! Drawing the preview of a picture.

use parley_client::picture::preview;
use web_sys::HtmlElement;

use super::canvas;

/// Draws it over a canvas on the page. Nothing, where the text is no preview.
pub fn draw(canvas: &HtmlElement, text: &str) {
    if let Some(preview) = preview::read(text) {
        canvas::show(canvas, preview.width, preview.height, &preview.rgba);
    }
}
