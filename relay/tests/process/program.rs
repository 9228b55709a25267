//! The real program in a folder of its own: started, asked, stopped, killed.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// How long something may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A command of the program under test; nothing of the environment speaks to it.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parley-relay"));
    command.env_clear().args(args).stdin(Stdio::null());
    command
}

/// Runs a subcommand to its end.
pub(crate) fn run(args: &[&str]) -> Output {
    command(args).output().unwrap()
}

/// Arguments of a relay on a free port and without TURN, unless others are given.
pub(crate) fn arguments(data: &Path, args: &[&str]) -> Vec<String> {
    let mut all = vec![format!("--data={}", data.display())];
    for (name, usual) in [
        ("--listen", "--listen=127.0.0.1:0"),
        ("--turn-listen", "--turn-listen=off"),
    ] {
        if !args.iter().any(|arg| arg.starts_with(name)) {
            all.push(usual.to_owned());
        }
    }
    all.extend(args.iter().map(ToString::to_string));
    all
}

/// A relay that runs. Dropped, it is killed.
pub(crate) struct Program {
    child: Child,
    origin: String,
    lines: Receiver<String>,
    logged: Option<JoinHandle<String>>,
}

/// How a relay ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// All of standard error.
    pub(crate) logged: String,
}

/// A folder for the data of a relay.
pub(crate) fn folder() -> TempDir {
    TempDir::new().unwrap()
}

/// The data folder in it.
pub(crate) fn data(folder: &TempDir) -> PathBuf {
    folder.path().join("data")
}

impl Program {
    /// Starts a relay on a free port, without TURN, and waits until it says where it is.
    pub(crate) fn start(data: &Path, args: &[&str]) -> Self {
        match Self::try_start(data, args) {
            Ok(program) => program,
            Err(ended) => panic!("{}: {}", ended.status, ended.logged),
        }
    }

    /// The same, for a relay that may refuse.
    pub(crate) fn try_start(data: &Path, args: &[&str]) -> Result<Self, Ended> {
        let all = arguments(data, args);
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        Self::spawn(command(&all))
    }

    /// Starts what the command says, and waits until the relay says where it is.
    pub(crate) fn spawn(mut command: Command) -> Result<Self, Ended> {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = child.stderr.take().unwrap();
        let logged = std::thread::spawn(move || {
            let mut all = Vec::new();
            errors.read_to_end(&mut all).unwrap();
            String::from_utf8_lossy(&all).into_owned()
        });
        let out = BufReader::new(child.stdout.take().unwrap());
        let (said, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = said.send(line);
            }
        });
        let Ok(first) = lines.recv() else {
            return Err(Ended {
                status: child.wait().unwrap(),
                logged: logged.join().unwrap(),
            });
        };
        let origin = first.strip_prefix("Parley is at ").unwrap().to_owned();
        Ok(Self {
            child,
            origin,
            lines,
            logged: Some(logged),
        })
    }

    /// What people open.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Where it listens, if the origin has a port of this machine.
    pub(crate) fn address(&self) -> SocketAddr {
        let port = self.origin.rsplit(':').next().unwrap().parse().unwrap();
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    /// The next line that it prints.
    pub(crate) fn next_line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap()
    }

    /// The token with which the community is created.
    pub(crate) fn setup_token(&self) -> String {
        let line = self.next_line();
        line.rsplit_once('#').unwrap().1.to_owned()
    }

    /// Process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Status and body of a plain request.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        get(self.address(), path)
    }

    /// Asks it to end, and waits.
    pub(crate) fn stop(mut self) -> Ended {
        self.signal(Signal::TERM);
        self.ended()
    }

    /// Ends it at once, as a power cut would.
    pub(crate) fn kill(mut self) -> Ended {
        self.signal(Signal::KILL);
        self.ended()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    /// Waits until it ends by itself.
    pub(crate) fn ended(&mut self) -> Ended {
        Ended {
            status: self.child.wait().unwrap(),
            logged: self.logged.take().unwrap().join().unwrap(),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Status and body of a plain request to an address.
pub(crate) fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}
