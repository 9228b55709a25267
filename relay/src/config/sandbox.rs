//! Settings of what the relay denies itself.

use serde::Deserialize;

/// As given by one source.
#[derive(Debug, Default, clap::Args, Deserialize)]
#[serde(default)]
pub(super) struct Given {
    /// Whether the relay denies itself everything it does not need: other files (Landlock), other programs and the
    /// rarer system calls (seccomp), TCP connections that no setting asks for. `auto` takes what the kernel has, `on`
    /// refuses to start without all of it. [default: auto]
    #[arg(long, env = "PARLEY_SANDBOX", value_name = "MODE")]
    sandbox: Option<SandboxMode>,
}

/// How much of the sandbox must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SandboxMode {
    /// What the kernel has.
    #[default]
    Auto,
    /// All of it, or the relay does not start.
    On,
    /// None.
    Off,
}

/// The finished setting.
pub(super) fn complete(first: Given, second: Given) -> SandboxMode {
    first.sandbox.or(second.sandbox).unwrap_or_default()
}
