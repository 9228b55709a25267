//! TLS inside the relay: which certificate is shown, where it comes from, and how it is replaced without dropping a
//! connection. Never: what is spoken inside.
//!
//! - `current` shows a certificate that can be replaced at any time.
//! - `files` reads it from two files, again when they change.
//! - `authority` and `own` sign it with an authority of this relay's own.
//! - `acme` asks an authority for it.

mod acme;
mod authority;
mod current;
mod files;
mod own;
mod store;

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls_acme::is_tls_alpn_challenge;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::server::{Acceptor, NoServerSessionStorage, ResolvesServerCert};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{self, ServerConfig};
use tokio_rustls::server::TlsStream;

use crate::config::{Origin, TlsTerms};
pub use authority::Authority;
pub use authority::AuthorityError;

/// HTTP/2 (RFC 9113 section 3.2).
pub(crate) const HTTP2: &[u8] = b"h2";
/// In order of preference. Clients of TURN may name it (RFC 7443); those that name nothing are welcome, too.
const PROTOCOLS: [&[u8]; 3] = [HTTP2, b"http/1.1", b"stun.turn"];

/// Folder for keys and certificates, in the data folder.
const FOLDER: &str = "tls";

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The two files cannot be used.
    #[error(transparent)]
    Pair(#[from] files::PairError),
    /// The relay's own authority cannot be made or used.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// Certificates cannot be asked for.
    #[error(transparent)]
    Acme(#[from] acme::AcmeError),
    /// The library refuses.
    #[error("TLS: {0}")]
    Library(#[from] rustls::Error),
}

/// TLS for incoming connections. It stops to renew its certificate when it is dropped.
pub(crate) struct Tls {
    config: Arc<ServerConfig>,
    /// For an ACME authority that checks this server (RFC 8737).
    challenge: Option<Arc<ServerConfig>>,
    authority: Option<Arc<Authority>>,
    _renewing: Renewing,
}

/// The work that keeps the certificate good. Ends when it is dropped.
struct Renewing(JoinHandle<()>);

impl Tls {
    /// `None` if TLS is off. Must be called inside a tokio runtime.
    pub(crate) fn start(
        terms: &TlsTerms,
        data: &Path,
        origin: Option<&Origin>,
    ) -> Result<Option<Self>, TlsError> {
        let folder = data.join(FOLDER);
        let tls = match terms {
            TlsTerms::Off => return Ok(None),
            TlsTerms::Files { certificate, key } => {
                let (resolver, renewing) = files::start(certificate, key)?;
                Self::new(resolver, renewing)?
            }
            TlsTerms::SelfSigned => {
                let (authority, resolver, renewing) = own::start(&folder, origin)?;
                Self {
                    authority: Some(authority),
                    ..Self::new(resolver, renewing)?
                }
            }
            TlsTerms::Acme(terms) => {
                let started = acme::start(terms, &acme_folder(&folder))?;
                Self {
                    challenge: Some(started.challenge),
                    ..Self::new(started.resolver, started.renewing)?
                }
            }
        };
        Ok(Some(tls))
    }

    fn new(
        resolver: Arc<dyn ResolvesServerCert>,
        renewing: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self, rustls::Error> {
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        // Sessions are resumed by tickets that the client keeps: nothing is held here for who is gone.
        config.ticketer = aws_lc_rs::Ticketer::new()?;
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 1;
        Ok(Self {
            config: Arc::new(config),
            challenge: None,
            authority: None,
            _renewing: Renewing(tokio::spawn(renewing)),
        })
    }

    /// The relay's own authority, if it has one.
    pub(crate) fn authority(&self) -> Option<&Arc<Authority>> {
        self.authority.as_ref()
    }

    /// The handshake. `None`: it was an authority's check, which is over.
    ///
    /// # Errors
    /// What went wrong with the connection. It takes as long as the peer likes: the caller sets a limit.
    pub(crate) async fn accept(
        &self,
        stream: TcpStream,
    ) -> io::Result<Option<Box<TlsStream<TcpStream>>>> {
        let start = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
        if let Some(challenge) = &self.challenge
            && is_tls_alpn_challenge(&start.client_hello())
        {
            let mut stream = start.into_stream(Arc::clone(challenge)).await?;
            stream.shutdown().await?;
            return Ok(None);
        }
        let stream = start.into_stream(Arc::clone(&self.config)).await?;
        Ok(Some(Box::new(stream)))
    }
}

impl Drop for Renewing {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The folder with the relay's own authority.
pub fn authority_folder(data: &Path) -> PathBuf {
    data.join(FOLDER)
}

fn acme_folder(folder: &Path) -> PathBuf {
    folder.join("acme")
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
