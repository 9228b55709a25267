//! A worker that stays as long as it is wanted: texts go both ways, as many as there are. As [`super::worker`] it is the
//! page's own program, started a second time. Never: what the texts say.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use js_sys::Promise;
use js_sys::futures::JsFuture;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, EventTarget, MessageEvent};

use super::js;
use super::listener::Listener;
use super::worker::{READY, Running, WorkerError};

/// The name of the worker, by which its program knows what it is for.
pub const NAME: &str = "search";

/// In the page: a worker that runs. Dropping it ends it, with all its memory.
pub struct SearchWorker {
    running: Running,
    /// What is told to it before it listens. `None`: it listens.
    waiting: Rc<RefCell<Option<Vec<String>>>>,
    _listeners: [Listener; 2],
}

impl SearchWorker {
    /// Starts it. `heard` gets each text of it, or why it ended.
    pub fn start(heard: impl Fn(Result<String, String>) + 'static) -> Result<Self, WorkerError> {
        let running = Running::start(NAME)?;
        let waiting: Rc<RefCell<Option<Vec<String>>>> = Rc::new(RefCell::new(Some(Vec::new())));
        let target: &EventTarget = running.0.as_ref();
        let heard = Rc::new(heard);
        let (worker, told, failed) = (running.0.clone(), Rc::clone(&waiting), Rc::clone(&heard));
        let listeners = [
            Listener::on(target, "message", move |event| {
                let data = event.unchecked_ref::<MessageEvent>().data();
                match data.as_string() {
                    Some(text) if text == READY => {
                        for text in told.borrow_mut().take().unwrap_or_default() {
                            worker.post_message(&JsValue::from_str(&text)).ok();
                        }
                    }
                    Some(text) => heard(Ok(text)),
                    None => heard(Err(js::text(&data, "failed"))),
                }
            }),
            Listener::on(target, "error", move |event| {
                failed(Err(js::text(&event, "message")));
            }),
        ];
        Ok(Self {
            running,
            waiting,
            _listeners: listeners,
        })
    }

    /// Tells it something.
    pub fn tell(&self, text: String) {
        if let Some(waiting) = &mut *self.waiting.borrow_mut() {
            waiting.push(text);
        } else {
            self.running.0.post_message(&JsValue::from_str(&text)).ok();
        }
    }
}

/// In the worker: what the page tells.
pub struct Page {
    scope: DedicatedWorkerGlobalScope,
    heard: Rc<RefCell<Heard>>,
    _listener: Listener,
}

#[derive(Default)]
struct Heard {
    texts: VecDeque<String>,
    waiting: Option<Waker>,
}

impl Page {
    /// Begins to listen.
    pub fn listen() -> Self {
        let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        let heard = Rc::new(RefCell::new(Heard::default()));
        let filling = Rc::clone(&heard);
        let listener = Listener::on(&scope, "message", move |event| {
            let Some(text) = event.unchecked_ref::<MessageEvent>().data().as_string() else {
                return;
            };
            let mut heard = filling.borrow_mut();
            heard.texts.push_back(text);
            let waiting = heard.waiting.take();
            drop(heard);
            if let Some(waker) = waiting {
                waker.wake();
            }
        });
        scope.post_message(&JsValue::from_str(READY)).ok();
        Self {
            scope,
            heard,
            _listener: listener,
        }
    }

    /// The next text, if one is there.
    pub fn try_next(&self) -> Option<String> {
        self.heard.borrow_mut().texts.pop_front()
    }

    /// Waits for the next text.
    pub async fn next(&self) -> String {
        poll_fn(|context| {
            if let Some(text) = self.try_next() {
                return Poll::Ready(text);
            }
            self.heard.borrow_mut().waiting = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// Tells the page something.
    pub fn tell(&self, text: &str) {
        self.scope.post_message(&JsValue::from_str(text)).ok();
    }

    /// Rests so many milliseconds, and hears what comes meanwhile.
    pub async fn rest(&self, milliseconds: u64) {
        let milliseconds = i32::try_from(milliseconds).unwrap_or(i32::MAX);
        let rested = Promise::new(&mut |resolve, _| {
            let delay = JsValue::from_f64(f64::from(milliseconds));
            js::call(&self.scope, "setTimeout", &[&resolve, &delay]).ok();
        });
        JsFuture::from(rested).await.ok();
    }
}
