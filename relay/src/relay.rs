//! The whole relay, started and stopped as one value: database, core, readers, TURN, HTTP.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use parley_protocol::ids::DeviceId;
use tokio::sync::{mpsc, watch};

use crate::auth::known_browser::KnownBrowsers;
use crate::auth::password::PasswordCost;
use crate::auth::ticket::Tickets;
use crate::auth::token::AccessTokens;
use crate::backup::schedule::Schedule;
use crate::backup::scratch;
use crate::backup::snapshot::SEAL;
use crate::backup::status::Board;
use crate::blobs::disk::{Disk, SystemDisk};
use crate::blobs::files::BlobFiles;
use crate::blobs::remover;
use crate::blobs::store::BlobStore;
use crate::clock::{Clock, SystemClock};
use crate::config::{Origin, Settings};
use crate::connection_slots::Slots;
use crate::core::Core;
use crate::diagnosis::{Diagnosis, Found};
use crate::entropy::{Entropy, OsEntropy, random};
use crate::http::{self, App, AppParts, Readiness};
use crate::ice::{Ice, NoIce, OwnTurn};
use crate::local::new_setup_token;
use crate::mdns::{self, Announced};
use crate::network::household;
use crate::oidc::Oidc;
use crate::server::accept::{self, Door};
use crate::server::backend::Backend;
use crate::server::core_thread::{self, CoreHandle};
use crate::server::operator::Operator;
use crate::server::readers::Readers;
use crate::shared::Shared;
use crate::storage::{Durability, OpenError, Storage, damage};
use crate::tls::{self, Tls, TlsError};
use crate::turn::{self, TurnConfig, TurnLimits, TurnSecret, TurnServer};
use crate::writer::Writer;

mod listen;

use listen::listen_hint;

/// Why the relay cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// An address cannot be bound.
    #[error("cannot listen on {0}: {1}{hint}", hint = listen_hint(.0, .1))]
    Listen(SocketAddr, std::io::Error),
    /// There is no certificate to show.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The TURN secret in the database does not have 32 bytes.
    #[error("the TURN secret in the database is damaged; restore the data folder from a backup")]
    TurnKey,
    /// No identity provider can be asked.
    #[error("cannot ask identity providers: {0}")]
    Providers(String),
    /// The core's thread cannot be started.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
}

/// Time, randomness, and the shortcuts that tests take.
pub struct Environment {
    /// Source of the time.
    pub clock: Arc<dyn Clock>,
    /// Source of keys and tokens.
    pub entropy: Box<dyn Entropy>,
    /// [`Durability::Full`] outside of tests.
    pub durability: Durability,
    /// The default outside of tests.
    pub password_cost: PasswordCost,
    /// Where files of blobs are written.
    pub disk: Arc<dyn Disk>,
}

impl Default for Environment {
    /// The system clock and randomness, full durability, default password cost.
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            entropy: Box::new(OsEntropy),
            durability: Durability::Full,
            password_cost: PasswordCost::default(),
            disk: Arc::new(SystemDisk),
        }
    }
}

/// A running relay. Dropping it without [`Relay::shutdown`] is a crash.
pub struct Relay {
    address: SocketAddr,
    origin: Origin,
    setup_token: Option<String>,
    router: axum::Router,
    core: CoreHandle,
    thread: JoinHandle<()>,
    turn: Option<Arc<TurnServer>>,
    trust: Option<Arc<tls::Authority>>,
    diagnosis: Arc<Diagnosis>,
    stop: watch::Sender<bool>,
    accepting: tokio::task::JoinHandle<()>,
    removing: tokio::task::JoinHandle<()>,
    operator: Option<(SocketAddr, tokio::task::JoinHandle<()>)>,
    backups: Option<Schedule>,
    announced: Option<Announced>,
    sockets: mpsc::Receiver<()>,
}

