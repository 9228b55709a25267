//! Ports, as firewalls and people write them.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Tcp,
    Udp,
}

impl Protocol {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

/// "TCP 443", one a line.
pub(crate) fn lines(ports: &[(Protocol, u16)]) -> String {
    let line = |(protocol, port): &(Protocol, u16)| {
        format!("{} {port}", protocol.as_str().to_ascii_uppercase())
    };
    ports.iter().map(line).collect::<Vec<_>>().join("\n")
}
