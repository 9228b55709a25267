//! The relay's surface: every route on one screen, and what all handlers share.

mod assets;
mod auth;
mod body;
mod community;
mod error;
mod guard;
mod health;
mod host;
mod log;
mod metrics;
mod security;
mod socket;
mod upgrade;
mod visitor;

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::routing::{get, post};
use parley_protocol::ids::DeviceId;
use tokio::sync::{Semaphore, mpsc};

use crate::auth::known_browser::KnownBrowsers;
use crate::auth::password::PasswordCost;
use crate::auth::password_gate::PasswordGate;
use crate::clock::Clock;
use crate::config::{MetricsAccess, Origin, Settings};
use crate::core::ConnectionId;
use crate::entropy::{Entropy, random};
use crate::held::{HeldBytes, Store};
use crate::places::{Places, Seat};
use crate::server::core_thread::CoreHandle;
use crate::server::line::Line;
use crate::server::readers::Readers;
use crate::shared::Shared;
use crate::turn::TurnServer;
use guard::Limits;

/// Bytes of registrations and new devices that may be on their way or waiting: hundreds at once. Below the eighth
/// part of a small server's memory, three times over for what is made of them.
const ALL_BODIES: usize = 12 * 1024 * 1024;
/// For one household, the half of what its registrations may send at once.
const BODIES_PER_ADDRESS: usize = 1024 * 1024;
/// Logins have a store of their own: who fills the other shuts no member out.
const ALL_LOGINS: usize = 4 * 1024 * 1024;
const LOGINS_PER_ADDRESS: usize = 256 * 1024;
/// What sockets sent before they said who they are: a hello is 1 to 25 KiB, and a household's devices come together.
const ALL_HELLOS: usize = 16 * 1024 * 1024;
const HELLOS_PER_ADDRESS: usize = 2 * 1024 * 1024;
/// Pages of the log that their readers have not taken yet, of up to 256 KiB each: a school class joins at once.
const ALL_PAGES: usize = 32 * 1024 * 1024;
const PAGES_PER_ADDRESS: usize = 8 * 1024 * 1024;

/// What every handler may use.
pub(crate) struct App {
    pub(crate) shared: Arc<Shared>,
    pub(crate) core: CoreHandle,
    pub(crate) line: Line,
    pub(crate) readers: Readers,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) origin: Origin,
    /// Whether the operator said so, and it was not guessed.
    pub(crate) origin_is_public: bool,
    pub(crate) behind_proxy: bool,
    pub(crate) metrics: MetricsAccess,
    pub(crate) password_cost: PasswordCost,
    /// For its counters only.
    pub(crate) turn: Weak<TurnServer>,
    pub(crate) known_browsers: KnownBrowsers,
    passwords: PasswordGate,
    entropy: Mutex<Box<dyn Entropy>>,
    limits: Mutex<Limits>,
    bodies: Arc<Store>,
    logins: Arc<Store>,
    hellos: Arc<Store>,
    pages: Arc<Store>,
    /// Two hashes at a time: each takes a core and 7 MiB.
    hashing: Semaphore,
    hashes_waiting: AtomicUsize,
    next_connection: AtomicU64,
    upgrades: upgrade::Watch,
    /// Places of sockets by the address that a proxy tells, if there is one.
    sockets: Option<Arc<Places>>,
    /// Held by every socket's task, so that the relay can wait for all of them.
    pub(crate) running: mpsc::Sender<()>,
}

