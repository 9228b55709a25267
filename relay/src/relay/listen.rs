//! The TCP port: where it is, what to do if it is not to be had, and under which address people reach it by default.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::config::Origin;

/// Listens. `[::]` stands for all addresses; on a system without IPv6 for those of IPv4.
pub(super) async fn bind(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = match TcpListener::bind(address).await {
        Err(error) if is_without_ipv6(address, &error) => {
            TcpListener::bind((Ipv4Addr::UNSPECIFIED, address.port())).await?
        }
        other => other?,
    };
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn is_without_ipv6(address: SocketAddr, error: &io::Error) -> bool {
    let is_taken = matches!(
        error.kind(),
        io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied
    );
    address.is_ipv6() && address.ip().is_unspecified() && !is_taken
}

/// What to do if the system refuses a port.
pub(super) fn listen_hint(address: &SocketAddr, error: &io::Error) -> &'static str {
    let kind = error.kind();
    if kind == io::ErrorKind::PermissionDenied && address.port() < 1024 {
        ". Ports below 1024 are the system administrator's: give the program the capability \
         CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE; else: \
         setcap cap_net_bind_service=+ep parley-relay), or choose another port with `listen`"
    } else if kind == io::ErrorKind::AddrInUse {
        ". Another program has this port: stop it, or choose another port with `listen`. \
         `ss -ltnp` shows which it is"
    } else if kind == io::ErrorKind::AddrNotAvailable {
        ". This machine has no such address: 0.0.0.0 stands for all that it has"
    } else {
        ""
    }
}

/// The default is `localhost`, which browsers allow to use a microphone even without TLS.
pub(super) fn default_origin(address: SocketAddr, is_tls: bool) -> Origin {
    let of = if is_tls { Origin::https } else { Origin::http };
    let ip = address.ip();
    match ip {
        _ if ip.is_unspecified() || ip == IpAddr::V4(Ipv4Addr::LOCALHOST) => {
            of("localhost", address.port())
        }
        IpAddr::V4(ip) => of(&ip.to_string(), address.port()),
        IpAddr::V6(ip) => of(&format!("[{ip}]"), address.port()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_by_default_is_what_a_browser_can_open() {
        let origin = |address: &str, tls| default_origin(address.parse().unwrap(), tls).to_string();
        assert_eq!(origin("127.0.0.1:8080", false), "http://localhost:8080");
        assert_eq!(origin("[::]:443", true), "https://localhost");
        assert_eq!(origin("192.168.1.5:8443", true), "https://192.168.1.5:8443");
    }

    #[test]
    fn a_refused_port_comes_with_what_to_do() {
        let hint = |port, kind: io::ErrorKind| {
            listen_hint(&(Ipv4Addr::UNSPECIFIED, port).into(), &kind.into())
        };
        let denied = io::ErrorKind::PermissionDenied;
        assert!(hint(443, denied).contains("CAP_NET_BIND_SERVICE"));
        assert!(hint(8443, denied).is_empty());
        assert!(hint(443, io::ErrorKind::AddrInUse).contains("Another program"));
    }
}
