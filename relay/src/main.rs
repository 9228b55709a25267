//! The relay program. What it does stands in `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    parley_relay::cli::main()
}
