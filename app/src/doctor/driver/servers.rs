//! STUN and TURN servers as the relay names them: by which way each is reached. Pure.

use crate::doctor::store::Matter;

/// A server's URL, taken apart (RFC 7064, RFC 7065).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) url: String,
    pub(super) matter: Matter,
    is_tcp: bool,
    port: u16,
}

impl Server {
    /// `None` for a kind that calls do not use.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once(':')?;
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let is_tcp = query.contains("transport=tcp");
        let (matter, is_tcp, usual) = match scheme {
            "stun" => (Matter::Stun, false, 3478),
            "turns" => (Matter::TurnTls, true, 5349),
            "turn" if is_tcp => (Matter::TurnTcp, true, 3478),
            "turn" => (Matter::TurnUdp, false, 3478),
            _ => return None,
        };
        // The last colon of an IPv6 address without a port stands inside its brackets.
        let port = address.rsplit_once(':').map(|(_, port)| port);
        let port = port.and_then(|port| port.parse().ok()).unwrap_or(usual);
        Some(Self {
            url: url.to_owned(),
            matter,
            is_tcp,
            port,
        })
    }

    /// What a firewall calls it: `UDP port 3478`.
    pub(super) fn way(&self) -> String {
        let protocol = if self.is_tcp { "TCP" } else { "UDP" };
        format!("{protocol} port {}", self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_as_browsers_read_them() {
        let parsed = |url: &str| Server::parse(url).map(|it| (it.matter, it.way()));
        for (url, matter, way) in [
            ("stun:chat.example.org:3478", Matter::Stun, "UDP port 3478"),
            ("stun:chat.example.org", Matter::Stun, "UDP port 3478"),
            (
                "turn:chat.example.org:443?transport=udp",
                Matter::TurnUdp,
                "UDP port 443",
            ),
            (
                "turn:[2001:db8::1]:3478?transport=tcp",
                Matter::TurnTcp,
                "TCP port 3478",
            ),
            ("turn:[2001:db8::1]", Matter::TurnUdp, "UDP port 3478"),
            (
                "turns:chat.example.org:443?transport=tcp",
                Matter::TurnTls,
                "TCP port 443",
            ),
        ] {
            assert_eq!(parsed(url), Some((matter, way.to_owned())), "{url}");
        }
        assert_eq!(parsed("http://chat.example.org"), None);
        assert_eq!(parsed("chat"), None);
    }
}
