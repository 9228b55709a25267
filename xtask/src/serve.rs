//! `cargo xtask serve`: from a fresh clone to a running relay. What the relay
//! says, the address and the set-up link among it, the relay says itself.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::steps;
use crate::{args, relay_build, workspace};

/// Builds everything, then becomes the relay.
pub(crate) fn run(options: &args::Serve) -> Result<ExitCode> {
    let program = relay_build::relay_with_app(relay_build::QUICKLY)?;
    let mut relay = Command::new(program);
    relay.current_dir(workspace::root());
    if !options.relay.iter().any(|word| is_data_option(word)) {
        relay.args(["--data", ".parley"]);
    }
    relay.args(&options.relay);
    steps::say("--> run the relay (Ctrl-C stops it)\n");
    become_program(&mut relay)
}

fn is_data_option(word: &str) -> bool {
    word == "--data" || word.starts_with("--data=")
}

/// Replaces this process, so that Ctrl-C and every other signal reach the
/// relay itself.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).map_err(|error| anyhow::anyhow!("cannot start the relay: {error}"))
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<ExitCode> {
    steps::run(command).map(|()| ExitCode::SUCCESS)
}
