//! Limits on how fast somebody may ask for something, and how the database is written.

use super::Rate;

/// As given.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Given {
    /// Burst of login attempts per address; refills at 10 per minute.
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    login_burst: u32,
    /// Burst of registrations per address; refills at 1 per minute.
    #[arg(long, value_name = "NUMBER", default_value_t = 30)]
    registration_burst: u32,
    /// Burst of unauthenticated sockets per address; refills at 2 per second.
    #[arg(long, value_name = "NUMBER", default_value_t = 200)]
    socket_burst: u32,
    /// Burst of frames per device (messages, keys, call signalling); refills at 20 per second. Raise it for bots
    /// and load tests only.
    #[arg(long, value_name = "NUMBER", default_value_t = 500)]
    frame_burst: u32,
    /// Multiplier for the quotas per member (log entries, messages, to-device messages, prekeys, calls joined). 0
    /// disables them, for bots and load tests.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(super) quota_factor: u32,
    /// Burst of session requests per address (refresh, logout, new device); refills at 2 per second.
    #[arg(long, value_name = "NUMBER", default_value_t = 200)]
    session_burst: u32,
    /// Burst of community log pages per address, read to join or to sign in; refills at 10 per second. Each invite
    /// link has twenty times this.
    #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
    log_burst: u32,
    /// Maximum number of commands per database commit. 1 disables group commit, for comparison in benchmarks.
    #[arg(long, value_name = "NUMBER", default_value_t = 256)]
    commands_per_commit: usize,
}

impl Given {
    pub(super) fn login(&self) -> Rate {
        rate(self.login_burst, 6_000)
    }

    pub(super) fn registration(&self) -> Rate {
        rate(self.registration_burst, 60_000)
    }

    pub(super) fn socket(&self) -> Rate {
        rate(self.socket_burst, 500)
    }

    pub(super) fn frame(&self) -> Rate {
        rate(self.frame_burst, 50)
    }

    pub(super) fn session(&self) -> Rate {
        rate(self.session_burst, 500)
    }

    pub(super) fn log(&self) -> Rate {
        rate(self.log_burst, 100)
    }

    pub(super) fn commands_per_commit(&self) -> usize {
        self.commands_per_commit.max(1)
    }
}

fn rate(burst: u32, interval: u64) -> Rate {
    Rate { burst, interval }
}
