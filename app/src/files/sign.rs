//! Drawn signs that only files have, in the way of `ui/icon.rs`.

use leptos::prelude::*;

pub const PLAY: &str = "M7 4.500v15l12-7.500z";
pub const PAUSE: &str = "M8 5v14M16 5v14";
pub const FILE: &str = "M6 3.500h8l4.500 4.500v12.500H6zM13.500 3.500V8.500h5";
pub const SAVE: &str = "M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 20h14";
pub const MINUS: &str = "M5 12h14";
pub const WHOLE: &str = "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5";
pub const NEXT: &str = "M9 5l7 7-7 7";
pub const PREVIOUS: &str = "M15 5l-7 7 7 7";

pub const ATTACH: &str = "M19.500 11.500l-7.700 7.700a4.600 4.600 0 0 1-6.500-6.500l8.200-8.200a3 3 0 0 1 4.300 4.300l-8.200 8.200a1.500 1.500 0 0 1-2.100-2.100l7.500-7.500";

pub fn sign(path: &'static str) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=path></path>
        </svg>
    }
    .into_any()
}
