//! A client's end of TLS: with roots of its own, and with the protocols and versions that a test chooses.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{
    ALL_VERSIONS, ClientConfig, RootCertStore, SupportedProtocolVersion,
};

#[derive(Clone)]
pub(crate) struct TlsClient(ClientConfig);

impl TlsClient {
    /// Trusts the authority of a relay with this data folder.
    pub(crate) fn of_folder(data: &Path) -> Self {
        Self::trusting(&data.join("tls/authority.pem"))
    }

    pub(crate) fn trusting(pem: &Path) -> Self {
        let root = CertificateDer::from_pem_file(pem).unwrap();
        Self::with(&[root], ALL_VERSIONS)
    }

    pub(crate) fn with(
        roots: &[CertificateDer<'static>],
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(roots.iter().cloned());
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(store)
            .with_no_client_auth();
        Self(config)
    }

    pub(crate) fn speaking(mut self, protocols: &[&str]) -> Self {
        let all = protocols.iter().map(|name| name.as_bytes().to_vec());
        self.0.alpn_protocols = all.collect();
        self
    }

    pub(crate) async fn connect(
        &self,
        to: SocketAddr,
        name: &str,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        self.over(TcpStream::connect(to).await?, name).await
    }

    pub(crate) async fn over(
        &self,
        stream: TcpStream,
        name: &str,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let connector = TlsConnector::from(Arc::new(self.0.clone()));
        connector.connect(name, stream).await
    }
}

/// One request, and everything that comes back until the end of the connection.
pub(crate) async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    request: &str,
) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    let mut answer = Vec::new();
    // A peer that ends without a goodbye has said all the same what it said.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) fn get(host: &str, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
}
