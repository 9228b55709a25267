//! The command line: without a subcommand the relay runs; each subcommand is one file. Settings stand before or after
//! it. Exit codes: 0, it went well; 1, it did not; 2, a flag or a setting is invalid.

mod admin;
mod backup;
mod check;
mod doctor;
mod healthcheck;
mod init;
mod openapi;
mod restore;
mod serve;
mod verify;

use std::process::ExitCode;

use clap::{FromArgMatches as _, Parser};

use crate::config::{ConfigError, Settings, Sources, Variables, flags};

/// Exit code for invalid flags and settings: trying again does not help.
const INVALID: u8 = 2;

/// Hosts a Parley community: text, voice and files, end-to-end encrypted. One program, one folder.
///
/// Every setting is a flag, an environment variable, or a key in a TOML file, named like the flag with `_` for `-`.
/// Flags override the environment, and the environment overrides the file.
#[derive(Debug, Parser)]
#[command(name = "parley-relay", version)]
struct Root {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Admin(admin::Args),
    Doctor(doctor::Args),
    Init(init::Args),
    Openapi(openapi::Args),
    Check(check::Args),
    Backup(backup::Args),
    Verify(verify::Args),
    Restore(restore::Args),
    Healthcheck(healthcheck::Args),
}

/// Runs what the arguments of this process say.
pub fn main() -> ExitCode {
    #[cfg(unix)]
    crate::private::set_umask();
    let matches = command().get_matches();
    let root = Root::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let variables: Variables = std::env::vars_os().collect();
    match run(root, Sources::look(&matches, &variables)) {
        Ok(code) => code,
        Err(error) => said(&error),
    }
}

fn run(root: Root, sources: Result<Sources, ConfigError>) -> anyhow::Result<ExitCode> {
    match root.command {
        Some(Command::Admin(args)) => admin::run(&args, &settings(&sources?)?),
        Some(Command::Doctor(args)) => doctor::run(&args, &settings(&sources?)?),
        Some(Command::Init(args)) => init::run(&args, &sources?),
        Some(Command::Check(args)) => check::run(&args, &sources?),
        Some(Command::Backup(args)) => backup::run(&args, &sources?),
        Some(Command::Verify(args)) => verify::run(&args, &sources?),
        Some(Command::Restore(args)) => restore::run(&args, &sources?),
        Some(Command::Healthcheck(_)) => healthcheck::run(&sources?),
        Some(Command::Openapi(args)) => openapi::run(&args),
        None => serve::run(settings(&sources?)?),
    }
}

/// Settings for a subcommand; warnings go to standard error.
fn settings(sources: &Sources) -> Result<Settings, ConfigError> {
    let settings = sources.settings()?;
    for warning in sources.warnings() {
        eprintln!("warning: {warning}");
    }
    Ok(settings)
}

/// Prints an error with its causes.
fn said(error: &anyhow::Error) -> ExitCode {
    match error.downcast_ref::<ConfigError>() {
        Some(ConfigError::Flags(error)) => error.exit(),
        Some(error) => {
            eprintln!("error: {error}");
            ExitCode::from(INVALID)
        }
        None => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a future on a runtime of its own.
fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread();
    { runtime }.enable_all().build()?.block_on(future)
}

/// All flags at the top, and hidden at each subcommand, so that its help shows its own.
fn command() -> clap::Command {
    with_flags(<Root as clap::CommandFactory>::command(), false)
}

fn with_flags(command: clap::Command, is_inner: bool) -> clap::Command {
    let own: Vec<_> = command
        .get_arguments()
        .map(|arg| arg.get_id().clone())
        .collect();
    let more = flags()
        .into_iter()
        .filter(|flag| !own.contains(flag.get_id()))
        .map(|flag| flag.hide(is_inner));
    let command = command.args(more.collect::<Vec<_>>());
    let command = if is_inner {
        command.after_help("Settings are flags here, too: see `parley-relay --help`.")
    } else {
        command
    };
    command.mut_subcommands(|inner| with_flags(inner, true))
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_flag_stands_twice() {
        super::command().debug_assert();
    }
}