impl Relay {
    /// Opens the data folder and starts to listen.
    ///
    /// # Errors
    /// [`StartError`] if the data folder, an address or a thread cannot be used.
    pub async fn start(settings: Settings, environment: Environment) -> Result<Self, StartError> {
        let Environment {
            clock,
            mut entropy,
            durability,
            password_cost,
            disk,
        } = environment;
        let (listener, address) = listen::bind(settings.listen)
            .await
            .map_err(|error| StartError::Listen(settings.listen, error))?;
        let named = settings.public_url.clone();
        let named = named.or_else(|| in_the_network(&settings, address));
        let origin = named
            .clone()
            .unwrap_or_else(|| listen::default_origin(address, settings.tls.is_on()));

        if origin.is_https() && settings.proxies.is_empty() && !settings.tls.is_on() {
            tracing::warn!(
                "the public URL is https and TLS is off, so there is a proxy in front: without `trusted_proxies` or \
                 `behind_proxy` all clients share the limits of one address"
            );
        }

        let operator = match settings.metrics_listen {
            Some(address) => {
                let bound = Operator::bind(address).await;
                Some(bound.map_err(|error| StartError::Listen(address, error))?)
            }
            None => None,
        };
        let storage = Storage::in_folder(&settings.data, durability)?;
        damage::look(storage.file())?;
        let tls = Tls::start(&settings.tls, &settings.data, named.as_ref())?;
        let trust = tls.as_ref().and_then(Tls::authority).cloned();
        let files = BlobFiles::of(&settings.data, durability, Arc::clone(&disk))
            .map_err(|error| OpenError::Folder(settings.data.join("blobs"), error))?;
        let writer = Writer::open(&storage)?;
        let token_key = key(&writer, "token key", &mut *entropy)?;
        let turn_key = key(&writer, "turn key", &mut *entropy)?;
        let browser_key = key(&writer, "known browser key", &mut *entropy)?;
        let oidc_key = key(&writer, "oidc key", &mut *entropy)?;
        let oidc = Oidc::new(&settings.providers, &origin, &oidc_key);
        let oidc = oidc.map_err(|error| StartError::Providers(error.to_string()))?;
        let file_key = key(&writer, "file token key", &mut *entropy)?;
        let ticket_key = key(&writer, "ticket key", &mut *entropy)?;
        key(&writer, SEAL, &mut *entropy)?;
        let setup_token = match writer.community() {
            Some(_) => None,
            None => Some(
                writer
                    .setup_token(|| new_setup_token(&mut *entropy))
                    .map_err(OpenError::from)?,
            ),
        };
        let community = writer.community().cloned();
        let shared = Arc::new(Shared::new(
            community,
            AccessTokens::new(&token_key),
            settings.frame_rate,
            settings.quota_factor,
        ));
        check_in_background(storage.file(), &shared);
        let turn = start_turn(&settings, &origin, turn_key, &shared)?;
        let ice: Box<dyn Ice> = match &turn {
            Some((server, address)) => Box::new(OwnTurn {
                address: address.clone(),
                by_tls: settings.tls.is_on().then(|| origin.with_port()),
                server: Arc::clone(server),
            }),
            None => Box::new(NoIce),
        };
        let core = Core::new(
            writer,
            Arc::clone(&shared),
            ice,
            settings.mailbox,
            settings.files,
        )?;
        let readers = Readers::start(&storage)?;
        let (core, thread) = core_thread::start(
            core,
            readers.clone(),
            Arc::clone(&clock),
            settings.commands_per_commit,
        )
        .map_err(StartError::Thread)?;

        let (running, sockets) = mpsc::channel(1);
        let known = {
            let (shared, clock) = (Arc::clone(&shared), Arc::clone(&clock));
            move |from| shared.known_addresses.knows(household(from), clock.now())
        };
        let blobs = Arc::new(BlobStore::new(
            files,
            readers.clone(),
            core.clone(),
            Arc::clone(&clock),
            settings.files,
        ));
        let removing = remover::run(Arc::clone(&blobs), Arc::clone(&shared));
        let removing = tokio::spawn(removing);
        let place = settings.backup.to.as_ref().map(ToString::to_string);
        let board = Board::of(&data_folder(&settings), place);
        scratch::tidy(&settings.data);
        let backups = Schedule::start(
            settings.backup.clone(),
            data_folder(&settings),
            Arc::clone(&clock),
            board.clone(),
        );
        let announced = announced(settings.mdns.as_deref(), address, &origin);
        let backend = Backend::new(shared, core.clone(), clock, entropy, settings.socket_rate);
        let diagnosis = Arc::clone(&backend.diagnosis);
        let app = App::new(
            &settings,
            AppParts {
                backend: Arc::new(backend),
                readers,
                origin: origin.clone(),
                password_cost,
                known_browsers: KnownBrowsers::new(&browser_key),
                oidc,
                tickets: Tickets::new(&ticket_key),
                file_tokens: AccessTokens::for_files(&file_key),
                blobs,
                backups: board,
                turn: turn
                    .as_ref()
                    .map_or_else(Weak::new, |(server, _)| Arc::downgrade(server)),
                trust: trust.clone(),
                running,
                readiness: Readiness::new(&settings.data, disk),
            },
        );
        let app = Arc::new(app);
        let operator_router = http::operator_router(Arc::clone(&app));
        let router = http::router(Arc::clone(&app));
        let (stop, stopping) = watch::channel(false);
        #[cfg(unix)]
        crate::admin::socket::serve(
            &settings.data,
            http::admin_router(Arc::clone(&app)),
            stopping.clone(),
        );
        let door = Door {
            router: router.clone(),
            plain: http::plain(app),
            tls,
            turn: turn.as_ref().map(|(server, _)| server.door()),
            slots: Slots::new(settings.connections, settings.connections_per_address),
            proxies: settings.proxies.clone(),
            is_known: known,
        };
        let operator = operator.map(|operator| operator.serve(operator_router, stopping.clone()));
        let accepting = tokio::spawn(accept::serve(listener, Arc::new(door), stopping));
        Ok(Self {
            address,
            origin,
            setup_token,
            router,
            core,
            thread,
            turn: turn.map(|(server, _)| server),
            trust,
            diagnosis,
            stop,
            accepting,
            removing,
            operator,
            backups,
            announced,
            sockets,
        })
    }

