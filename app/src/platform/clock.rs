//! The time now, and being called later. Times are milliseconds since 1970.

use js_sys::futures::JsFuture;
use js_sys::{Date, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// The browser's clock.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole milliseconds after 1970, far below 2^53"
)]
pub fn now() -> u64 {
    Date::now().max(0.0) as u64
}

/// Calls once, later. Dropping it before then cancels the call.
pub struct Timer {
    handle: i32,
    _closure: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls `act` after that many milliseconds, at most 24 days.
    pub fn after(milliseconds: u64, act: impl FnOnce() + 'static) -> Option<Self> {
        let closure = Closure::once(act);
        let delay = i32::try_from(milliseconds).unwrap_or(i32::MAX);
        let handle = web_sys::window()?
            .set_timeout_with_callback_and_timeout_and_arguments_0(
                closure.as_ref().unchecked_ref(),
                delay,
            )
            .ok()?;
        Some(Self {
            handle,
            _closure: closure,
        })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.handle);
        }
    }
}

/// Waits that many milliseconds.
pub async fn sleep(milliseconds: u64) {
    let delay = i32::try_from(milliseconds).unwrap_or(i32::MAX);
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            window
                .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, delay)
                .ok();
        }
    });
    JsFuture::from(promise).await.ok();
}
