//! A client's end of TLS: with roots of its own, and with the protocols and versions that a test chooses.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use futures_util::{SinkExt as _, StreamExt as _};
use parley_protocol::frame::{RelayToClient, decode};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ALL_VERSIONS, ClientConfig, RootCertStore, SupportedProtocolVersion};

use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::server::Founded;
use super::town::everything;

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

/// A client's end of a WebSocket by TLS.
pub(crate) type TlsSocket = WebSocketStream<TlsStream<TcpStream>>;

/// The owner's device, connected to a relay that speaks TLS itself.
pub(crate) async fn member(founded: &Founded) -> TlsSocket {
    let client = TlsClient::of_folder(founded.server.folder.path()).speaking(&["http/1.1"]);
    let stream = client.connect(founded.server.relay.address(), "localhost");
    let url = "wss://localhost/socket";
    let (mut socket, _) = client_async(url, stream.await.unwrap()).await.unwrap();
    greet(&mut socket, founded).await;
    socket
}

/// The owner's device says hello, and is let in.
pub(crate) async fn greet(socket: &mut TlsSocket, founded: &Founded) {
    let RelayToClient::Challenge { nonce } = next(socket).await else {
        panic!("no challenge");
    };
    let token = &founded.session.access_token;
    let hello = founded.owner.hello(&nonce, token, everything());
    socket.send(Message::text(hello)).await.unwrap();
    assert!(matches!(next(socket).await, RelayToClient::Welcome(_)));
}

pub(crate) async fn next(socket: &mut TlsSocket) -> RelayToClient {
    loop {
        if let Message::Text(text) = socket.next().await.unwrap().unwrap() {
            return decode(&text).unwrap();
        }
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
