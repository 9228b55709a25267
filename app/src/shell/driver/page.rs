//! The page itself: its newer versions, installing it as an app, and the clipboard.

use leptos::prelude::Set;

use crate::driver::port::Port;
use crate::platform::install::Install;
use crate::platform::service_worker::ServiceWorker;
use crate::platform::{clipboard, location, persist, task};
use crate::stores::Stores;

/// Something that the browser says about the page.
pub enum PageInput {
    /// The page offers to be installed, or not any more.
    Installable(bool),
    /// A newer version of the page waits.
    UpdateReady,
}

pub struct Page {
    stores: Stores,
    port: Port<PageInput>,
    install: Install,
    service_worker: Option<ServiceWorker>,
    /// The browser was asked to keep what is stored.
    asked_to_keep: bool,
}

impl Page {
    pub fn new(stores: Stores, port: Port<PageInput>) -> Self {
        let offers = port.clone();
        Self {
            stores,
            port,
            install: Install::watch(move |offer| offers.put(PageInput::Installable(offer))),
            service_worker: None,
            asked_to_keep: false,
        }
    }

    pub async fn register_service_worker(&mut self) {
        let port = self.port.clone();
        let ready = move || port.put(PageInput::UpdateReady);
        self.service_worker = ServiceWorker::register(ready).await;
    }

    pub fn handle(&self, input: PageInput) {
        match input {
            PageInput::Installable(offer) => self.stores.session.installable.set(offer),
            PageInput::UpdateReady => self.stores.session.update_ready.set(true),
        }
    }

    pub fn install(&mut self) {
        self.install.ask();
        self.ask_to_keep();
        self.stores.session.installable.set(false);
    }

    /// Asks the browser once not to throw away what is kept: when somebody writes, it is seen what for.
    pub fn ask_to_keep(&mut self) {
        if !std::mem::replace(&mut self.asked_to_keep, true) {
            task::spawn(async {
                persist::ask().await;
            });
        }
    }

    pub fn update(&mut self) {
        match &mut self.service_worker {
            Some(worker) => worker.update(),
            None => location::reload(),
        }
    }

    pub fn copy(&self, text: String, said: &'static str) {
        let view = self.stores.view;
        task::spawn(async move {
            if clipboard::write(&text).await {
                view.notify(said);
            } else {
                view.notify_problem(
                    "The browser didn't let Parley copy that. Select it and copy it by hand.",
                );
            }
        });
    }
}
