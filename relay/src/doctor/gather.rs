//! Gathers the facts: asks this machine, the router in front of it, and the relay by its own public name. Nobody else.

mod certificate;
mod machine;
mod router;
mod stun;
mod web;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use parley_protocol::Millis;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::facts::{Answer, Dns, Facts, Told};
use super::firewall::Firewall;

/// Time for one question. Longer keeps people waiting for what does not come.
const PATIENCE: Duration = Duration::from_secs(4);

/// From where one looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LookedFrom {
    /// A person at a terminal of the machine: the firewall and the router can be asked as well.
    Terminal,
    /// The running relay, which starts no programs. `reached`: whether somebody came from outside.
    Relay { reached: bool },
}

pub(crate) async fn gather(told: Told, data: &Path, from: LookedFrom, now: Millis) -> Facts {
    let is_terminal = from == LookedFrom::Terminal;
    let local = told.turn_listen.map(here);
    let (dns, router, local_web, local_udp, local_tcp) = tokio::join!(
        dns(&told),
        async {
            if is_terminal {
                router::outside_address().await
            } else {
                None
            }
        },
        async {
            if is_terminal {
                opens(here(told.listen)).await
            } else {
                Answer::Yes
            }
        },
        stun::over_udp(local),
        stun::over_tcp(local),
    );
    let turn = turn(&told).await;
    let addresses = addresses(&told, &dns);
    let (web, udp, tcp) = tokio::join!(
        web::look(&told, &addresses),
        stun::over_udp(turn),
        stun::over_tcp(turn),
    );
    Facts {
        now,
        dns,
        own: machine::addresses(),
        router,
        local_web,
        web,
        local_udp,
        local_tcp,
        udp,
        tcp,
        firewall: if is_terminal {
            machine::firewall()
        } else {
            Firewall::NotAsked
        },
        clock_is_kept: machine::clock_is_kept(),
        disk_free: machine::free(data),
        reached: match from {
            LookedFrom::Terminal => None,
            LookedFrom::Relay { reached } => Some(reached),
        },
        told,
    }
}

/// Where this machine itself reaches a listen address.
fn here(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, listen.port())
}

async fn dns(told: &Told) -> Dns {
    let Some(name) = told.name() else {
        return Dns::NoName;
    };
    let found = resolve(name, told.web_port()).await;
    if found.is_empty() {
        Dns::Unknown
    } else {
        Dns::LeadsTo(found.into_iter().map(|address| address.ip()).collect())
    }
}

async fn resolve(host: &str, port: u16) -> Vec<SocketAddr> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let asked = timeout(PATIENCE, tokio::net::lookup_host((bare, port))).await;
    let mut found: Vec<SocketAddr> = asked
        .ok()
        .and_then(Result::ok)
        .into_iter()
        .flatten()
        .collect();
    found.dedup();
    found
}

/// The addresses of the public origin.
fn addresses(told: &Told, dns: &Dns) -> Vec<SocketAddr> {
    let port = told.web_port();
    match dns {
        Dns::LeadsTo(all) => all.iter().map(|ip| SocketAddr::new(*ip, port)).collect(),
        Dns::Unknown => Vec::new(),
        Dns::NoName => {
            let host = told.origin.as_ref().filter(|origin| !origin.is_loopback());
            let host = host.map(|origin| origin.host().trim_matches(['[', ']']).to_owned());
            let ip = host.and_then(|host| host.parse::<IpAddr>().ok());
            ip.map(|ip| SocketAddr::new(ip, port)).into_iter().collect()
        }
    }
}

/// The public address of TURN, unless it is this machine's own name for itself.
async fn turn(told: &Told) -> Option<SocketAddr> {
    let (host, port) = told.turn()?;
    if crate::config::is_loopback(&host) {
        return None;
    }
    resolve(&host, port).await.into_iter().next()
}

/// Whether something listens there.
async fn opens(address: SocketAddr) -> Answer {
    match timeout(PATIENCE, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Answer::Yes,
        Ok(Err(_)) | Err(_) => Answer::No,
    }
}