    /// Bound address for metrics and probes, if they have one of their own.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.operator.as_ref().map(|(address, _)| *address)
    }

    /// Bound address of the HTTP server.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Origin at which people reach the relay.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Bound address of the STUN and TURN server, if it is on.
    pub fn turn_address(&self) -> Option<SocketAddr> {
        self.turn.as_ref().map(|turn| turn.local_addr())
    }

    /// The relay's own certificate authority, with `tls = self-signed`.
    pub fn authority(&self) -> Option<&tls::Authority> {
        self.trust.as_deref()
    }

    /// Where people learn to trust that authority, by plain HTTP: whoever does not trust it yet sees a warning by HTTPS.
    pub fn trust_page(&self) -> String {
        format!("http://{}/trust", self.origin.with_port())
    }

    /// Faults of a proxy in front that were met since the start.
    pub fn faults(&self) -> Vec<Found> {
        self.diagnosis.found()
    }

    /// Link with which the community is created. `None` if it existed at the start.
    pub fn setup_link(&self) -> Option<String> {
        let token = self.setup_token.as_deref()?;
        Some(format!("{}/setup#{token}", self.origin))
    }

    /// The token in the setup link.
    pub fn setup_token(&self) -> Option<&str> {
        self.setup_token.as_deref()
    }

    /// The HTTP routes, for requests without a network.
    pub fn router(&self) -> axum::Router {
        self.router.clone()
    }

    /// Shuts down in order: refuses new connections, closes every client's connection with a reason, and commits
    /// what was queued.
    pub async fn shutdown(self) {
        let Self {
            router,
            core,
            thread,
            turn,
            stop,
            accepting,
            removing,
            operator,
            backups,
            announced,
            mut sockets,
            ..
        } = self;
        let _ = stop.send(true);
        removing.abort();
        if let Some(backups) = backups {
            backups.stop();
        }
        if let Some(announced) = announced {
            let _ = tokio::task::spawn_blocking(move || announced.stop()).await;
        }
        let _ = accepting.await;
        if let Some((_, serving)) = operator {
            let _ = serving.await;
        }
        core.close_all().await;
        drop(router);
        // Each socket task holds a sender; a client that does not read gets two seconds.
        let _ = tokio::time::timeout(Duration::from_secs(2), sockets.recv()).await;
        core.end().await;
        let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        if let Some(turn) = turn.and_then(Arc::into_inner) {
            turn.shutdown().await;
        }
    }
}

