//! A QR code as one drawn path. Dark on light in every theme, with the quiet edge that cameras look for.

use std::fmt::Write;

use leptos::prelude::*;
use qrcodegen::{QrCode as Code, QrCodeEcc};

/// Empty modules around the code. ISO/IEC 18004 asks for four; fewer, and some cameras do not find it.
const EDGE: i32 = 4;

/// A QR code. Nothing if the text is longer than any code can hold (2,953 bytes).
#[component]
pub fn QrCode(
    text: String,
    /// Its name for screen readers.
    label: &'static str,
) -> impl IntoView {
    draw(&text).map(|(size, path)| {
        view! {
            <svg class="qr" role="img" aria-label=label viewBox=format!("0 0 {size} {size}") shape-rendering="crispEdges">
                <rect class="qr-light" width=size.to_string() height=size.to_string()></rect>
                <path class="qr-dark" d=path></path>
            </svg>
        }
    })
}

/// The side in modules, edge included, and one path with a square for each dark module.
fn draw(text: &str) -> Option<(i32, String)> {
    let code = Code::encode_text(text, QrCodeEcc::Medium)
        .or_else(|_| Code::encode_text(text, QrCodeEcc::Low))
        .ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            write!(path, "M{} {}h1v1h-1z", x + EDGE, y + EDGE).ok()?;
        }
    }
    Some((code.size() + 2 * EDGE, path))
}

#[cfg(test)]
mod tests {
    use super::{EDGE, draw};

    #[test]
    fn a_code_has_its_three_corners() {
        let (side, path) = draw("https://parley.example/join#abc").unwrap();
        let far = side - EDGE - 1;
        for (x, y) in [(EDGE, EDGE), (far, EDGE), (EDGE, far)] {
            assert!(path.contains(&format!("M{x} {y}h1")), "corner {x} {y}");
        }
        assert!(!path.contains(&format!("M{far} {far}h1v1h-1zM{} ", far + 1)));
    }

    #[test]
    fn a_text_that_is_too_long_has_none() {
        assert_eq!(draw(&"x".repeat(3_000)), None);
    }
}
