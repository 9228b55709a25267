//! `parley-relay openapi`: prints the description of all HTTP endpoints.

use std::io::Write as _;
use std::process::ExitCode;

use crate::http::DESCRIPTION;

/// Prints the description of all HTTP endpoints (OpenAPI 3.1), which the relay also has at /openapi.json.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_args: &Args) -> anyhow::Result<ExitCode> {
    std::io::stdout().lock().write_all(DESCRIPTION.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
