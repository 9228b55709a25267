//! From where an address can be reached.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// This machine.
    Loopback,
    /// The same cable.
    LinkLocal,
    /// A home or a company (RFC 1918, RFC 4193).
    Private,
    /// A provider's customers, behind its own translation (RFC 6598); overlay networks use it, too.
    CarrierNat,
    /// Everybody.
    Public,
    /// Nobody: unspecified, multicast, reserved.
    None,
}

impl Reach {
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }
}

fn of_v4(address: Ipv4Addr) -> Reach {
    let [first, second, ..] = address.octets();
    if address.is_loopback() {
        Reach::Loopback
    } else if address.is_private() {
        Reach::Private
    } else if address.is_link_local() {
        Reach::LinkLocal
    } else if first == 100 && (64..128).contains(&second) {
        Reach::CarrierNat
    } else if first == 0 || first >= 224 || address.is_documentation() {
        Reach::None
    } else {
        Reach::Public
    }
}

fn of_v6(address: Ipv6Addr) -> Reach {
    let [first, second, ..] = address.segments();
    if address.is_loopback() {
        Reach::Loopback
    } else if first & 0xffc0 == 0xfe80 {
        Reach::LinkLocal
    } else if first & 0xfe00 == 0xfc00 {
        Reach::Private
    } else if first & 0xe000 == 0x2000 && (first, second) != (0x2001, 0xdb8) {
        Reach::Public
    } else {
        Reach::None
    }
}

#[cfg(test)]
mod tests {
    use super::Reach;

    #[test]
    fn addresses_are_told_apart() {
        for (address, reach) in [
            ("127.0.0.1", Reach::Loopback),
            ("::1", Reach::Loopback),
            ("::ffff:127.0.0.1", Reach::Loopback),
            ("10.1.2.3", Reach::Private),
            ("172.31.0.1", Reach::Private),
            ("172.32.0.1", Reach::Public),
            ("192.168.178.20", Reach::Private),
            ("fd00::1", Reach::Private),
            ("169.254.1.1", Reach::LinkLocal),
            ("fe80::1", Reach::LinkLocal),
            ("100.63.255.255", Reach::Public),
            ("100.64.0.1", Reach::CarrierNat),
            ("100.127.255.255", Reach::CarrierNat),
            ("100.128.0.1", Reach::Public),
            ("9.9.9.9", Reach::Public),
            ("::ffff:9.9.9.9", Reach::Public),
            ("2620:fe::fe", Reach::Public),
            ("192.0.2.1", Reach::None),
            ("2001:db8::1", Reach::None),
            ("0.0.0.0", Reach::None),
            ("::", Reach::None),
            ("224.0.0.1", Reach::None),
            ("ff02::1", Reach::None),
        ] {
            assert_eq!(Reach::of(address.parse().unwrap()), reach, "{address}");
        }
    }
}
