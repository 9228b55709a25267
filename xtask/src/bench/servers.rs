//! The servers under measurement: a relay, and the peers, each on ports and
//! data of its own. Peers that are not installed are `None`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Setting;
use super::process::{Running, free_port};
use super::scratch::Scratch;
use crate::{steps, tools};

const PATIENCE: Duration = Duration::from_secs(20);

const WS: &str = "ws@8.23.0";
const WS_FOLDER: &str = "peer-ws-8.23.0";
const WS_SCRIPT: &str = include_str!("servers/ws.mjs");

const SYNAPSE: &str = "matrix-synapse==1.163.2";
const SYNAPSE_FOLDER: &str = "peer-synapse-1.163.2";
const SYNAPSE_CONFIG: &str = include_str!("servers/synapse.yaml");

/// What to type for peers that package registries have.
pub(super) const INSTALL_PEERS: &str = "cargo xtask bench --install-peers";

/// For a relay whose clients all come from this machine at once.
pub(super) const NO_LIMITS: &[&str] = &[
    "--login-burst=1000000",
    "--registration-burst=1000000",
    "--socket-burst=1000000",
    "--session-burst=1000000",
    "--frame-burst=1000000",
    "--quota-factor=0",
    "--connections-per-address=1000000",
];

/// For a relay that gives every command a transaction of its own.
pub(super) const ONE_BY_ONE: &[&str] = &["--commands-per-commit=1"];

/// A relay of one measurement.
pub(super) struct Relay {
    pub running: Running,
    pub port: u16,
    scheme: &'static str,
    program: PathBuf,
    options: Vec<String>,
    scratch: Scratch,
}

impl Relay {
    /// Starts a relay with an empty data folder.
    pub(super) fn start(setting: &Setting, name: &str, options: &[&str]) -> Result<Self> {
        Self::start_as("http", setting, name, options)
    }

    /// The same over TLS, with a certificate authority of its own.
    pub(super) fn start_with_tls(setting: &Setting, name: &str, options: &[&str]) -> Result<Self> {
        let options = [&["--tls=self-signed"], options].concat();
        Self::start_as("https", setting, name, &options)
    }

    fn start_as(
        scheme: &'static str,
        setting: &Setting,
        name: &str,
        options: &[&str],
    ) -> Result<Self> {
        let scratch = Scratch::new(name)?;
        let port = free_port()?;
        let mut all = vec![
            format!("--listen=127.0.0.1:{port}"),
            format!("--turn-listen=127.0.0.1:{}", free_port()?),
            format!("--public-url={scheme}://localhost:{port}"),
            format!("--data={}", scratch.path().join("data").display()),
        ];
        all.extend(options.iter().map(|option| (*option).to_owned()));
        let running = spawn_relay(&setting.relay, &all, scratch.path(), port)?;
        Ok(Self {
            running,
            port,
            scheme,
            program: setting.relay.clone(),
            options: all,
            scratch,
        })
    }

    /// The same relay again, with the data it has.
    pub(super) fn restart(self) -> Result<Self> {
        let Self {
            running,
            port,
            scheme,
            program,
            options,
            scratch,
        } = self;
        drop(running);
        let running = spawn_relay(&program, &options, scratch.path(), port)?;
        Ok(Self {
            running,
            port,
            scheme,
            program,
            options,
            scratch,
        })
    }

    pub(super) fn url(&self) -> String {
        format!("{}://localhost:{}", self.scheme, self.port)
    }

    /// The certificate of its authority.
    pub(super) fn authority(&self) -> PathBuf {
        self.data().join("tls").join("authority.pem")
    }

    /// The folder with its data.
    pub(super) fn data(&self) -> PathBuf {
        self.scratch.path().join("data")
    }

    /// The link that a first start prints.
    pub(super) fn setup_link(&self) -> Result<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let log = fs::read_to_string(self.scratch.path().join("log")).unwrap_or_default();
            if let Some(link) = log.split_whitespace().find(|word| is_setup_link(word)) {
                return Ok(link.to_owned());
            }
            if Instant::now() > deadline {
                bail!("the relay printed no set-up link");
            }
            sleep(Duration::from_millis(20));
        }
    }
}

fn is_setup_link(word: &str) -> bool {
    word.starts_with("http") && word.contains("/setup")
}

