//! Playing sound and video that people sent: one at a time, at a speed, from any place.

use std::cell::RefCell;

use js_sys::futures::JsFuture;
use web_sys::HtmlMediaElement;

use super::task;

/// Looked for in order to learn how long a recording is that does not say so, in seconds. Less than a browser counts.
const FAR: f64 = 2_000_000.0;

thread_local! {
    static PLAYING: RefCell<Option<HtmlMediaElement>> = const { RefCell::new(None) };
}

/// This one plays now, so no other one does.
pub fn begins(element: &HtmlMediaElement) {
    let before = PLAYING.with(|playing| playing.borrow_mut().replace(element.clone()));
    if let Some(before) = before
        && &before != element
    {
        before.pause().ok();
    }
}

/// Plays, or goes on.
pub fn play(element: &HtmlMediaElement) {
    if let Ok(begun) = element.play() {
        // Fails when somebody pauses at once, which is no fault.
        task::spawn(async move { drop(JsFuture::from(begun).await) });
    }
}

pub fn pause(element: &HtmlMediaElement) {
    element.pause().ok();
}

/// How long it is, in seconds. What a browser recorded does not say so: then the end is looked for, and this is called
/// again when the element tells of a change. Until then it stands at no place where it could be played.
pub fn duration(element: &HtmlMediaElement) -> Option<f64> {
    let duration = element.duration();
    if duration.is_infinite() {
        element.set_current_time(FAR);
        return None;
    }
    Some(duration).filter(|it| it.is_finite() && *it > 0.0)
}
