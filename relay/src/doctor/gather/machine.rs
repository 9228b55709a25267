//! What this machine says of itself: addresses, firewall, clock, disk. Changes nothing.

use std::net::IpAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::blobs::disk::{Disk as _, SystemDisk};
use crate::doctor::firewall::{Firewall, Tool};

/// Addresses of all interfaces.
pub(super) fn addresses() -> Vec<IpAddr> {
    #[cfg(target_os = "linux")]
    {
        let Ok(interfaces) = nix::ifaddrs::getifaddrs() else {
            return Vec::new();
        };
        let mut found: Vec<IpAddr> = interfaces
            .filter_map(|interface| {
                let address = interface.address?;
                let v4 = address.as_sockaddr_in().map(|it| IpAddr::from(it.ip()));
                v4.or_else(|| address.as_sockaddr_in6().map(|it| IpAddr::from(it.ip())))
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
    #[cfg(not(target_os = "linux"))]
    {
        Vec::new()
    }
}

/// The first of the known tools that is there, and what it prints.
pub(super) fn firewall() -> Firewall {
    for tool in [Tool::Ufw, Tool::Firewalld, Tool::Nft] {
        let (program, arguments) = tool.command();
        // System tools are not always in the path of an ordinary account.
        let path = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]
            .iter()
            .map(|folder| Path::new(folder).join(program))
            .find(|path| path.exists());
        let Some(path) = path else { continue };
        let mut command = Command::new(path);
        command
            .args(arguments)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        let Ok(output) = command.output() else {
            return Firewall::Unreadable(tool);
        };
        if !output.status.success() {
            // Installed and not running: another one may be.
            if tool == Tool::Firewalld {
                continue;
            }
            return Firewall::Unreadable(tool);
        }
        let found = tool.read(&String::from_utf8_lossy(&output.stdout));
        if found != Firewall::Open {
            return found;
        }
    }
    Firewall::Open
}

/// Where systemd or another program for it says so.
pub(super) fn clock_is_kept() -> Option<bool> {
    let kept = [
        "/run/systemd/timesync/synchronized",
        "/run/chrony",
        "/run/ntpd.pid",
        "/run/openntpd.pid",
    ];
    if kept.iter().any(|path| Path::new(path).exists()) {
        return Some(true);
    }
    Path::new("/run/systemd/system").exists().then_some(false)
}

/// Bytes that may still be written to a folder, or where it would be.
pub(super) fn free(folder: &Path) -> Option<u64> {
    let exists = folder.ancestors().find(|folder| folder.is_dir());
    SystemDisk.free(exists.unwrap_or(Path::new("."))).ok()
}
