//! nginx, Caddy and Traefik in front of a relay, and a client who comes by them.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use parley_relay::diagnosis::held_back::is_held_back;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use super::program::{self, Program, at, free_port};
use super::server::Founded;
use super::tls::{TlsClient, TlsSocket, exchange, greet};

pub(crate) const HOST: &str = "chat.example.org";
/// Where the configurations in the handbook expect the relay.
const RELAY: &str = "127.0.0.1:8080";

/// The configuration that stands in the handbook.
pub(crate) fn handbook(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operating/proxies");
    fs::read_to_string(folder.join(name)).unwrap()
}

pub(crate) struct Proxy {
    program: Program,
    port: u16,
    client: TlsClient,
}

impl Proxy {
    /// nginx with a server's part of its configuration. `None`: not installed.
    pub(crate) async fn nginx(relay: SocketAddr, site: &str) -> Option<Self> {
        let nginx = program::find("nginx")?;
        let (folder, port) = prepared();
        let here = folder.path().display().to_string();
        let site = site
            .replace("listen 443", &format!("listen 127.0.0.1:{port}"))
            .replace(
                "/etc/letsencrypt/live/chat.example.org/fullchain.pem",
                "cert.pem",
            )
            .replace(
                "/etc/letsencrypt/live/chat.example.org/privkey.pem",
                "key.pem",
            )
            .replace(RELAY, &relay.to_string());
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let temporary = temporary.map(|name| format!("{name}_temp_path {here}/{name};\n"));
        let whole = format!(
            "daemon off; master_process off; pid {here}/pid; error_log stderr; worker_processes 1; events {{}}\n\
             http {{ access_log off;\n{}{site} }}\n",
            temporary.concat()
        );
        fs::write(folder.path().join("nginx.conf"), whole).unwrap();
        let mut command = Command::new(nginx);
        command.args(["-p", &here, "-c", "nginx.conf"]);
        Some(Self::start(command, folder, port).await)
    }

    /// Caddy with a site's block.
    pub(crate) async fn caddy(relay: SocketAddr, site: &str) -> Option<Self> {
        let caddy = program::find("caddy")?;
        let (folder, port) = prepared();
        let site = site
            .replace(
                "chat.example.org {",
                &format!(
                    "https://chat.example.org:{port} {{\n\tbind 127.0.0.1\n\ttls cert.pem key.pem"
                ),
            )
            .replace(RELAY, &relay.to_string());
        let whole = format!("{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{site}");
        fs::write(folder.path().join("Caddyfile"), whole).unwrap();
        let mut command = Command::new(caddy);
        command
            .args(["run", "--config", "Caddyfile", "--adapter", "caddyfile"])
            .env("XDG_DATA_HOME", folder.path())
            .env("XDG_CONFIG_HOME", folder.path());
        Some(Self::start(command, folder, port).await)
    }

    /// Traefik with its routes.
    pub(crate) async fn traefik(relay: SocketAddr, routes: &str) -> Option<Self> {
        let traefik = program::find("traefik")?;
        let (folder, port) = prepared();
        let (entry, _) = handbook("traefik.yml")
            .split_once("certificatesResolvers:")
            .map(|(before, after)| (before.to_owned(), after.to_owned()))
            .unwrap();
        let entry = entry
            .replace("\":443\"", &format!("\"127.0.0.1:{port}\""))
            .replace("/etc/traefik/traefik-parley.yml", "routes.yml");
        let routes = routes
            .replace(
                "      tls:\n        certResolver: letsencrypt",
                "      tls: {}",
            )
            .replace(RELAY, &relay.to_string());
        let routes = format!(
            "{routes}\ntls:\n  certificates:\n    - certFile: cert.pem\n      keyFile: key.pem\n"
        );
        let no_calls = "global:\n  checkNewVersion: false\n  sendAnonymousUsage: false\n";
        fs::write(
            folder.path().join("traefik.yml"),
            format!("{entry}{no_calls}"),
        )
        .unwrap();
        fs::write(folder.path().join("routes.yml"), routes).unwrap();
        let mut command = Command::new(traefik);
        command.arg("--configFile=traefik.yml");
        let proxy = Self::start(command, folder, port).await;
        proxy.routes_are_read().await;
        Some(proxy)
    }

    /// Traefik listens before it has read its routes: until then a connection ends in the handshake or in its own 404.
    async fn routes_are_read(&self) {
        let read = async {
            loop {
                if let Ok(stream) = self.client.connect(at(self.port), HOST).await {
                    let request =
                        format!("GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
                    if !exchange(stream, &request).await.contains(" 404 ") {
                        return;
                    }
                }
                sleep(Duration::from_millis(20)).await;
            }
        };
        let read = timeout(Duration::from_secs(30), read).await;
        assert!(read.is_ok(), "{}", self.program.output());
    }

    async fn start(command: Command, folder: TempDir, port: u16) -> Self {
        let client = TlsClient::trusting(&folder.path().join("ca.pem")).speaking(&["http/1.1"]);
        Self {
            program: Program::start(command, folder, port).await,
            port,
            client,
        }
    }

    /// A browser's connection.
    async fn connect(&self) -> TlsStream<TcpStream> {
        self.client.connect(at(self.port), HOST).await.unwrap()
    }

    /// What a browser gets for a page, or for what a page asks of its own site.
    pub(crate) async fn get(&self, path: &str, headers: &[&str]) -> String {
        let mut request = format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n");
        for header in headers {
            request = format!("{request}{header}\r\n");
        }
        exchange(self.connect().await, &format!("{request}\r\n")).await
    }

    /// Whether the proxy keeps requests or answers until they are whole.
    pub(crate) async fn holds_back(&self) -> Option<bool> {
        is_held_back(self.connect().await, HOST).await
    }

    /// A form that a page of the community sends.
    pub(crate) async fn post(&self, path: &str, body: &str) -> String {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {HOST}\r\nOrigin: https://{HOST}\r\nSec-Fetch-Site: same-origin\r\n\
             Connection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        exchange(self.connect().await, &request).await
    }

    /// A browser's WebSocket.
    pub(crate) async fn socket(&self) -> Result<TlsSocket, Error> {
        let mut request = format!("wss://{HOST}/socket")
            .into_client_request()
            .unwrap();
        let origin = format!("https://{HOST}").parse().unwrap();
        request.headers_mut().insert("origin", origin);
        let site = "same-origin".parse().unwrap();
        request.headers_mut().insert("sec-fetch-site", site);
        Ok(client_async(request, self.connect().await).await?.0)
    }

    /// The owner's device, connected by way of the proxy.
    pub(crate) async fn member(&self, founded: &Founded) -> TlsSocket {
        let mut socket = self.socket().await.unwrap();
        greet(&mut socket, founded).await;
        socket
    }
}

fn prepared() -> (TempDir, u16) {
    let folder = TempDir::new().unwrap();
    program::certificate(folder.path(), &[HOST]);
    // nginx gives up being root, and then has to get in.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    }
    (folder, free_port())
}
