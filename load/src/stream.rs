//! A connection to a server: plain for `http` and `ws`, TLS for `https` and `wss`. The certificate authority that is
//! trusted is the one whose PEM file `PARLEY_LOAD_AUTHORITY` names.

use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Bytes both ways.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

/// Where a URL leads.
pub(crate) struct Place<'a> {
    /// `localhost:8080`.
    pub host: &'a str,
    pub is_tls: bool,
}

impl<'a> Place<'a> {
    /// Of `http://localhost:8080/some/path`.
    pub(crate) fn of(url: &'a str) -> Result<Self> {
        let (scheme, rest) = url.split_once("://").context("not an address")?;
        Ok(Self {
            host: rest.split('/').next().unwrap_or(rest),
            is_tls: matches!(scheme, "https" | "wss"),
        })
    }

    /// As a page of the same server has it.
    pub(crate) fn origin(&self) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://{}", self.host)
    }

    /// The URL of the server's socket.
    pub(crate) fn socket(&self) -> String {
        let scheme = if self.is_tls { "wss" } else { "ws" };
        format!("{scheme}://{}/socket", self.host)
    }

    /// Connects. Servers under measurement listen on IPv4.
    pub(crate) async fn connect(&self) -> Result<Box<dyn Duplex>> {
        let host = self.host;
        let stream = TcpStream::connect(host.replace("localhost", "127.0.0.1"))
            .await
            .with_context(|| format!("cannot connect to {host}"))?;
        stream
            .set_nodelay(true)
            .context("cannot set up the connection")?;
        if !self.is_tls {
            return Ok(Box::new(stream));
        }
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let name = ServerName::try_from(name.to_owned()).context("not a name")?;
        let stream = TlsConnector::from(Arc::new(trusting()?)).connect(name, stream);
        Ok(Box::new(
            stream
                .await
                .context("the server's certificate is not good")?,
        ))
    }
}

fn trusting() -> Result<ClientConfig> {
    let file = std::env::var_os("PARLEY_LOAD_AUTHORITY")
        .context("PARLEY_LOAD_AUTHORITY names no certificate authority")?;
    let authority = CertificateDer::from_pem_file(file).context("cannot read the authority")?;
    let mut roots = RootCertStore::empty();
    roots.add(authority).context("not an authority")?;
    Ok(ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth())
}