/// A large database is looked at while the relay runs already.
fn check_in_background(file: &Path, shared: &Arc<Shared>) {
    if !damage::is_large(file) {
        return;
    }
    let (file, shared) = (file.to_owned(), Arc::clone(shared));
    let check = move || {
        if let Err(error) = damage::look_at_all(&file) {
            shared.metrics.database_damaged.store(1, Ordering::Relaxed);
            tracing::error!(%error, "the database did not pass its check");
        }
    };
    let thread = std::thread::Builder::new().name("check".to_owned());
    if let Err(error) = thread.spawn(check) {
        tracing::warn!(%error, "the database is not checked");
    }
}

/// Links have the name that is announced: it stays when the address changes.
fn in_the_network(settings: &Settings, address: SocketAddr) -> Option<Origin> {
    let of = if settings.tls.is_on() {
        Origin::https
    } else {
        Origin::http
    };
    let name = settings.mdns.as_deref()?;
    Some(of(&format!("{name}.local"), address.port()))
}

/// A relay that cannot be announced is reached by its address.
fn announced(name: Option<&str>, address: SocketAddr, origin: &Origin) -> Option<Announced> {
    match mdns::announce(name?, address, &origin.to_string()) {
        Ok(announced) => Some(announced),
        Err(error) => {
            tracing::warn!("{error}");
            None
        }
    }
}

fn key(writer: &Writer, name: &str, entropy: &mut dyn Entropy) -> Result<Vec<u8>, OpenError> {
    Ok(writer.setting(name, || random::<32>(entropy).to_vec())?)
}

type Turn = (Arc<TurnServer>, String);

fn start_turn(
    settings: &Settings,
    origin: &Origin,
    key: Vec<u8>,
    shared: &Arc<Shared>,
) -> Result<Option<Turn>, StartError> {
    let Some(listen) = settings.turn_listen else {
        return Ok(None);
    };
    let key: [u8; 32] = key.try_into().map_err(|_| StartError::TurnKey)?;
    let public = settings.turn_public_address.as_deref();
    let public = public.unwrap_or_else(|| origin.host()).to_owned();
    let config = TurnConfig {
        listen,
        public_addr: SocketAddr::new(ip_of(&public), 0),
        realm: "parley".to_owned(),
        limits: TurnLimits::default(),
    };
    let live = Arc::clone(shared);
    let live = Arc::new(move |device: &str| {
        device
            .parse::<DeviceId>()
            .is_ok_and(|device| live.is_live(&device))
    });
    let clock = Arc::new(turn::SystemClock::default());
    let server = TurnServer::start(config, TurnSecret::new(key), live, clock)
        .map_err(|error| StartError::Listen(listen, error))?;
    let address = if has_port(&public) {
        public
    } else {
        format!("{public}:{}", server.local_addr().port())
    };
    Ok(Some((Arc::new(server), address)))
}

fn has_port(host: &str) -> bool {
    host.rsplit_once(':')
        .is_some_and(|(name, port)| port.parse::<u16>().is_ok() && !name.ends_with(':'))
        && !host.ends_with(']')
}

/// IP address for relayed candidates. No packet is ever sent to it, so any that browsers accept will do.
fn ip_of(host: &str) -> IpAddr {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse() {
        return ip;
    }
    let with_port = if has_port(host) {
        host.to_owned()
    } else {
        format!("{host}:3478")
    };
    let found = with_port
        .to_socket_addrs()
        .ok()
        .and_then(|mut all| all.find(SocketAddr::is_ipv4).map(|address| address.ip()));
    found.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

/// Absolute path of the data folder.
pub fn data_folder(settings: &Settings) -> PathBuf {
    std::path::absolute(&settings.data).unwrap_or_else(|_| settings.data.clone())
}
