//! What the HTTP handlers share: settings, limits, and the ways to the core and the readers.

use std::net::IpAddr;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use tokio::sync::{Semaphore, mpsc};

use super::limits::Limits;
use super::noticed::Noticed;
use super::readiness::Readiness;
use crate::auth::known_browser::KnownBrowsers;
use crate::auth::once::OnceStore;
use crate::auth::passkeys::Passkeys;
use crate::auth::password::PasswordCost;
use crate::auth::secret_gate::{CodePermit, Knock, Permit, SecretGate, Tried};
use crate::auth::ticket::Tickets;
use crate::auth::token::AccessTokens;
use crate::backup::status::Board;
use crate::blobs::store::BlobStore;
use crate::config::{MetricsAccess, Origin, Settings, TlsTerms, TrustedProxies};
use crate::connection_slots::Slots;
use crate::entropy::Entropy;
use crate::link::{self, Linked, Meetings};
use crate::memory_budget::{MemoryBudget, Reservation};
use crate::metrics::Metrics;
use crate::oidc::Oidc;
use crate::outgoing_hosts;
use crate::server::backend::Backend;
use crate::server::core_thread::CoreHandle;
use crate::server::readers::Readers;
use crate::shared::Shared;
use crate::tls::Authority;
use crate::turn::TurnServer;

/// Bytes of all registration and new-device bodies in flight: room for hundreds. An eighth of a small server's
/// memory must hold three times this, because parsing copies them.
const ALL_BODIES: usize = 12 * 1024 * 1024;
/// Per address, half of what its registration burst may send at once.
const BODIES_PER_ADDRESS: usize = 1024 * 1024;
/// Logins have a budget of their own, so that filling the one above locks no member out.
const ALL_LOGINS: usize = 4 * 1024 * 1024;
const LOGINS_PER_ADDRESS: usize = 256 * 1024;
/// Pages of the log (up to 256 KiB each) and of vaults (up to 600 KiB) that their readers have not yet taken. A school class joins at once.
const ALL_PAGES: usize = 32 * 1024 * 1024;
const PAGES_PER_ADDRESS: usize = 8 * 1024 * 1024;
/// Password hashes computed at a time. Each occupies a core and 7 MiB.
const CONCURRENT_HASHES: usize = 2;

pub(crate) struct App {
    pub(super) backend: Arc<Backend>,
    pub(super) readers: Readers,
    pub(super) origin: Origin,
    /// Whether the operator set the origin; otherwise it was derived from the listen address.
    pub(super) origin_is_public: bool,
    /// Whose word about a client counts.
    pub(super) proxies: TrustedProxies,
    /// What the relay speaks TLS with, if it does.
    pub(super) tls: TlsTerms,
    /// Certificate to trust, if the relay has an authority of its own.
    pub(super) trust: Option<Arc<Authority>>,
    pub(super) metrics: MetricsAccess,
    /// Metrics have an address of their own.
    pub(super) metrics_apart: bool,
    pub(super) readiness: Readiness,
    pub(super) password_cost: PasswordCost,
    /// Read for its counters.
    pub(super) turn: Weak<TurnServer>,
    pub(super) known_browsers: KnownBrowsers,
    pub(super) passkeys: Passkeys,
    pub(super) oidc: Oidc,
    pub(super) secrets: SecretGate,
    pub(super) tickets: Tickets,
    pub(super) file_tokens: AccessTokens,
    pub(super) blobs: Arc<BlobStore>,
    /// Hosts that the relay connects to by itself, each with its port.
    pub(super) outgoing_hosts: Vec<String>,
    /// How backups go.
    pub(super) backups: Board,
    pub(super) hashing: Semaphore,
    pub(super) hashes_waiting: AtomicUsize,
    pub(super) noticed: Noticed,
    /// Slots of sockets that a proxy passes on, counted by the forwarded address. The listener counts the others.
    pub(super) sockets: Arc<Slots>,
    /// Cloned by every socket task, so that a shutdown can wait for all of them.
    pub(super) running: mpsc::Sender<()>,
    limits: Mutex<Limits>,
    links: Mutex<Meetings>,
    link_tokens: Mutex<OnceStore<Linked>>,
    bodies: Arc<MemoryBudget>,
    logins: Arc<MemoryBudget>,
    pages: Arc<MemoryBudget>,
}

