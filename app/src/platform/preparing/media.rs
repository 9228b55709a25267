//! How long sound and video are, how large a video is, and what it looks like near its beginning.

use js_sys::Promise;
use parley_client::picture::preview;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlMediaElement;

use super::super::blob::Blob;
use super::super::canvas::{Canvas, fitted};
use super::super::clock;
use super::super::js;
use super::super::listener::Listener;
use super::Kind;

/// What the browser may take to say anything, in milliseconds. Then it is a file like any other.
const PATIENCE: u64 = 8_000;
/// Where a video has begun, in seconds: the first frame is black in many.
const BEGUN: f64 = 1.0;
const MOST_SECONDS: f64 = 2_000_000.0;
const MOST_SIDE: f64 = 32_767.0;
const PREVIEW: u32 = 64;

/// `None`: the browser cannot play it.
pub(super) async fn look(file: &Blob, is_video: bool) -> Option<Kind> {
    let document = web_sys::window()?.document()?;
    let name = if is_video { "video" } else { "audio" };
    let element: HtmlMediaElement = document.create_element(name).ok()?.dyn_into().ok()?;
    element.set_muted(true);
    let address = file.address()?;
    let known = happened(&element, "loadedmetadata");
    element.set_preload("auto");
    element.set_src(address.as_str());
    known.await?;
    // What was recorded by a browser does not say how long it is until it was looked for.
    if element.duration().is_infinite() {
        let changed = happened(&element, "durationchange");
        element.set_current_time(MOST_SECONDS);
        changed.await?;
    }
    let seconds = whole(element.duration(), MOST_SECONDS);
    if !is_video {
        return Some(Kind::Audio { seconds });
    }
    let side = |name| whole(js::field(&element, name).as_f64().unwrap_or(0.0), MOST_SIDE);
    let (width, height) = (side("videoWidth"), side("videoHeight"));
    if width == 0 || height == 0 {
        return Some(Kind::Audio { seconds });
    }
    let preview = preview_of(&element, (width, height)).await;
    element.set_src("");
    Some(Kind::Video {
        width,
        height,
        seconds,
        preview: preview.unwrap_or_default(),
    })
}

async fn preview_of(video: &HtmlMediaElement, (width, height): (u32, u32)) -> Option<String> {
    let seen = happened(video, "seeked");
    video.set_current_time(BEGUN.min(video.duration() / 4.0));
    seen.await?;
    let (width, height) = fitted(width, height, PREVIEW);
    let rgba = Canvas::draw(video, width, height).ok()?.rgba().ok()?;
    preview::write(width, height, &rgba)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded on both sides"
)]
fn whole(value: f64, most: f64) -> u32 {
    if value.is_finite() {
        value.round().clamp(0.0, most) as u32
    } else {
        0
    }
}

/// Waits for an event. `None`: something went wrong, or it took too long.
async fn happened(element: &HtmlMediaElement, name: &'static str) -> Option<()> {
    let mut listeners = Vec::new();
    let mut timer = None;
    let promise = Promise::new(&mut |resolve, reject| {
        let done = move || {
            resolve.call0(&JsValue::NULL).ok();
        };
        listeners.push(Listener::on(element, name, move |_| done()));
        let failed = reject.clone();
        listeners.push(Listener::on(element, "error", move |_| {
            failed.call0(&JsValue::NULL).ok();
        }));
        timer = clock::Timer::after(PATIENCE, move || {
            reject.call0(&JsValue::NULL).ok();
        });
    });
    let outcome = js_sys::futures::JsFuture::from(promise).await;
    drop((listeners, timer));
    outcome.ok().map(drop)
}