fn spawn_relay(program: &Path, options: &[String], folder: &Path, port: u16) -> Result<Running> {
    let log = File::create(folder.join("log")).context("cannot make the relay's log")?;
    let mut running = Running::logging(many_files(program).args(options), &log)?;
    running.until_listening(port)?;
    Ok(running)
}

/// A plain WebSocket server of npm's `ws`, that sends each message to all.
pub(super) fn ws(setting: &Setting) -> Result<Option<(Running, u16)>> {
    let installed = tools::folder()?.join(WS_FOLDER).is_dir();
    if !installed && !setting.install_peers {
        return Ok(None);
    }
    let folder = tools::npm_folder(WS_FOLDER, &[WS])?;
    let script = folder.join("server.mjs");
    fs::write(&script, WS_SCRIPT).context("cannot write the peer's script")?;
    let port = free_port()?;
    let node = tools::node()?;
    let mut running = Running::silent(
        many_files(Path::new(node.get_program()))
            .arg(&script)
            .arg(port.to_string())
            .current_dir(&folder),
    )?;
    running.until_listening(port)?;
    Ok(Some((running, port)))
}

/// Synapse on its smallest database, without limits for its users.
pub(super) fn synapse(setting: &Setting, scratch: &Scratch) -> Result<Option<(Running, u16)>> {
    let folder = tools::folder()?.join(SYNAPSE_FOLDER);
    let python = folder.join("venv").join("bin").join("python");
    if !folder.join("installed").is_file() {
        if !setting.install_peers {
            return Ok(None);
        }
        fs::create_dir_all(&folder).context("cannot make a folder for Synapse")?;
        steps::run(
            Command::new("python3")
                .args(["-m", "venv"])
                .arg(folder.join("venv")),
        )?;
        steps::run(Command::new(&python).args(["-m", "pip", "install", "--quiet", SYNAPSE]))?;
        fs::write(folder.join("installed"), SYNAPSE).context("cannot note the installation")?;
    }
    let port = free_port()?;
    let config = scratch.path().join("homeserver.yaml");
    let text = SYNAPSE_CONFIG
        .replace("{port}", &port.to_string())
        .replace("{folder}", &scratch.path().to_string_lossy());
    fs::write(&config, text).context("cannot write Synapse's settings")?;
    let module = ["-m", "synapse.app.homeserver", "-c"];
    steps::run(
        Command::new(&python)
            .args(module)
            .arg(&config)
            .arg("--generate-keys")
            .current_dir(scratch.path()),
    )?;
    let mut running = Running::silent(
        many_files(&python)
            .args(module)
            .arg(&config)
            .current_dir(scratch.path()),
    )?;
    running.until_listening(port)?;
    Ok(Some((running, port)))
}

/// Coturn for clients of this machine, with one fixed user.
pub(super) fn coturn(scratch: &Scratch) -> Result<Option<(Running, u16)>> {
    let Some(program) = tools::on_path("turnserver") else {
        return Ok(None);
    };
    let port = free_port()?;
    let mut running = Running::silent(
        many_files(&program)
            .args([
                "-n",
                "--no-cli",
                "--cli-password=bench",
                "--no-tls",
                "--no-dtls",
            ])
            .args(["--lt-cred-mech", "--user=bench:bench", "--realm=bench"])
            .args(["--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1"])
            .args([
                "--allow-loopback-peers",
                "--log-file=/dev/null",
                "--simple-log",
            ])
            .arg(format!("--listening-port={port}"))
            .arg(format!(
                "--pidfile={}",
                scratch.path().join("pid").display()
            ))
            .arg(format!(
                "--userdb={}",
                scratch.path().join("users").display()
            )),
    )?;
    running.until_listening(port)?;
    Ok(Some((running, port)))
}

/// The load, talking by lines.
pub(super) fn load(setting: &Setting, words: &[&str]) -> Result<Running> {
    Running::talking(many_files(&setting.load).args(words))
}

/// The load that speaks TLS with a relay of this authority.
pub(super) fn load_trusting(
    setting: &Setting,
    authority: &Path,
    words: &[&str],
) -> Result<Running> {
    let mut command = many_files(&setting.load);
    Running::talking(command.env("PARLEY_LOAD_AUTHORITY", authority).args(words))
}

/// A program that may open as many files as the system lets it: every
/// connection is one.
fn many_files(program: &Path) -> Command {
    if !cfg!(unix) {
        return Command::new(program);
    }
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n $(ulimit -Hn); exec \"$0\" \"$@\""]);
    command.arg(program);
    command
}