/// What an [`App`] is made of, beside the settings.
pub(crate) struct AppParts {
    pub(crate) backend: Arc<Backend>,
    pub(crate) readers: Readers,
    pub(crate) origin: Origin,
    pub(crate) password_cost: PasswordCost,
    pub(crate) known_browsers: KnownBrowsers,
    pub(crate) oidc: Oidc,
    pub(crate) tickets: Tickets,
    pub(crate) file_tokens: AccessTokens,
    pub(crate) blobs: Arc<BlobStore>,
    pub(crate) backups: Board,
    pub(crate) turn: Weak<TurnServer>,
    pub(crate) trust: Option<Arc<Authority>>,
    pub(crate) running: mpsc::Sender<()>,
    pub(crate) readiness: Readiness,
}

impl App {
    pub(crate) fn new(settings: &Settings, parts: AppParts) -> Self {
        let AppParts {
            backend,
            readers,
            origin,
            password_cost,
            known_browsers,
            oidc,
            tickets,
            file_tokens,
            blobs,
            backups,
            turn,
            trust,
            running,
            readiness,
        } = parts;
        let secrets = SecretGate::new(
            settings.login_rate,
            settings.registration_rate,
            Arc::clone(&backend.shared.known_addresses),
        );
        let noticed = Noticed::new(settings, backend.clock.now());
        Self {
            backend,
            readers,
            noticed,
            passkeys: Passkeys::new(&origin.to_string(), origin.host()),
            oidc,
            origin,
            origin_is_public: settings.public_url.is_some(),
            proxies: settings.proxies.clone(),
            tls: settings.tls.clone(),
            trust,
            metrics: settings.metrics.clone(),
            metrics_apart: settings.metrics_listen.is_some(),
            readiness,
            password_cost,
            turn,
            known_browsers,
            secrets,
            tickets,
            file_tokens,
            blobs,
            outgoing_hosts: outgoing_hosts::list(settings)
                .into_iter()
                .map(|host| format!("{}:{}", host.host, host.port))
                .collect(),
            backups,
            hashing: Semaphore::new(CONCURRENT_HASHES),
            hashes_waiting: AtomicUsize::new(0),
            sockets: sockets_behind_proxy(settings),
            running,
            limits: Mutex::new(Limits::new(settings)),
            links: Mutex::default(),
            link_tokens: Mutex::new(OnceStore::new(link::TOKEN_LIFETIME)),
            bodies: MemoryBudget::new(ALL_BODIES, BODIES_PER_ADDRESS),
            logins: MemoryBudget::new(ALL_LOGINS, LOGINS_PER_ADDRESS),
            pages: MemoryBudget::new(ALL_PAGES, PAGES_PER_ADDRESS),
        }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.backend.shared
    }

    pub(super) fn core(&self) -> &CoreHandle {
        &self.backend.core
    }

    pub(super) fn now(&self) -> Millis {
        self.backend.clock.now()
    }

    pub(super) fn entropy(&self) -> MutexGuard<'_, Box<dyn Entropy>> {
        self.backend.entropy()
    }

    pub(super) fn limits(&self) -> MutexGuard<'_, Limits> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Admits the check of a password or a recovery key.
    pub(super) fn admit(
        &self,
        knock: Knock,
        tried: Tried<'_>,
        now: Millis,
    ) -> Result<Permit, ErrorCode> {
        let permit = self.secrets.admit(knock, tried, now)?;
        Metrics::add(&self.shared().metrics.secret_checks, 1);
        Ok(permit)
    }

    /// Admits the check of a code of the second factor.
    pub(super) fn admit_code(
        &self,
        knock: Knock,
        user: UserId,
        now: Millis,
    ) -> Result<CodePermit, ErrorCode> {
        let permit = self.secrets.admit_code(knock, user, now)?;
        Metrics::add(&self.shared().metrics.secret_checks, 1);
        Ok(permit)
    }

    pub(super) fn links(&self) -> MutexGuard<'_, Meetings> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn link_tokens(&self) -> MutexGuard<'_, OnceStore<Linked>> {
        let tokens = self.link_tokens.lock();
        tokens.unwrap_or_else(PoisonError::into_inner)
    }

    /// Memory for a registration or new-device body.
    pub(super) fn reserve(&self, from: IpAddr) -> Reservation {
        self.bodies.reserve(from, self.backend.is_known(from))
    }

    /// Memory for a page of the log or of a vault.
    pub(super) fn reserve_page(&self, from: IpAddr) -> Reservation {
        self.pages.reserve(from, self.backend.is_known(from))
    }

    /// Memory for a login body.
    pub(super) fn reserve_login(&self, from: IpAddr) -> Reservation {
        self.logins.reserve(from, self.backend.is_known(from))
    }
}

/// An eighth of the connections is reserved for requests that are not sockets: to load the page and to log in.
fn sockets_behind_proxy(settings: &Settings) -> Arc<Slots> {
    let reserved = settings.connections / 8;
    let all = settings.connections.saturating_sub(reserved);
    Slots::new(all, settings.connections_per_address)
}
