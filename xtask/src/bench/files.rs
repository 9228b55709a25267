//! Files: 100 MB up and down through a relay, by three connections as a
//! client has them, beside `curl` with the same bytes at the same relay; what
//! a megabyte costs the relay; its memory while 50 members upload at once; and
//! what a page has of it.

mod in_page;

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::budget::{Limit, Line, Peer, median};
use super::process::Running;
use super::scratch::Scratch;
use super::{Setting, servers};
use crate::steps;

/// 24 blobs of 4 MiB are 100.7 MB.
const BLOBS: usize = 24;
const ROUNDS: usize = 5;
const UPLOADS: usize = 50;
const BUDGET_RATIO: f64 = 0.8;
const BUDGET_UP_MS: f64 = 10.0;
const BUDGET_DOWN_MS: f64 = 3.0;
const BUDGET_RESIDENT_MB: f64 = 64.0;

/// What was measured of one direction.
#[derive(Default)]
struct Rounds {
    own: Vec<f64>,
    curl: Vec<f64>,
    cpu_ms_per_mb: Vec<f64>,
}

/// Alternates the load and curl, several rounds each.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let relay = servers::Relay::start(setting, "files", servers::NO_LIMITS)?;
    let mut load = servers::load(setting, &["relay", &relay.url(), &relay.setup_link()?])?;
    load.ask(&format!("seed {UPLOADS} 1"))?;
    let resident = resident_mb(&relay.running, &mut load)?;

    let scratch = Scratch::new("files-blobs")?;
    let folder = scratch.path().display();
    let blobs = Blobs::of(&load.ask(&format!("blobs {BLOBS} {folder}"))?, &relay.url())?;
    let (mut up, mut down) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        up.add(&relay.running, &mut load, "upload", || blobs.up(&scratch))?;
        down.add(&relay.running, &mut load, "download", || blobs.down())?;
    }
    let mut lines = up.lines("upload", BUDGET_UP_MS)?;
    lines.extend(down.lines("download", BUDGET_DOWN_MS)?);
    lines.push(Line {
        what: format!("relay memory while {UPLOADS} members upload"),
        unit: "MB",
        parley: resident,
        peer: Peer::None,
        limits: vec![Limit::AtMost(BUDGET_RESIDENT_MB)],
    });
    drop(relay);
    lines.extend(in_page::measure(setting)?);
    Ok(lines)
}

/// The most memory that the relay held while all were sending.
fn resident_mb(relay: &Running, load: &mut Running) -> Result<f64> {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let mut most = 0.0_f64;
            while !done.load(Ordering::Relaxed) {
                most = most.max(relay.resident_bytes()?);
                std::thread::sleep(Duration::from_millis(2));
            }
            Ok(most / 1e6)
        });
        let report = load.ask(&format!("upload-together {UPLOADS}"));
        done.store(true, Ordering::Relaxed);
        let most = watching
            .join()
            .map_err(|_| anyhow::anyhow!("nobody watched"))?;
        number(&report?, "uploads")?;
        most
    })
}

/// The same blobs for curl.
struct Blobs {
    url: String,
    token: String,
    hashes: Vec<String>,
}

impl Blobs {
    fn of(described: &Value, url: &str) -> Result<Self> {
        let token = described.get("token").and_then(Value::as_str);
        let hashes = described.get("blobs").and_then(Value::as_array);
        let hashes = hashes.context("the load named no blobs")?.iter();
        Ok(Self {
            url: url.to_owned(),
            token: token.context("the load has no token")?.to_owned(),
            hashes: hashes
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        })
    }

    fn up(&self, scratch: &Scratch) -> Result<()> {
        self.each(|curl, hash| {
            let path = scratch.path().join(hash);
            curl.args(["--header", &format!("Parley-Blob: {hash}")])
                // Otherwise curl waits for leave to send.
                .args(["--header", "Expect:", "--data-binary"])
                .arg(format!("@{}", path.display()))
                .arg(format!("{}/upload", self.url));
        })
    }

    fn down(&self) -> Result<()> {
        self.each(|curl, hash| {
            curl.arg(format!("{}/files/{hash}", self.url));
        })
    }

    /// One program for all, one after another over one connection.
    fn each(&self, add: impl Fn(&mut Command, &str)) -> Result<()> {
        let mut curl = Command::new("curl");
        for (number, hash) in self.hashes.iter().enumerate() {
            if number > 0 {
                curl.arg("--next");
            }
            let authorization = format!("Authorization: Bearer {}", self.token);
            curl.args([
                "--silent",
                "--show-error",
                "--fail",
                "--output",
                "/dev/null",
            ]);
            curl.args(["--header", &authorization]);
            add(&mut curl, hash);
        }
        steps::run(&mut curl)
    }
}

impl Rounds {
    fn add(
        &mut self,
        relay: &Running,
        load: &mut Running,
        command: &str,
        curl: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let before = relay.cpu_seconds()?;
        let report = load.ask(command)?;
        let spent = relay.cpu_seconds()? - before;
        let megabytes = number(&report, "bytes")? / 1e6;
        self.own.push(megabytes / number(&report, "seconds")?);
        self.cpu_ms_per_mb.push(spent * 1e3 / megabytes);
        let started = Instant::now();
        curl()?;
        self.curl.push(megabytes / started.elapsed().as_secs_f64());
        Ok(())
    }

    fn lines(self, way: &str, budget_ms: f64) -> Result<Vec<Line>> {
        let Self {
            own,
            curl,
            cpu_ms_per_mb,
        } = self;
        let median = |values| median(values).context("nothing was measured");
        Ok(vec![
            Line {
                what: format!("{way} of 100 MB, three connections"),
                unit: "MB/s",
                parley: median(own)?,
                peer: Peer::Measured {
                    name: "curl, one connection".into(),
                    value: median(curl)?,
                },
                limits: vec![Limit::RatioAtLeast(BUDGET_RATIO)],
            },
            Line {
                what: format!("{way}, the relay's processor per MB"),
                unit: "ms",
                parley: median(cpu_ms_per_mb)?,
                peer: Peer::None,
                limits: vec![Limit::AtMost(budget_ms)],
            },
        ])
    }
}

fn number(report: &Value, name: &str) -> Result<f64> {
    match report.get(name).and_then(Value::as_f64) {
        Some(value) => Ok(value),
        None => bail!("the load does not say {name}"),
    }
}
