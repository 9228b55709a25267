//! Programs under measurement: started, watched through the operating system,
//! and ended when dropped. Linux only, like the figures in the table.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::steps;

const PATIENCE: Duration = Duration::from_mins(1);

/// A running program that ends with this value.
pub(super) struct Running {
    child: Child,
    output: Option<BufReader<ChildStdout>>,
}

impl Running {
    /// Starts a program whose standard output is of no interest.
    pub(super) fn silent(command: &mut Command) -> Result<Self> {
        Self::spawn(command.stdout(Stdio::null()).stderr(Stdio::null()))
    }

    /// Starts a program that writes both of its outputs to a file.
    pub(super) fn logging(command: &mut Command, log: &File) -> Result<Self> {
        let copy = || log.try_clone().context("cannot share the log");
        Self::spawn(command.stdin(Stdio::null()).stdout(copy()?).stderr(copy()?))
    }

    /// Starts a program that talks by lines.
    pub(super) fn talking(command: &mut Command) -> Result<Self> {
        Self::spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()))
    }

    fn spawn(command: &mut Command) -> Result<Self> {
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let output = child.stdout.take().map(BufReader::new);
        Ok(Self { child, output })
    }

    /// The next line that the program prints, as JSON. Other lines are skipped.
    pub(super) fn next_json(&mut self) -> Result<Value> {
        loop {
            let line = self.next_line()?;
            if let Ok(value) = serde_json::from_str::<Value>(&line)
                && value.is_object()
            {
                return Ok(value);
            }
        }
    }

    fn next_line(&mut self) -> Result<String> {
        let output = self.output.as_mut().context("the program does not talk")?;
        let mut line = String::new();
        if output.read_line(&mut line).context("cannot read")? == 0 {
            bail!("the program ended without an answer");
        }
        Ok(line.trim_end().to_owned())
    }

    /// Hands the program one line, and waits for its answer.
    pub(super) fn ask(&mut self, line: &str) -> Result<Value> {
        self.tell(line)?;
        self.next_json()
            .with_context(|| format!("no answer to {line}"))
    }

    fn tell(&mut self, line: &str) -> Result<()> {
        let input = self
            .child
            .stdin
            .as_mut()
            .context("the program does not listen")?;
        writeln!(input, "{line}").context("the program does not listen any more")
    }

    /// The number that the system knows the program by.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Seconds of processor time that the program has used so far.
    pub(super) fn cpu_seconds(&self) -> Result<f64> {
        let stat = self.proc_file("stat")?;
        ticks_in(&stat)
            .map(|ticks| ticks / ticks_per_second())
            .context("the system's process table cannot be read")
    }

    /// Bytes of memory that the program holds now.
    pub(super) fn resident_bytes(&self) -> Result<f64> {
        let status = self.proc_file("status")?;
        let kilobytes: f64 = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"))
            .and_then(|number| number.trim().parse().ok())
            .context("the system does not say how much memory is held")?;
        Ok(kilobytes * 1024.0)
    }

    fn proc_file(&self, name: &str) -> Result<String> {
        let path = format!("/proc/{}/{name}", self.child.id());
        fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))
    }

    /// Waits until the program takes connections at this port of the machine.
    pub(super) fn until_listening(&mut self, port: u16) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = self.child.try_wait().context("cannot wait")? {
                bail!("the program ended with {status} before it listened");
            }
            if Instant::now() > deadline {
                bail!("the program does not listen on port {port}");
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Either it is still there and ends now, or it has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A port that is free for TCP and UDP.
pub(super) fn free_port() -> Result<u16> {
    for _ in 0..20 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port is free")?;
        let port = listener.local_addr().context("no port is free")?.port();
        if UdpSocket::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no port is free for both TCP and UDP")
}

/// User and system ticks in `/proc/<id>/stat`: fields 14 and 15. The second
/// field, the program's name, may hold spaces, so counting starts after it.
fn ticks_in(stat: &str) -> Option<f64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

/// 100 on every Linux that is in use, but the system may be asked.
fn ticks_per_second() -> f64 {
    steps::read(Command::new("getconf").arg("CLK_TCK"))
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_found_behind_a_name_with_spaces() {
        let stat = "42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 30 12 0 0 20";
        assert_eq!(ticks_in(stat), Some(42.0));
    }

    #[test]
    fn a_program_is_watched_and_ends_with_its_value() {
        let mut running = Running::talking(&mut Command::new("cat")).unwrap();
        assert_eq!(running.ask("{\"n\":1}").unwrap()["n"], 1);
        assert!(running.resident_bytes().unwrap() > 10_000.0);
        assert!(running.cpu_seconds().unwrap() >= 0.0);
        let folder = format!("/proc/{}", running.child.id());
        drop(running);
        assert!(!std::path::Path::new(&folder).exists());
    }
}
