//! Printing the page. The stylesheet says what of it is on the paper.

/// Opens the browser's own dialog for printing.
pub fn page() {
    if let Some(window) = web_sys::window() {
        window.print().ok();
    }
}
