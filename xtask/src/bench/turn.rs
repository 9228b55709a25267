//! TURN in the shape of voice: 400 flows of 50 small packets a second, all
//! between clients of the server, beside coturn.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::budget::{Limit, Line, Peer, median};
use super::process::{Running, free_port};
use super::scratch::Scratch;
use super::{Setting, servers};
use crate::relay_build::FOR_HOSTS;
use crate::{steps, workspace};

/// The delay is noisy: one run alone gave 0.7 and 1.3 of coturn's in the same hour.
const ROUNDS: usize = 5;
const SECONDS: u32 = 8;
const BUDGET_CPU: f64 = 0.40;
const BUDGET_P99: f64 = 1.0;
/// Clients with an allocation and a channel each, for the memory.
const HELD: u32 = 2_000;
const BUDGET_MEMORY: f64 = 0.5;
/// Below this share of what was sent, the figures say nothing.
const DELIVERED: f64 = 0.99;

/// What one server did over all rounds.
#[derive(Default)]
struct Rounds {
    cpu_us_per_packet: Vec<f64>,
    p99_us: Vec<f64>,
}

/// Alternates the two servers, several rounds each.
pub(super) fn measure(_setting: &Setting) -> Result<Vec<Line>> {
    let words = [
        "build",
        "--locked",
        "--profile",
        FOR_HOSTS,
        "--quiet",
        "--package",
        "parley-relay",
    ];
    steps::run(workspace::cargo().args(words).args([
        "--example",
        "turn_only",
        "--example",
        "turn_load",
    ]))?;
    let address = format!("127.0.0.1:{}", free_port()?);
    let mut server = Running::talking(example("turn_only").arg(&address))?;
    let login = server.next_json()?;
    let (username, password) = (word(&login, "username")?, word(&login, "password")?);

    let scratch = Scratch::new("coturn")?;
    let coturn = servers::coturn(&scratch)?;
    let (mut parley, mut peer) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        parley.add(&address, username, password, server.id())?;
        if let Some((coturn, port)) = &coturn {
            let address = format!("127.0.0.1:{port}");
            peer.add(&address, "bench", "bench", coturn.id())?;
        }
    }

    let compare = |what: &str, of: fn(&Rounds) -> &Vec<f64>, budget: f64| -> Result<Line> {
        Ok(Line {
            what: what.to_owned(),
            unit: "us",
            parley: median(of(&parley).clone()).context("nothing was measured")?,
            peer: match median(of(&peer).clone()) {
                None => Peer::Missing("apt-get install coturn".into()),
                Some(value) => Peer::Measured {
                    name: "coturn".into(),
                    value,
                },
            },
            limits: vec![Limit::RatioAtMost(budget)],
        })
    };
    let held = memory(&address, username, password, server.id())?;
    let held_by_peer = match &coturn {
        None => Peer::Missing("apt-get install coturn".into()),
        Some((coturn, port)) => Peer::Measured {
            name: "coturn".into(),
            value: memory(&format!("127.0.0.1:{port}"), "bench", "bench", coturn.id())?,
        },
    };
    Ok(vec![
        Line {
            what: format!("TURN, {HELD} allocations"),
            unit: "MB",
            parley: held,
            peer: held_by_peer,
            limits: vec![Limit::RatioAtMost(BUDGET_MEMORY)],
        },
        compare(
            "TURN, voice shape, processor per packet",
            |rounds| &rounds.cpu_us_per_packet,
            BUDGET_CPU,
        )?,
        compare(
            "TURN, voice shape, delay of 99 of 100",
            |rounds| &rounds.p99_us,
            BUDGET_P99,
        )?,
    ])
}

impl Rounds {
    fn add(&mut self, server: &str, username: &str, password: &str, id: u32) -> Result<()> {
        let text = steps::read(
            example("turn_load")
                .args(["--server", server, "--username", username])
                .args(["--password", password, "--flows", "400", "--pps", "50"])
                .args(["--seconds", &SECONDS.to_string(), "--pid", &id.to_string()]),
        )?;
        let report: Value = serde_json::from_str(&text).context("the load gave no JSON")?;
        let number = |name: &str| {
            report
                .get(name)
                .and_then(Value::as_f64)
                .with_context(|| format!("the load does not say {name}"))
        };
        let (sent, delivered) = (number("sent")?, number("delivered")?);
        if delivered < sent * DELIVERED {
            bail!("only {delivered} of {sent} packets arrived through {server}");
        }
        self.cpu_us_per_packet
            .push(number("server_cpu_us_per_packet")?);
        self.p99_us.push(number("p99_us")?);
        Ok(())
    }
}

/// What the allocations cost the server, in millions of bytes: all that it holds then, because what it took at its
/// start is for them, too.
fn memory(server: &str, username: &str, password: &str, id: u32) -> Result<f64> {
    let text = steps::read(
        example("turn_load")
            .args(["--server", server, "--username", username])
            .args(["--password", password, "--flows", &HELD.to_string()])
            .args(["--hold", "--pid", &id.to_string()]),
    )?;
    let report: Value = serde_json::from_str(&text).context("the load gave no JSON")?;
    let bytes = report.get("after_bytes").and_then(Value::as_f64);
    Ok(bytes.context("the load does not say how much there is")? / 1e6)
}

fn example(name: &str) -> std::process::Command {
    let program = workspace::target()
        .join(FOR_HOSTS)
        .join("examples")
        .join(name);
    std::process::Command::new(program)
}

fn word<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    value
        .get(name)
        .and_then(Value::as_str)
        .with_context(|| format!("the server does not say its {name}"))
}
