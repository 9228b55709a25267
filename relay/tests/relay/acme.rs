//! A certificate by ACME, from Pebble: the authority that Let's Encrypt gives to those who test their clients. It
//! asks the relay for a proof as Let's Encrypt would, and takes none that is not right.

use std::fs;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{sleep, timeout};
use tokio_rustls::rustls::ALL_VERSIONS;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

use crate::support::program::{self, Program, at, free_port};
use crate::support::server::Founded;
use crate::support::tls::{TlsClient, exchange, get};

const NAME: &str = "chat.example.test";

struct Authority {
    _pebble: Program,
    _names: Program,
    port: u16,
    management: u16,
    folder: TempDir,
}

impl Authority {
    /// An authority that proves names at this port of this machine. `None`: not installed.
    async fn start(relay_port: u16) -> Option<Self> {
        let (pebble, names) = (
            program::find("pebble")?,
            program::find("pebble-challtestsrv")?,
        );
        let folder = TempDir::new().unwrap();
        program::certificate(folder.path(), &["localhost"]);
        let [port, management, dns, answers] = [(); 4].map(|()| free_port());
        let certificate = folder.path().join("cert.pem");
        let key = folder.path().join("key.pem");
        let settings = serde_json::json!({ "pebble": {
            "listenAddress": at(port).to_string(),
            "managementListenAddress": at(management).to_string(),
            "certificate": certificate, "privateKey": key,
            "httpPort": 1, "tlsPort": relay_port,
        }});
        let file = folder.path().join("pebble.json");
        fs::write(&file, settings.to_string()).unwrap();

        let mut command = Command::new(names);
        command.args(["-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""]);
        command.args(["-http01", "", "-https01", "", "-tlsalpn01", ""]);
        command.args(["-dns01", &at(dns).to_string()]);
        command.args(["-management", &at(answers).to_string()]);
        let names = Program::start(command, TempDir::new().unwrap(), answers).await;
        let mut command = Command::new(pebble);
        command.arg("-config").arg(&file);
        command.args(["-dnsserver", &at(dns).to_string()]);
        command
            .env("PEBBLE_VA_NOSLEEP", "1")
            .env("PEBBLE_WFE_NONCEREJECT", "0");
        let pebble = Program::start(command, TempDir::new().unwrap(), port).await;
        Some(Self {
            _pebble: pebble,
            _names: names,
            port,
            management,
            folder,
        })
    }

    /// Ends it. What it is known by stays as long as the folder does.
    fn stop(self) -> TempDir {
        self.folder
    }

    /// Its root, which it makes anew at each start.
    async fn root(&self) -> CertificateDer<'static> {
        let own = TlsClient::trusting(&self.folder.path().join("ca.pem"));
        let stream = own.connect(at(self.management), "localhost").await.unwrap();
        let answer = exchange(stream, &get("localhost", "/roots/0")).await;
        let begin = answer.find("-----BEGIN").unwrap();
        CertificateDer::from_pem_slice(&answer.as_bytes()[begin..]).unwrap()
    }
}

#[tokio::test]
async fn a_certificate_is_got_kept_and_shown() {
    let relay_port = free_port();
    let Some(authority) = Authority::start(relay_port).await else {
        return;
    };
    let listen = format!("--listen=127.0.0.1:{relay_port}");
    let options = [
        "--tls=acme",
        &listen,
        &format!("--public-url=https://{NAME}"),
        &format!("--acme-directory=https://localhost:{}/dir", authority.port),
        &format!(
            "--acme-root={}",
            authority.folder.path().join("ca.pem").display()
        ),
        "--acme-contact=host@example.test",
    ];
    let founded = Founded::start(&options).await;
    let client = TlsClient::with(&[authority.root().await], ALL_VERSIONS);
    let asking = async {
        loop {
            match client.connect(at(relay_port), NAME).await {
                Ok(stream) => return stream,
                // Until there is a certificate, there is no handshake.
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    };
    let stream = timeout(Duration::from_mins(1), asking)
        .await
        .expect("a certificate");
    let answer = exchange(stream, &get(NAME, "/healthz")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("strict-transport-security"), "{answer}");

    // After a restart it is there at once, with nobody to ask.
    let _root = authority.stop();
    let kept = founded.server.folder.path().join("tls/acme");
    let files = || fs::read_dir(&kept).unwrap().count();
    let waiting = async {
        while files() < 2 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(10), waiting)
        .await
        .expect("account and certificate");
    let founded = founded.restart(&options).await;
    let again = async {
        while client.connect(at(relay_port), NAME).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(10), again)
        .await
        .expect("the kept certificate");
    drop(founded);
}
