//! What the settings need of the machine.

use std::path::{Path, PathBuf};

use crate::config::{Origin, Place, Settings, TlsTerms};
use crate::outgoing_hosts;

/// What stays allowed. Everything else is refused.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// Files and folders that can be read.
    pub read: Vec<PathBuf>,
    /// Folders that can be changed.
    pub write: Vec<PathBuf>,
    /// TCP ports that can be connected to, of any host: Landlock does not know addresses.
    pub connect: Vec<u16>,
}

/// Randomness for the database, and how much memory the relay takes.
const ALWAYS: &[&str] = &["/dev/urandom", "/dev/null", "/proc/self"];

/// Names of hosts, and root certificates.
const TO_CONNECT: &[&str] = &[
    "/etc/resolv.conf",
    "/run/systemd/resolve",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/nsswitch.conf",
    "/etc/services",
    "/etc/ld.so.cache",
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/etc/ssl",
    "/etc/pki",
    "/etc/ca-certificates",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
];

/// Asks for names over TCP if an answer is long.
const DNS: u16 = 53;

impl Rights {
    /// What these settings need.
    pub fn of(settings: &Settings) -> Self {
        let mut rights = Self::default();
        rights.read.extend(ALWAYS.iter().map(PathBuf::from));
        rights.write.push(settings.data.clone());
        if let Some(Place::Folder(folder)) = &settings.backup.to {
            rights.write.push(folder.clone());
        }
        rights.connect.extend(own_ports(settings));
        let hosts = outgoing_hosts::list(settings);
        rights.connect.extend(hosts.iter().map(|host| host.port));
        if !hosts.is_empty() {
            // An identity provider names further hosts itself.
            rights.connect.push(443);
        }
        let has_name = settings.public_url.as_ref();
        if !hosts.is_empty() || has_name.is_some_and(|url| !url.is_loopback()) {
            rights.read.extend(TO_CONNECT.iter().map(PathBuf::from));
            let roots = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
            rights
                .read
                .extend(roots.iter().filter_map(std::env::var_os).map(PathBuf::from));
            rights.connect.push(DNS);
        }
        match &settings.tls {
            TlsTerms::Off | TlsTerms::SelfSigned => {}
            TlsTerms::Files { certificate, key } => {
                rights.read_beside(certificate);
                rights.read_beside(key);
            }
            TlsTerms::Acme(acme) => {
                if let Some(root) = &acme.root {
                    rights.read_beside(root);
                }
            }
        }
        // Without optimisation the app is read from its folder.
        if cfg!(debug_assertions) {
            let app = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/app");
            rights.read.push(app);
        }
        rights
    }

    /// Allows reading files that may be replaced while the relay runs, such as certificates: their folders, and those
    /// of what they are links to.
    pub fn read_beside(&mut self, file: &Path) {
        let real = file.canonicalize();
        let files = [Some(file), real.as_deref().ok()];
        let folders = files.into_iter().flatten().filter_map(Path::parent);
        // A file without a folder is in this one.
        self.read
            .extend(folders.map(|folder| Path::new(".").join(folder)));
    }
}

/// The relay looks whether it can be reached when its administrators ask.
fn own_ports(settings: &Settings) -> Vec<u16> {
    let turn = settings.turn_listen.map(|listen| listen.port());
    let public_turn = settings.turn_public_address.as_ref();
    let public_turn = public_turn.and_then(|address| address.rsplit_once(':')?.1.parse().ok());
    let public = settings.public_url.as_ref().map(Origin::port);
    let all = [Some(settings.listen.port()), turn, public_turn, public];
    all.into_iter().flatten().collect()
}
