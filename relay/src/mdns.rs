//! The relay's announcement in the local network: `parley.local`, and a service that browsers of services list. It
//! tells the name, the port and the address of the app, and nothing of the community.

use std::net::{IpAddr, SocketAddr};

use mdns_sd::{DaemonEvent, IfKind, ServiceDaemon, ServiceInfo};

/// Type of the service (RFC 6763 section 7).
const SERVICE: &str = "_parley._tcp.local.";

/// Announced until it is stopped.
pub(crate) struct Announced {
    daemon: ServiceDaemon,
    name: String,
}

/// Why it is not announced.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MdnsError {
    /// Multicast cannot be used.
    #[error("cannot announce the relay in the local network: {0}")]
    Failed(#[from] mdns_sd::Error),
    /// Nobody could connect.
    #[error(
        "mdns is on, but the relay listens on {0}, which only this machine reaches; set listen to 0.0.0.0:8080 or tls"
    )]
    Loopback(SocketAddr),
}

/// Announces `<name>.local` at the addresses on which the relay listens.
///
/// # Errors
/// [`MdnsError`] if nobody could connect, or multicast cannot be used.
pub(crate) fn announce(
    name: &str,
    listen: SocketAddr,
    origin: &str,
) -> Result<Announced, MdnsError> {
    let ip = listen.ip();
    if ip.is_loopback() {
        return Err(MdnsError::Loopback(listen));
    }
    let daemon = ServiceDaemon::new()?;
    // No other machine is there.
    daemon.disable_interface(vec![IfKind::LoopbackV4, IfKind::LoopbackV6])?;
    let is_v4_only = ip.is_ipv4();
    if is_v4_only {
        daemon.disable_interface(IfKind::IPv6)?;
    }
    let host = format!("{name}.local.");
    let properties = [("url", origin)];
    let info = if ip.is_unspecified() {
        let none: &[IpAddr] = &[];
        ServiceInfo::new(SERVICE, name, &host, none, listen.port(), &properties[..])?
            .enable_addr_auto()
    } else {
        ServiceInfo::new(SERVICE, name, &host, ip, listen.port(), &properties[..])?
    };
    let name = info.get_fullname().to_owned();
    watch(&daemon)?;
    daemon.register(info)?;
    Ok(Announced { daemon, name })
}

impl Announced {
    /// Says goodbye, so that nobody is sent here any more.
    pub(crate) fn stop(&self) {
        let Ok(gone) = self.daemon.unregister(&self.name) else {
            return;
        };
        let _ = gone.recv_timeout(std::time::Duration::from_millis(500));
        let _ = self.daemon.shutdown();
    }
}

/// Says when another machine has the name already: then this one has another, which links do not know.
fn watch(daemon: &ServiceDaemon) -> Result<(), MdnsError> {
    let events = daemon.monitor()?;
    let watching = std::thread::Builder::new().name("mdns-watch".to_owned());
    let watching = watching.spawn(move || {
        while let Ok(event) = events.recv() {
            if let DaemonEvent::NameChange(change) = event {
                tracing::warn!(
                    taken = %change.original, now = %change.new_name,
                    "another machine in this network has the name; set mdns_name"
                );
            }
        }
    });
    if let Err(error) = watching {
        tracing::debug!(%error, "names in the local network are not watched");
    }
    Ok(())
}
