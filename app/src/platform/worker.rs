//! Work off the main thread. The worker is the page's own program, already compiled, started a second time: nothing
//! more is downloaded. `/worker.js` starts it; `main` asks [`is_worker`] and then [`answer`]s instead of drawing.
//!
//! Texts cross, nothing else: one job, one answer, and the worker's memory is gone.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    DedicatedWorkerGlobalScope, EventTarget, MessageEvent, Worker, WorkerOptions, WorkerType,
};

use super::js;
use super::listener::Listener;

pub(super) const READY: &str = "ready";

/// The work was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the worker did not answer: {0}")]
pub struct WorkerError(String);

/// Whether this program runs in a worker.
pub fn is_worker() -> bool {
    web_sys::window().is_none()
}

/// In a worker: what it was started for. Empty: for one job.
pub fn name() -> String {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    scope.name()
}

/// In a worker: does the jobs that come, once the program for them is loaded.
pub fn answer(load: impl AsyncFn() -> Option<fn(&str) -> String> + 'static) {
    super::task::spawn(async move {
        if let Some(work) = load().await {
            listen(work);
        }
    });
}

fn listen(work: fn(&str) -> String) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let answering = scope.clone();
    let listener = Listener::on(&scope, "message", move |event| {
        if let Some(job) = event.unchecked_ref::<MessageEvent>().data().as_string() {
            answering.post_message(&JsValue::from_str(&work(&job))).ok();
        }
    });
    // It listens until the page ends the worker.
    std::mem::forget(listener);
    scope.post_message(&JsValue::from_str(READY)).ok();
}

/// In the page: has a worker do one job.
pub async fn run(job: String) -> Result<String, WorkerError> {
    let worker = Running::start("")?;
    let target: &EventTarget = worker.0.as_ref();
    let (tell, told) = oneshot::channel();
    let tell = Rc::new(RefCell::new(Some(tell)));
    let (posting, failing) = (worker.0.clone(), Rc::clone(&tell));
    let finish = move |tell: &RefCell<Option<oneshot::Sender<Result<String, String>>>>, outcome| {
        if let Some(tell) = tell.borrow_mut().take() {
            tell.send(outcome).ok();
        }
    };
    let _answered = Listener::on(target, "message", move |event| {
        let data = event.unchecked_ref::<MessageEvent>().data();
        match data.as_string() {
            Some(text) if text == READY => {
                posting.post_message(&JsValue::from_str(&job)).ok();
            }
            Some(text) => finish(&tell, Ok(text)),
            None => finish(&tell, Err(js::text(&data, "failed"))),
        }
    });
    let _failed = Listener::on(target, "error", move |event| {
        finish(&failing, Err(js::text(&event, "message")));
    });
    told.await
        .unwrap_or_else(|_| Err("it ended".to_owned()))
        .map_err(WorkerError)
}

/// Ended when dropped, with all its memory.
pub(super) struct Running(pub(super) Worker);

impl Running {
    /// Starts it; what it is for is its name.
    pub(super) fn start(name: &str) -> Result<Self, WorkerError> {
        let script = own_script()
            .ok_or_else(|| WorkerError("the page does not name its script".to_owned()))?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(name);
        let failed = |error: JsValue| WorkerError(js::message(&error));
        let worker = Worker::new_with_options("/worker.js", &options).map_err(failed)?;
        let start = js::object(&[
            ("script", &script.into()),
            ("module", &wasm_bindgen::module()),
        ]);
        worker.post_message(&start).map_err(failed)?;
        Ok(Self(worker))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.terminate();
    }
}

/// The script that started this program: the page preloads it under its hashed name.
fn own_script() -> Option<String> {
    let link = web_sys::window()?
        .document()?
        .query_selector("link[rel=modulepreload]")
        .ok()??;
    Some(js::text(&link, "href")).filter(|href| !href.is_empty())
}
