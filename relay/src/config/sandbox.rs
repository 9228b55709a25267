//! Settings of what the relay denies itself.

/// As given.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Given {
    /// Whether the relay denies itself everything it does not need: other files (Landlock), other programs and the
    /// rarer system calls (seccomp), TCP connections that no setting asks for. `auto` takes what the kernel has, `on`
    /// refuses to start without all of it.
    #[arg(long, value_name = "MODE", value_enum, default_value_t)]
    pub(super) sandbox: SandboxMode,
}

/// How much of the sandbox must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum SandboxMode {
    /// What the kernel has.
    #[default]
    Auto,
    /// All of it, or the relay does not start.
    On,
    /// None.
    Off,
}
