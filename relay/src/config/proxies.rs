//! Proxies in front of the relay whose word about a client counts.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// As given.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Given {
    /// Addresses or networks of proxies in front, such as `127.0.0.1,10.0.0.0/8`. From these the client's address is
    /// taken from `X-Forwarded-For`: the right-most one that is not in this list; and whether TLS was used from
    /// `X-Forwarded-Proto` or `Forwarded`. From others these headers mean nothing, since anybody can write them.
    #[arg(long, value_name = "NETWORK", value_delimiter = ',')]
    trusted_proxies: Vec<Network>,
    /// Short for `trusted_proxies` with this machine and all private networks. Behind a proxy without either, all
    /// clients share the limits of one address.
    #[arg(
        long,
        num_args = 0..=1,
        default_missing_value = "true",
        default_value_t = false,
        action = clap::ArgAction::Set
    )]
    behind_proxy: bool,
}

/// A network: all addresses that share its first bits. IPv4 addresses are never mapped to IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

/// The text is no address and no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an address such as 192.0.2.1 or a network such as 10.0.0.0/8")]
pub struct BadNetwork(String);

/// The proxies whose word counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustedProxies(Vec<Network>);

impl Network {
    /// Whether the address is in this network.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                (first.to_bits() ^ address.to_bits()) & mask == 0
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.bits))
                    .unwrap_or(0);
                (first.to_bits() ^ address.to_bits()) & mask == 0
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadNetwork(text.to_owned());
        let (first, bits) = match text.trim().split_once('/') {
            Some((first, bits)) => (first, Some(bits.parse::<u8>().map_err(|_| bad())?)),
            None => (text.trim(), None),
        };
        let first: IpAddr = first.parse().map_err(|_| bad())?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        if bits > most {
            return Err(bad());
        }
        Ok(Self { first, bits })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

impl TrustedProxies {
    pub(super) fn complete(given: &Given) -> Self {
        let mut all = given.trusted_proxies.clone();
        if given.behind_proxy {
            all.extend(near());
        }
        Self(all)
    }

    #[cfg(test)]
    pub(crate) fn of(networks: &[&str]) -> Self {
        Self(networks.iter().map(|text| text.parse().unwrap()).collect())
    }

    /// Whether no proxy is trusted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this address is a trusted proxy's.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// The networks, in the order in which they were given.
    pub fn networks(&self) -> impl Iterator<Item = &Network> {
        self.0.iter()
    }
}

/// This machine, and the networks that no route of the internet leads to: RFC 1918, RFC 6598 (shared), RFC 3927 and
/// RFC 4291 (link-local), RFC 4193 (unique local).
fn near() -> [Network; 9] {
    let v4 = |a, b, bits| Network {
        first: Ipv4Addr::new(a, b, 0, 0).into(),
        bits,
    };
    let v6 = |a, bits| Network {
        first: Ipv6Addr::new(a, 0, 0, 0, 0, 0, 0, 0).into(),
        bits,
    };
    [
        v4(127, 0, 8),
        v4(10, 0, 8),
        v4(172, 16, 12),
        v4(192, 168, 16),
        v4(100, 64, 10),
        v4(169, 254, 16),
        v6(0xfc00, 7),
        v6(0xfe80, 10),
        Network {
            first: Ipv6Addr::LOCALHOST.into(),
            bits: 128,
        },
    ]
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Flags {
        #[command(flatten)]
        given: Given,
    }

    fn proxies(flags: &[&str]) -> TrustedProxies {
        let flags = Flags::try_parse_from([&["x"], flags].concat()).unwrap();
        TrustedProxies::complete(&flags.given)
    }

    fn trusts(all: &TrustedProxies, address: &str) -> bool {
        all.contains(address.parse().unwrap())
    }

    #[test]
    fn a_list_is_what_it_says_and_no_more() {
        let all = proxies(&["--trusted-proxies=192.0.2.7,10.1.0.0/16,2001:db8::/32"]);
        for proxy in [
            "192.0.2.7",
            "10.1.255.1",
            "2001:db8:ffff::1",
            "::ffff:192.0.2.7",
        ] {
            assert!(trusts(&all, proxy), "{proxy}");
        }
        for other in ["192.0.2.8", "10.2.0.1", "2001:db9::1", "127.0.0.1", "::1"] {
            assert!(!trusts(&all, other), "{other}");
        }
        assert!(proxies(&[]).is_empty());
    }

    #[test]
    fn behind_a_proxy_is_this_machine_and_private_networks() {
        let all = proxies(&["--behind-proxy"]);
        for proxy in [
            "127.0.0.1",
            "::1",
            "172.17.0.1",
            "192.168.1.1",
            "fd00::1",
            "fe80::1",
        ] {
            assert!(trusts(&all, proxy), "{proxy}");
        }
        for other in ["192.0.2.1", "172.32.0.1", "2001:db8::1", "11.0.0.1"] {
            assert!(!trusts(&all, other), "{other}");
        }
    }

    #[test]
    fn a_network_of_no_bits_is_everybody() {
        let all = proxies(&["--trusted-proxies=0.0.0.0/0,::/0"]);
        assert!(trusts(&all, "192.0.2.1") && trusts(&all, "2001:db8::1"));
    }

    #[test]
    fn what_is_no_network_is_said() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "proxy",
            "::/129",
            "10.0.0.0/x",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        assert_eq!(
            "10.0.0.0/8".parse::<Network>().unwrap().to_string(),
            "10.0.0.0/8"
        );
    }
}
