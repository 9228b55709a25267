//! Asks the router at home by which address it is known outside (NAT-PMP, RFC 6886 section 3.2). Many answer; those that
//! do not leave the question open.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::timeout;

/// The port at which routers are asked.
const PORT: u16 = 5351;
const PATIENCE: Duration = Duration::from_millis(700);

pub(super) async fn outside_address() -> Option<IpAddr> {
    let table = std::fs::read_to_string("/proc/net/route").ok()?;
    let router = default_gateway(&table)?;
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await.ok()?;
    socket.connect((router, PORT)).await.ok()?;
    socket.send(&[0, 0]).await.ok()?;
    let mut bytes = [0; 64];
    let length = timeout(PATIENCE, socket.recv(&mut bytes))
        .await
        .ok()?
        .ok()?;
    read(bytes.get(..length)?)
}

/// The gateway of the route to everywhere: columns are interface, destination and gateway, in hexadecimal, the last byte
/// first.
fn default_gateway(routes: &str) -> Option<Ipv4Addr> {
    routes.lines().skip(1).find_map(|line| {
        let mut columns = line.split_whitespace().skip(1);
        let (destination, gateway) = (columns.next()?, columns.next()?);
        let gateway = u32::from_str_radix(gateway, 16).ok()?;
        (destination == "00000000" && gateway != 0).then(|| Ipv4Addr::from(gateway.swap_bytes()))
    })
}

/// Version 0, answer to question 0, result 0, time, address.
fn read(answer: &[u8]) -> Option<IpAddr> {
    let address: [u8; 4] = answer.get(8..12)?.try_into().ok()?;
    let address = Ipv4Addr::from(address);
    (answer.starts_with(&[0, 128, 0, 0]) && !address.is_unspecified()).then_some(address.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_route_to_everywhere_has_the_gateway() {
        let routes = "Iface\tDestination\tGateway \tFlags\nwlan0\t0002A8C0\t00000000\t0001\nwlan0\t00000000\t0102A8C0\t0003\n";
        assert_eq!(default_gateway(routes), Some([192, 168, 2, 1].into()));
        assert_eq!(default_gateway("Iface\tDestination\n"), None);
    }

    #[test]
    fn a_router_says_its_address() {
        let answer = [0, 128, 0, 0, 0, 0, 0, 9, 100, 64, 0, 7];
        assert_eq!(read(&answer), Some(IpAddr::from([100, 64, 0, 7])));
        assert_eq!(read(&[0, 128, 0, 2, 0, 0, 0, 9, 9, 9, 9, 9]), None);
        assert_eq!(read(&answer[..11]), None);
        assert_eq!(read(&[0, 128, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0]), None);
    }
}
