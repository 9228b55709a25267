//! The relay's surface: every route on one screen, and what all handlers share.

mod assets;
mod auth;
mod body;
mod community;
mod error;
mod guard;
mod health;
mod log;
mod metrics;
mod security;
mod socket;
mod upgrade;
mod visitor;

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::routing::{get, post};
use tokio::sync::{Semaphore, mpsc};

use crate::auth::password::PasswordCost;
use crate::clock::Clock;
use crate::config::{MetricsAccess, Origin, Settings};
use crate::core::ConnectionId;
use crate::entropy::{Entropy, random};
use crate::places::Places;
use crate::server::core_thread::CoreHandle;
use crate::server::readers::Readers;
use crate::shared::Shared;
use crate::turn::TurnServer;
use guard::Limits;

/// What every handler may use.
pub(crate) struct App {
    pub(crate) shared: Arc<Shared>,
    pub(crate) core: CoreHandle,
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
    entropy: Mutex<Box<dyn Entropy>>,
    limits: Mutex<Limits>,
    /// Two hashes at a time: each takes a core and 7 MiB.
    hashing: Semaphore,
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
        turn: Weak<TurnServer>,
        running: mpsc::Sender<()>,
    ) -> Self {
        Self {
            shared,
            core,
            readers,
            clock,
            origin,
            origin_is_public: settings.public_url.is_some(),
            behind_proxy: settings.behind_proxy,
            metrics: settings.metrics.clone(),
            password_cost,
            turn,
            entropy: Mutex::new(entropy),
            limits: Mutex::new(Limits::new(settings)),
            hashing: Semaphore::new(2),
            next_connection: AtomicU64::new(1),
            upgrades: upgrade::Watch::default(),
            sockets: settings
                .behind_proxy
                .then(|| Places::new(usize::MAX, settings.connections_per_address)),
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

    /// A socket from there belongs to a member: it does not count. So a house full of members can come back
    /// together after a restart.
    pub(crate) fn good_socket(&self, from: &IpAddr) {
        self.limits().good_socket(from);
    }

    fn limits(&self) -> MutexGuard<'_, Limits> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::handle))
        .merge(same_origin)
        .fallback(assets::handle)
        .layer(map_response_with_state(Arc::clone(&app), security::headers))
        .with_state(app)
}
