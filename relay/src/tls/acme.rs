//! Certificates by ACME (RFC 8555), proven by TLS-ALPN-01 (RFC 8737) on the relay's own port. Account and
//! certificates are kept in the data folder, so that a restart asks for nothing.

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use rustls_acme::caches::DirCache;
use rustls_acme::{AcmeConfig, AcmeState, EventError, EventOk};
use tokio::time::sleep;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::server::ResolvesServerCert;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore, ServerConfig};

use super::{provider, store};
use crate::config::AcmeTerms;

/// After a refused order. Authorities allow few failures an hour (Let's Encrypt: five); each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_mins(5);
const LONGEST_PAUSE: Duration = Duration::from_hours(6);

/// Why no certificate can be asked for.
#[derive(Debug, thiserror::Error)]
pub enum AcmeError {
    /// The folder for the account and the certificates cannot be used.
    #[error("cannot keep certificates in {0}: {1}")]
    Folder(PathBuf, io::Error),
    /// The authority's root certificate cannot be read.
    #[error("cannot read root certificates from {0}: {1}")]
    Root(PathBuf, pem::Error),
    /// The system knows no root certificates.
    #[error(
        "this system has no root certificates, by which the authority is recognised: install the package \
         ca-certificates, or set `acme_root`"
    )]
    NoRoots,
    /// The library refuses.
    #[error("TLS: {0}")]
    Library(#[from] rustls::Error),
}

type State = AcmeState<io::Error>;

pub(super) struct Started {
    pub(super) resolver: Arc<dyn ResolvesServerCert>,
    /// For connections by which the authority checks.
    pub(super) challenge: Arc<ServerConfig>,
    pub(super) renewing: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// Loads what is kept, and asks for a certificate if there is none that is good.
pub(super) fn start(terms: &AcmeTerms, folder: &Path) -> Result<Started, AcmeError> {
    store::folder(folder).map_err(|error| AcmeError::Folder(folder.to_owned(), error))?;
    let client = client(terms.root.as_deref())?;
    let mut state = AcmeConfig::new_with_client_config(&terms.domains, client)
        .contact(&terms.contact)
        .directory(&terms.directory)
        .cache(DirCache::new(folder.to_owned()))
        .state();
    let resolver = state.resolver();
    let challenge = state.challenge_rustls_config_with_provider(provider());
    let domains = terms.domains.join(", ");
    let renewing = async move { renew(&mut state, &domains).await };
    Ok(Started {
        resolver,
        challenge,
        renewing: Box::pin(renewing),
    })
}

/// The library's work happens while its events are waited for.
async fn renew(state: &mut State, domains: &str) {
    let mut pause = FIRST_PAUSE;
    while let Some(event) = state.next().await {
        match event {
            Ok(EventOk::DeployedCachedCert) => {
                tracing::info!(domains, "a kept certificate is in use");
            }
            Ok(EventOk::DeployedNewCert) => {
                pause = FIRST_PAUSE;
                tracing::info!(domains, "a new certificate is in use");
            }
            Ok(EventOk::CertCacheStore | EventOk::AccountCacheStore) => {}
            Err(EventError::Order(error)) => {
                tracing::warn!(
                    domains,
                    %error,
                    again_in_minutes = pause.as_secs() / 60,
                    "the authority gave no certificate. It connects to port 443 of these names: check that they lead \
                     to this machine, and that the port is open and reaches this relay"
                );
                sleep(pause).await;
                pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
            }
            Err(error) => {
                tracing::warn!(domains, %error, "certificates or the account cannot be kept or read");
            }
        }
    }
}

fn client(root: Option<&Path>) -> Result<Arc<ClientConfig>, AcmeError> {
    let mut roots = RootCertStore::empty();
    let found = match root {
        Some(path) => CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| AcmeError::Root(path.to_owned(), error))?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    let (added, _) = roots.add_parsable_certificates(found);
    if added == 0 {
        return Err(AcmeError::NoRoots);
    }
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
