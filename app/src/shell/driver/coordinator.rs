//! The driver: one value that owns the engine and everything of the browser that the engine needs. It takes inputs from
//! the inbox one after the other, hands them to the engine, carries out the effects, and shows what changed.

use leptos::prelude::Set;
use parley_client::engine::{ConnectionState, Engine};

use super::appends::Appends;
use super::boot::Visit;
use super::effects::Changed;
use super::inbox::{Inbox, Input};
use super::screen::Shown;
use crate::call::driver::Voice;
use crate::connection::driver::{Link, Told};
use crate::driver::keeper::Keeper;
use crate::enrolment::driver::Unanswered;
use crate::enrolment::store::Lost;
use crate::platform::clock::Timer;
use crate::platform::install::Install;
use crate::platform::network::Network;
use crate::platform::service_worker::ServiceWorker;
use crate::platform::{clock, locks};
use crate::stores::Stores;

/// Inputs that are handled before the screen is brought up to date.
const BATCH: usize = 64;

/// Everything behind the page.
pub struct Driver {
    pub stores: Stores,
    pub inbox: Inbox,
    pub lock: Option<locks::Held>,
    pub keeper: Option<Keeper>,
    pub engine: Option<Engine>,
    pub link: Link,
    pub visit: Visit,
    /// Why a browser that had keys has none, if that is known.
    pub lost: Option<Lost>,
    pub unanswered: Option<Unanswered>,
    pub shown: Shown,
    pub changed: Changed,
    pub appends: Appends,
    pub voice: Voice,
    pub timer: Option<Timer>,
    pub patience: Option<Timer>,
    pub service_worker: Option<ServiceWorker>,
    pub install: Install,
    _network: Network,
}

impl Driver {
    pub fn new(stores: Stores, inbox: Inbox) -> Self {
        let (offered, back) = (inbox.clone(), inbox.clone());
        Self {
            stores,
            lock: None,
            keeper: None,
            engine: None,
            link: Link::new(inbox.clone()),
            visit: Visit::default(),
            lost: None,
            unanswered: None,
            shown: Shown::default(),
            changed: Changed::default(),
            appends: Appends::default(),
            voice: Voice::new(stores.call, inbox.clone()),
            timer: None,
            patience: None,
            service_worker: None,
            install: Install::watch(move |offer| offered.put(Input::Installable(offer))),
            _network: Network::watch(move || back.put(Input::NetworkBack)),
            inbox,
        }
    }

    /// Runs as long as the page is open.
    pub async fn run(mut self) {
        self.boot(locks::Ask::IfFree).await;
        self.register_service_worker().await;
        loop {
            let first = self.inbox.next().await;
            self.handle(first).await;
            for _ in 1..BATCH {
                let Some(input) = self.inbox.try_next() else {
                    break;
                };
                self.handle(input).await;
            }
            self.show();
        }
    }

    async fn handle(&mut self, input: Input) {
        match input {
            Input::Intent(intent) => self.handle_intent(intent).await,
            Input::Session { connection, answer } => {
                let told = self.link.handle_session(connection, answer);
                self.tell(told);
            }
            Input::Socket { connection, event } => {
                let told = self.link.handle_socket(connection, event);
                self.tell(told);
            }
            Input::SocketsBlocked(blocked) => {
                let is_online = self
                    .engine
                    .as_ref()
                    .is_some_and(|engine| matches!(engine.connection(), ConnectionState::Online));
                self.stores
                    .connection
                    .sockets_blocked
                    .set(blocked && !is_online);
            }
            Input::Overflow => {
                self.link.disconnect();
                self.tell(Some(Told::Disconnected));
            }
            Input::Timeout => self.with_engine(Engine::handle_timeout),
            Input::NetworkBack => self.handle_network_back().await,
            Input::TryAgain => self.try_again().await,
            Input::KeepDrafts => self.keep_drafts().await,
            Input::SignOutNow => self.finish_sign_out().await,
            Input::LockLost => self.hand_over(),
            Input::Peer { peer, event } => {
                self.with_engine(|engine, now| engine.handle_peer(peer, event, now));
            }
            Input::Sound(sound) => self.handle_sound(sound).await,
            Input::HideAddress(hide) => {
                self.with_engine(|engine, now| engine.set_relay_only(hide, now));
            }
            Input::Installable(offer) => self.stores.session.installable.set(offer),
            Input::UpdateReady => self.stores.session.update_ready.set(true),
        }
        self.pump().await;
    }

    /// Hands something to the engine, if there is one.
    pub fn with_engine(&mut self, act: impl FnOnce(&mut Engine, u64)) {
        if let Some(engine) = &mut self.engine {
            act(engine, clock::now());
        }
    }

    pub fn tell(&mut self, told: Option<Told>) {
        let Some(told) = told else { return };
        self.with_engine(|engine, now| match told {
            Told::Connected(token) => engine.handle_connected(token, now),
            Told::Failed(failure) => engine.handle_connect_failed(failure, now),
            Told::Frame(text) => engine.handle_frame(&text, now),
            Told::Disconnected => engine.handle_disconnected(now),
        });
    }

    async fn handle_network_back(&mut self) {
        self.with_engine(Engine::handle_online_hint);
        self.try_again().await;
    }

    /// Another tab has the device now. It stays shown nowhere here, and nothing is written any more.
    pub fn hand_over(&mut self) {
        self.link.disconnect();
        self.voice.end();
        self.engine = None;
        self.keeper = None;
        self.lock = None;
        self.timer = None;
        self.stores.session.step.set(None);
        self.stores
            .session
            .phase
            .set(crate::enrolment::store::Phase::OtherTab);
    }

    async fn register_service_worker(&mut self) {
        let inbox = self.inbox.clone();
        self.service_worker = ServiceWorker::register(move || inbox.put(Input::UpdateReady)).await;
    }
}
