//! The networks that an address belongs to, smallest first. Limits count by all of them, because whoever controls
//! one address often controls its neighbours.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Network {
    first: IpAddr,
    reach: Reach,
}

/// The size of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Reach {
    /// An IPv4 address or an IPv6 /64.
    Household,
    /// An IPv6 /56: what a provider assigns to one customer, 256 households' worth.
    Customer,
    /// An IPv4 /24 or an IPv6 /48: a company, or a rented range.
    Site,
}

impl Network {
    /// The multiple of a household's limit that this network gets.
    pub(crate) fn share(&self) -> u32 {
        match self.reach {
            Reach::Household => 1,
            Reach::Customer => 2,
            Reach::Site => 4,
        }
    }
}

/// All networks of an address, household first, widest last.
pub(crate) fn networks(address: IpAddr) -> impl Iterator<Item = Network> + Clone {
    let household = Network {
        first: household(address),
        reach: Reach::Household,
    };
    let (customer, site) = match household.first {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            (None, Ipv4Addr::new(a, b, c, 0).into())
        }
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            let net = |d| IpAddr::from(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0));
            (Some(net(d & 0xff00)), net(0))
        }
    };
    let wider = |first, reach| Network { first, reach };
    [
        Some(household),
        customer.map(|first| wider(first, Reach::Customer)),
        Some(wider(site, Reach::Site)),
    ]
    .into_iter()
    .flatten()
}

/// The widest network of an address.
pub(crate) fn site(address: IpAddr) -> Network {
    let household = Network {
        first: address,
        reach: Reach::Household,
    };
    networks(address).last().unwrap_or(household)
}

/// The widest network of an address as text, such as `192.0.2.0/24`: where somebody is, as roughly as it is kept.
pub(crate) fn site_text(address: IpAddr) -> String {
    let Network { first, .. } = site(address);
    let bits = if first.is_ipv4() { 24 } else { 48 };
    format!("{first}/{bits}")
}

/// The address that stands for a household: for IPv6, the /64 prefix.
pub(crate) fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(String, u32)> {
        networks(text.parse().unwrap())
            .map(|network| (network.first.to_string(), network.share()))
            .collect()
    }

    #[test]
    fn an_address_belongs_to_wider_and_wider_networks() {
        let found = of("2001:db8:1:2fe:3::4");
        let wanted = [
            ("2001:db8:1:2fe::".to_owned(), 1),
            ("2001:db8:1:200::".to_owned(), 2),
            ("2001:db8:1::".to_owned(), 4),
        ];
        assert_eq!(found, wanted);
        let wanted = [("192.0.2.7".to_owned(), 1), ("192.0.2.0".to_owned(), 4)];
        assert_eq!(of("192.0.2.7"), wanted);
        assert_eq!(of("::ffff:192.0.2.7"), wanted);
    }

    #[test]
    fn a_place_is_told_roughly() {
        let text = |address: &str| site_text(address.parse().unwrap());
        assert_eq!(text("192.0.2.7"), "192.0.2.0/24");
        assert_eq!(text("2001:db8:1:2fe:3::4"), "2001:db8:1::/48");
        assert_eq!(text("::ffff:192.0.2.7"), "192.0.2.0/24");
    }

    #[test]
    fn a_network_of_one_reach_is_none_of_another() {
        let all: std::collections::BTreeSet<_> = networks("2001:db8::".parse().unwrap()).collect();
        assert_eq!(all.len(), 3);
    }
}
