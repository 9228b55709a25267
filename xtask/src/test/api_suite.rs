//! The HTTP endpoints against their description: schemathesis makes requests from `docs/openapi.json` and sends them to a
//! relay that a test of the relay starts.

use anyhow::{Result, bail};

use crate::steps::step;
use crate::test::tally::{self, Tally};
use crate::{args, steps, tools, workspace};

/// Requests for each endpoint and each of four askers: in every run, and in a full one.
const FEW: &str = "8";
const MANY: &str = "400";

pub(super) fn run(options: &args::Test) -> Result<Tally> {
    if !tools::cargo_nextest() {
        bail!("the tests of the endpoints need cargo-nextest");
    }
    let program = step("schemathesis", tools::schemathesis)?;
    step("endpoints", || {
        let words = [
            "nextest",
            "run",
            "--locked",
            "--workspace",
            "--exclude",
            "parley-app",
        ];
        let only = [
            "--run-ignored",
            "only",
            "-E",
            "test(api::fuzz)",
            "--no-capture",
        ];
        let mut command = workspace::cargo();
        command
            .args(words)
            .args(only)
            .env("PARLEY_SCHEMATHESIS", &program)
            .env("PARLEY_API_EXAMPLES", if options.full { MANY } else { FEW });
        if options.full {
            command.env("PARLEY_FULL", "1");
        }
        let heard = steps::listen(&mut command)?;
        let Some(tally) = tally::from_nextest(&heard.lines) else {
            bail!("the tests could not be built or started");
        };
        Ok(tally.believed_only_if(heard.success))
    })
}
