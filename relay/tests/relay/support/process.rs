//! The program itself, as a process of its own, and connections to it from chosen addresses of this machine.

use std::io::{BufRead as _, BufReader, Lines};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdout, Command, Stdio};

use tempfile::TempDir;
use tokio::net::{TcpSocket, TcpStream};

pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) setup_token: String,
    pub(crate) folder: TempDir,
    /// The program says more than is read here, and ends when it cannot.
    _output: Lines<BufReader<ChildStdout>>,
}

impl Process {
    pub(crate) fn start(options: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_parley-relay"))
            .args([
                "--listen=127.0.0.1:0",
                "--turn-listen=off",
                "--log=error",
                "--data",
            ])
            .arg(folder.path())
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut line = || lines.next().unwrap().unwrap();
        let port = line().rsplit(':').next().unwrap().parse().unwrap();
        let setup_token = line().rsplit('#').next().unwrap().to_owned();
        Self {
            child,
            address: (Ipv4Addr::LOCALHOST, port).into(),
            setup_token,
            folder,
            _output: lines,
        }
    }

    /// A connection from one of this machine's own addresses.
    pub(crate) async fn connect(&self, from: [u8; 4]) -> std::io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((IpAddr::from(from), 0).into())?;
        socket.connect(self.address).await
    }

    /// Memory that is really there, in KiB.
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
