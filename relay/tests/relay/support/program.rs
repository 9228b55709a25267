//! Other projects' programs, run beside a relay: in a folder of their own, on free ports, ended with the test.

use std::env;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// The program's path. `None` where it is not installed; in continuous integration it has to be.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let chosen = env::var_os(format!("PARLEY_{}", name.to_uppercase())).map(PathBuf::from);
    let paths = env::var_os("PATH").unwrap_or_default();
    let found = chosen.or_else(|| {
        env::split_paths(&paths)
            .chain(["/usr/sbin".into()])
            .map(|folder| folder.join(name))
            .find(|path| path.is_file())
    });
    if found.is_none() {
        assert!(env::var_os("CI").is_none(), "{name} is not installed");
        eprintln!("{name} is not installed: not checked");
    }
    found
}

pub(crate) struct Program {
    child: Child,
    pub(crate) folder: TempDir,
}

impl Program {
    /// Starts it, and waits until it listens. What it says is kept in `output` in its folder.
    pub(crate) async fn start(mut command: Command, folder: TempDir, port: u16) -> Self {
        let output = fs::File::create(folder.path().join("output")).unwrap();
        command
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output);
        let child = command.spawn().unwrap();
        let mut program = Self { child, folder };
        let listening = async {
            while TcpStream::connect(at(port)).await.is_err() {
                assert!(
                    program.child.try_wait().unwrap().is_none(),
                    "{}",
                    program.output()
                );
                sleep(Duration::from_millis(20)).await;
            }
        };
        let listening = timeout(Duration::from_secs(30), listening).await;
        assert!(listening.is_ok(), "{}", program.output());
        program
    }

    pub(crate) fn output(&self) -> String {
        fs::read_to_string(self.folder.path().join("output")).unwrap_or_default()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn at(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind(at(0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// An authority that a test made, and a certificate of it for some names: `ca.pem`, `cert.pem` and `key.pem`.
pub(crate) fn certificate(folder: &Path, names: &[&str]) {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let authority = authority.self_signed(&authority_key).unwrap();
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(names).unwrap();
    let leaf = leaf.signed_by(&key, &authority, &authority_key).unwrap();
    fs::write(folder.join("ca.pem"), authority.pem()).unwrap();
    fs::write(folder.join("cert.pem"), leaf.pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
}