impl App {
    #[expect(
        clippy::too_many_arguments,
        reason = "called once, where all of it is made"
    )]
    pub(crate) fn new(
        settings: &Settings,
        origin: Origin,
        shared: Arc<Shared>,
        core: CoreHandle,
        readers: Readers,
        clock: Arc<dyn Clock>,
        entropy: Box<dyn Entropy>,
        password_cost: PasswordCost,
        known_browsers: KnownBrowsers,
        turn: Weak<TurnServer>,
        running: mpsc::Sender<()>,
    ) -> Self {
        let passwords = PasswordGate::new(
            settings.login_rate,
            settings.registration_rate,
            Arc::clone(&shared.known_addresses),
        );
        Self {
            shared,
            core,
            line: Line::default(),
            readers,
            clock,
            origin,
            origin_is_public: settings.public_url.is_some(),
            behind_proxy: settings.behind_proxy,
            metrics: settings.metrics.clone(),
            password_cost,
            turn,
            known_browsers,
            passwords,
            entropy: Mutex::new(entropy),
            limits: Mutex::new(Limits::new(settings)),
            bodies: Store::new(ALL_BODIES, BODIES_PER_ADDRESS),
            logins: Store::new(ALL_LOGINS, LOGINS_PER_ADDRESS),
            hellos: Store::new(ALL_HELLOS, HELLOS_PER_ADDRESS),
            pages: Store::new(ALL_PAGES, PAGES_PER_ADDRESS),
            hashing: Semaphore::new(2),
            hashes_waiting: AtomicUsize::new(0),
            next_connection: AtomicU64::new(1),
            upgrades: upgrade::Watch::default(),
            sockets: settings
                .behind_proxy
                .then(|| sockets_behind_proxy(settings)),
            running,
        }
    }

    pub(crate) fn next_connection(&self) -> ConnectionId {
        ConnectionId(self.next_connection.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        random(&mut **self.entropy())
    }

    fn entropy(&self) -> MutexGuard<'_, Box<dyn Entropy>> {
        self.entropy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A device of a member said hello from there. Its socket does not count as a stranger's any more: so a house
    /// full of members can come back together after a restart.
    pub(crate) fn let_in(&self, device: &DeviceId, from: IpAddr, seat: &Seat) {
        seat.keep();
        self.limits().good_socket(from);
        let community = self.shared.community();
        let known = community.as_ref().and_then(|all| all.active_device(device));
        if let Some(device) = known {
            let now = self.clock.now();
            self.shared.known_addresses.saw(device.user, from, now);
        }
    }

    /// Whether members were let in from there lately.
    fn is_known(&self, from: IpAddr) -> bool {
        self.shared.known_addresses.knows(from, self.clock.now())
    }

    /// Room for a body.
    fn hold(&self, from: IpAddr) -> HeldBytes {
        self.bodies.hold(from, self.is_known(from))
    }

    /// Room for a page of the log.
    fn hold_page(&self, from: IpAddr) -> HeldBytes {
        self.pages.hold(from, self.is_known(from))
    }

    /// Room for what comes before a hello.
    pub(crate) fn hold_hello(&self, from: IpAddr) -> HeldBytes {
        self.hellos.hold(from, self.is_known(from))
    }

    /// Room for a login.
    fn hold_login(&self, from: IpAddr) -> HeldBytes {
        self.logins.hold(from, self.is_known(from))
    }

    fn limits(&self) -> MutexGuard<'_, Limits> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Some places are left for requests that are no sockets: to find the page, and to log in.
fn sockets_behind_proxy(settings: &Settings) -> Arc<Places> {
    let others = settings.connections / 8;
    let all = settings.connections.saturating_sub(others);
    Places::new(all, settings.connections_per_address)
}

/// All routes.
pub(crate) fn router(app: Arc<App>) -> Router {
    let same_origin = Router::new()
        .route("/auth/register", post(auth::register::handle))
        .route("/auth/login", post(auth::login::handle))
        .route("/auth/logout", post(auth::logout::handle))
        .route("/auth/refresh", post(auth::refresh::handle))
        .route("/auth/device", post(auth::device::handle))
        .route("/socket", get(socket::handle))
        .layer(from_fn_with_state(Arc::clone(&app), guard::same_origin));
    Router::new()
        .route("/community", get(community::handle))
        .route("/log", get(log::handle))
        .route("/metrics", get(metrics::handle))
        .merge(same_origin)
        .fallback(assets::handle)
        .layer(from_fn_with_state(Arc::clone(&app), host::known))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .layer(map_response_with_state(Arc::clone(&app), security::headers))
        .with_state(app)
}
