//! `cargo xtask`: the developer commands of Parley.
//!
//! This file reads the command line and hands over. What a command does lives
//! in the module named after it; what several need lives in `workspace`,
//! `steps`, `tools` and `app_build`. No product code lives here.

mod app_build;
mod args;
mod bench;
mod check;
mod compress;
mod dist;
mod fingerprint;
mod first_load;
mod layers;
mod relay_build;
mod serve;
mod steps;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    let command = match args::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(problem) => {
            eprintln!("{problem}\n\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    let outcome = match command {
        Command::Help => {
            steps::say(args::USAGE);
            Ok(ExitCode::SUCCESS)
        }
        Command::Serve(options) => serve::run(&options),
        Command::Dist(options) => dist::run(&options),
        Command::Test(options) => Ok(test::run(&options)),
        Command::Check(options) => check::run(&options),
        Command::Bench(options) => bench::run(&options),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("\nerror: {error:#}");
        ExitCode::FAILURE
    })
}
