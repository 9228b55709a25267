//! Certificates of the relay's own authority: for the public host, and for every name and address that this machine
//! has in its networks. Made anew when these change, and long before they end.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parley_protocol::Millis;
use tokio::time::{MissedTickBehavior, interval};

use super::authority::{Authority, AuthorityError, LEAF_LASTS};
use super::current::Current;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Origin;

/// How often the machine is asked for its addresses: one call to the system. A laptop that changes its network is
/// reachable within this time.
const LOOK: Duration = Duration::from_secs(30);

/// Under this name the relay may be found in its network, beside the machine's own.
const IN_THE_NETWORK: &str = "parley.local";

/// The authority, what is shown, and the work that keeps it good.
pub(super) type Started<F> = (Arc<Authority>, Arc<Current>, F);

/// Opens the authority, or makes it, and signs a first certificate.
pub(super) fn start(
    folder: &Path,
    origin: Option<&Origin>,
) -> Result<Started<impl Future<Output = ()> + use<>>, AuthorityError> {
    let host = origin.map(|origin| bare(origin.host()).to_owned());
    let own: Vec<String> = machine_name().into_iter().collect();
    let now = SystemClock.now();
    let authority = Arc::new(Authority::open(folder, host.as_deref(), &own, now)?);
    let mut leaf = Leaf {
        hosts: hosts(host.as_deref()),
        made: now,
    };
    let current = Current::new(authority.sign(&leaf.hosts, now)?);

    let (signs, shown) = (Arc::clone(&authority), Arc::clone(&current));
    let renewing = async move {
        let mut clock = interval(LOOK);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            clock.tick().await;
            let now = SystemClock.now();
            let hosts = hosts(host.as_deref());
            if !leaf.is_to_be_renewed(&hosts, now) {
                continue;
            }
            match signs.sign(&hosts, now) {
                Ok(signed) => {
                    shown.replace(signed);
                    leaf = Leaf { hosts, made: now };
                    tracing::info!("the certificate was renewed");
                }
                Err(error) => tracing::warn!(%error, "the certificate could not be renewed"),
            }
        }
    };
    Ok((authority, current, renewing))
}

/// For whom the present certificate is, and when it was made.
struct Leaf {
    hosts: Vec<String>,
    made: Millis,
}

impl Leaf {
    /// After a third of its time, so that a machine that sleeps for weeks wakes with a good one. A clock that was
    /// set back counts, too.
    fn is_to_be_renewed(&self, hosts: &[String], now: Millis) -> bool {
        let third = Millis::try_from(LEAF_LASTS.as_millis() / 3).unwrap_or(Millis::MAX);
        let age = now.checked_sub(self.made);
        self.hosts != hosts || age.is_none_or(|age| age > third)
    }
}

/// Names and addresses at which this machine is reached, the public one first.
pub(super) fn hosts(public: Option<&str>) -> Vec<String> {
    let mut all: Vec<String> = public.map(str::to_owned).into_iter().collect();
    if let Some(name) = machine_name() {
        all.push(format!("{name}.local"));
        all.push(name);
    }
    all.extend([IN_THE_NETWORK, "localhost", "127.0.0.1", "::1"].map(str::to_owned));
    all.extend(addresses());
    all.sort();
    all.dedup();
    if let Some(public) = public
        && let Some(place) = all.iter().position(|host| host == public)
    {
        all.swap(0, place);
    }
    all
}

fn machine_name() -> Option<String> {
    #[cfg(unix)]
    let name = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .to_ascii_lowercase();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").ok()?.to_ascii_lowercase();
    let first = name.split('.').next().unwrap_or_default();
    let is_name = (1..=63).contains(&first.len())
        && first != "localhost"
        && first
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_name.then(|| first.to_owned())
}

/// Addresses of this machine's interfaces.
#[cfg(target_os = "linux")]
fn addresses() -> Vec<String> {
    use std::net::IpAddr;
    let Ok(all) = nix::ifaddrs::getifaddrs() else {
        return Vec::new();
    };
    all.filter_map(|interface| {
        let address = interface.address?;
        let v4 = address.as_sockaddr_in().map(|it| IpAddr::V4(it.ip()));
        let v6 = address.as_sockaddr_in6().map(|it| IpAddr::V6(it.ip()));
        Some(v4.or(v6)?.to_string())
    })
    .collect()
}

#[cfg(not(target_os = "linux"))]
fn addresses() -> Vec<String> {
    Vec::new()
}

/// An IPv6 address without the brackets of a URL.
pub(super) fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_machine_is_in_the_certificate() {
        let all = hosts(Some("chat.example.org"));
        assert_eq!(all[0], "chat.example.org");
        for host in ["parley.local", "localhost", "127.0.0.1", "::1"] {
            assert_eq!(all.iter().filter(|it| *it == host).count(), 1, "{host}");
        }
    }

    #[test]
    fn it_is_renewed_for_a_new_address_and_long_before_its_end() {
        let day = 24 * 60 * 60 * 1000;
        let leaf = Leaf {
            hosts: vec!["a".to_owned()],
            made: 100 * day,
        };
        let due = |hosts: &[&str], now: Millis| {
            let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
            leaf.is_to_be_renewed(&hosts, now)
        };
        assert!(!due(&["a"], 100 * day) && !due(&["a"], 130 * day));
        assert!(due(&["a"], 131 * day));
        assert!(due(&["a", "b"], 100 * day));
        assert!(due(&["a"], 99 * day), "the clock was set back");
    }
}
