//! What the relay denies itself: files outside of its folders (Landlock), TCP connections that no setting asks for
//! (Landlock), other programs and rare system calls (seccomp). Entered once, before the first thread: Landlock binds the
//! thread that asks for it and those that it starts. Nothing can undo it.
//!
//! | kernel | has |
//! |---|---|
//! | 5.13 | files |
//! | 6.7 | connections |
//! | 6.12 | signals to other programs |

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod files;
mod rights;

use std::fmt;

pub use crate::config::SandboxMode;
pub use rights::Rights;

/// The sandbox cannot be entered as the settings ask.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The kernel lacks a part.
    #[error(
        "sandbox = on, but this kernel does not have all of it ({0}); use a newer one, or sandbox = auto"
    )]
    Missing(Report),
    /// The kernel has it and refuses.
    #[error("the sandbox cannot be entered: {0}")]
    Failed(String),
}

/// What is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Only the folders of the settings can be read and written.
    pub files: bool,
    /// Only the TCP ports of the settings can be connected to.
    pub connections: bool,
    /// No program can be executed, and no rare system call be made.
    pub calls: bool,
}

impl Report {
    /// Whether nothing is missing.
    pub fn is_all(self) -> bool {
        self.files && self.connections && self.calls
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |on: bool| if on { "yes" } else { "no" };
        write!(
            f,
            "files: {}, connections: {}, system calls: {}",
            word(self.files),
            word(self.connections),
            word(self.calls)
        )
    }
}

/// Enters the sandbox. Only what this thread does from now on is bound by it, and threads that it starts.
///
/// # Errors
/// [`SandboxError`] if a part fails, or with [`SandboxMode::On`] is missing.
pub fn enter(mode: SandboxMode, rights: &Rights) -> Result<Report, SandboxError> {
    if mode == SandboxMode::Off {
        return Ok(Report::default());
    }
    match enter_all(rights) {
        Ok(report) if mode == SandboxMode::On && !report.is_all() => {
            Err(SandboxError::Missing(report))
        }
        Ok(report) => Ok(report),
        Err(error) if mode == SandboxMode::On => Err(error),
        // A relay that does not start is worse than one without a sandbox.
        Err(error) => {
            tracing::warn!("{error}");
            Ok(Report::default())
        }
    }
}

#[cfg(target_os = "linux")]
fn enter_all(rights: &Rights) -> Result<Report, SandboxError> {
    let (files, connections) = files::enter(rights)?;
    Ok(Report {
        files,
        connections,
        calls: calls::enter()?,
    })
}

#[cfg(not(target_os = "linux"))]
fn enter_all(_: &Rights) -> Result<Report, SandboxError> {
    Ok(Report::default())
}
