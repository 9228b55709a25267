//! The service worker, which keeps the page's own files so that it opens without a network. It never sees content.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{EventTarget, ServiceWorkerContainer, ServiceWorkerRegistration};

use super::js;
use super::listener::Listener;

/// A registered service worker.
pub struct ServiceWorker {
    registration: ServiceWorkerRegistration,
    container: ServiceWorkerContainer,
    listeners: Vec<Listener>,
}

impl ServiceWorker {
    /// Registers `/sw.js`. Calls `ready` when a newer version of the page is loaded and waits for a reload.
    /// `None` where the browser has no service workers, as in some private windows.
    pub async fn register(ready: impl Fn() + Clone + 'static) -> Option<Self> {
        let container = js::field(&web_sys::window()?.navigator(), "serviceWorker");
        let registration = js::call_async(&container, "register", &[&JsValue::from_str("/sw.js")])
            .await
            .ok()?;
        if registration.is_undefined() {
            return None;
        }
        let registration: ServiceWorkerRegistration = registration.unchecked_into();
        let container: ServiceWorkerContainer = container.unchecked_into();
        let worker = Self {
            listeners: watch(&registration, &container, ready),
            registration,
            container,
        };
        Some(worker)
    }

    /// Lets the waiting version take over; the page loads anew when it has.
    pub fn update(&mut self) {
        let Some(waiting) = self.registration.waiting() else {
            return super::location::reload();
        };
        let target: &EventTarget = self.container.as_ref();
        self.listeners
            .push(Listener::on(target, "controllerchange", |_| {
                super::location::reload();
            }));
        waiting.post_message(&JsValue::from_str("activate")).ok();
    }
}

/// A first worker has nothing to replace: only with a controller is another one an update.
fn watch(
    registration: &ServiceWorkerRegistration,
    container: &ServiceWorkerContainer,
    ready: impl Fn() + Clone + 'static,
) -> Vec<Listener> {
    if registration.waiting().is_some() && container.controller().is_some() {
        ready();
    }
    let (held, container) = (registration.clone(), container.clone());
    let mut states: Vec<Listener> = Vec::new();
    vec![Listener::on(registration, "updatefound", move |_| {
        let Some(installing) = held.installing() else {
            return;
        };
        let (held, container, ready) = (held.clone(), container.clone(), ready.clone());
        states.clear();
        states.push(Listener::on(&installing, "statechange", move |_| {
            if held.waiting().is_some() && container.controller().is_some() {
                ready();
            }
        }));
    })]
}
