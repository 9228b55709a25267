//! What the firewall of this machine lets in, read from what its own tool prints, and the command that opens a port.

use super::port::Protocol;

/// The firewall that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Firewall {
    /// Not looked for.
    NotAsked,
    /// None that lets less in.
    Open,
    /// Its rules are for root alone.
    Unreadable(Tool),
    /// It lets these in.
    Lets(Tool, Vec<Opening>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    Ufw,
    Firewalld,
    Nft,
}

/// Ports that are open. Without a protocol, both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opening {
    pub(crate) protocol: Option<Protocol>,
    pub(crate) first: u16,
    pub(crate) last: u16,
}

impl Tool {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ufw => "ufw",
            Self::Firewalld => "firewalld",
            Self::Nft => "nftables",
        }
    }

    /// What prints the rules.
    pub(crate) const fn command(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Ufw => ("ufw", &["status"]),
            Self::Firewalld => ("firewall-cmd", &["--list-all"]),
            Self::Nft => ("nft", &["list", "ruleset"]),
        }
    }

    /// The command that opens a port.
    pub(crate) fn opens(self, protocol: Protocol, port: u16) -> String {
        let protocol = protocol.as_str();
        match self {
            Self::Ufw => format!("sudo ufw allow {port}/{protocol}"),
            Self::Firewalld => format!(
                "sudo firewall-cmd --permanent --add-port={port}/{protocol} && sudo firewall-cmd --reload"
            ),
            Self::Nft => {
                format!("sudo nft insert rule inet filter input {protocol} dport {port} accept")
            }
        }
    }

    /// Reads what the tool printed.
    pub(crate) fn read(self, text: &str) -> Firewall {
        match self {
            Self::Ufw => ufw(text),
            Self::Firewalld => firewalld(text),
            Self::Nft => nft(text),
        }
    }
}

impl Opening {
    fn parse(text: &str) -> Option<Self> {
        let (ports, protocol) = match text.split_once('/') {
            Some((ports, "tcp")) => (ports, Some(Protocol::Tcp)),
            Some((ports, "udp")) => (ports, Some(Protocol::Udp)),
            Some(_) => return None,
            None => (text, None),
        };
        Self::range(ports, protocol)
    }

    fn range(ports: &str, protocol: Option<Protocol>) -> Option<Self> {
        let (first, last) = ports.split_once([':', '-']).unwrap_or((ports, ports));
        Some(Self {
            protocol,
            first: port(first)?,
            last: port(last)?,
        })
    }

    pub(crate) fn lets(self, protocol: Protocol, port: u16) -> bool {
        self.protocol.is_none_or(|own| own == protocol) && (self.first..=self.last).contains(&port)
    }
}

/// A port, or one of the names that rules have for those that matter here.
fn port(text: &str) -> Option<u16> {
    match text {
        "https" => Some(443),
        "http" => Some(80),
        "stun" | "turn" => Some(3478),
        _ => text.parse().ok(),
    }
}

/// `443/tcp   ALLOW   Anywhere`, after `Status: active`.
fn ufw(text: &str) -> Firewall {
    if !text.contains("Status: active") {
        return Firewall::Open;
    }
    let allowed = text.lines().filter(|line| line.contains("ALLOW"));
    let first = allowed.filter_map(|line| line.split_whitespace().next());
    let ports = first.flat_map(|rule| {
        let (ports, protocol) = rule.split_once('/').unwrap_or((rule, ""));
        let of = |port: &str| match protocol {
            "" => Opening::parse(port),
            _ => Opening::parse(&format!("{port}/{protocol}")),
        };
        ports.split(',').filter_map(of).collect::<Vec<_>>()
    });
    Firewall::Lets(Tool::Ufw, ports.collect())
}

/// `services: ssh https` and `ports: 443/tcp 3478/udp`.
fn firewalld(text: &str) -> Firewall {
    let mut openings = Vec::new();
    for line in text.lines() {
        let Some((what, listed)) = line.trim().split_once(':') else {
            continue;
        };
        let listed = listed.split_whitespace();
        match what {
            "ports" => openings.extend(listed.filter_map(Opening::parse)),
            "services" => openings.extend(listed.filter_map(service)),
            "target" if listed.clone().any(|target| target == "ACCEPT") => return Firewall::Open,
            _ => {}
        }
    }
    Firewall::Lets(Tool::Firewalld, openings)
}

fn service(name: &str) -> Option<Opening> {
    let protocol = match name {
        "https" | "http" => Some(Protocol::Tcp),
        _ => None,
    };
    Opening::range(name, protocol)
}

/// A chain at the hook `input` whose policy is `drop`, or that ends in one, and what it accepts by port.
fn nft(text: &str) -> Firewall {
    let mut openings = Vec::new();
    let mut closes = false;
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("chain ") {
            inside = false;
        }
        if line.contains("hook input") {
            inside = true;
            closes |= line.contains("policy drop") || line.contains("policy reject");
        }
        if !inside {
            continue;
        }
        closes |= matches!(line, "drop" | "reject") || line.starts_with("reject with");
        if line.contains("accept")
            && let Some(found) = accepted(line)
        {
            openings.extend(found);
        }
    }
    if closes {
        Firewall::Lets(Tool::Nft, openings)
    } else {
        Firewall::Open
    }
}

/// `tcp dport { 80, 443 } accept`, `udp dport 3478 counter accept`, `th dport 5000-6000 accept`.
fn accepted(line: &str) -> Option<Vec<Opening>> {
    let (before, after) = line.split_once(" dport ")?;
    let protocol = match before.split_whitespace().next_back()? {
        "tcp" => Some(Protocol::Tcp),
        "udp" => Some(Protocol::Udp),
        _ => None,
    };
    let listed = match after.strip_prefix('{') {
        Some(set) => set.split('}').next()?,
        None => after.split_whitespace().next()?,
    };
    let ports = listed.split(',').map(str::trim);
    Some(
        ports
            .filter_map(|ports| Opening::range(ports, protocol))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lets(firewall: &Firewall, protocol: Protocol, port: u16) -> bool {
        match firewall {
            Firewall::Lets(_, openings) => openings.iter().any(|it| it.lets(protocol, port)),
            Firewall::Open => true,
            Firewall::NotAsked | Firewall::Unreadable(_) => false,
        }
    }

    #[test]
    fn ufw_says_what_it_allows() {
        assert_eq!(ufw("Status: inactive\n"), Firewall::Open);
        let found = ufw(
            "Status: active\n\nTo                         Action      From\n--                         ------      ----\n22/tcp                     ALLOW       Anywhere\n80,443/tcp                 ALLOW       Anywhere\n3478                       ALLOW       Anywhere\n5000:5010/udp              ALLOW       Anywhere\n8080/tcp                   DENY        Anywhere\n443/tcp (v6)               ALLOW       Anywhere (v6)\n",
        );
        assert!(lets(&found, Protocol::Tcp, 443) && lets(&found, Protocol::Tcp, 80));
        assert!(lets(&found, Protocol::Udp, 3478) && lets(&found, Protocol::Tcp, 3478));
        assert!(lets(&found, Protocol::Udp, 5004));
        assert!(!lets(&found, Protocol::Udp, 443) && !lets(&found, Protocol::Tcp, 8080));
    }

    #[test]
    fn firewalld_says_ports_and_services() {
        let found = firewalld(
            "public (active)\n  target: default\n  interfaces: eth0\n  services: dhcpv6-client https ssh\n  ports: 3478/udp 3478/tcp 6000-6010/tcp\n",
        );
        assert!(lets(&found, Protocol::Tcp, 443) && !lets(&found, Protocol::Udp, 443));
        assert!(lets(&found, Protocol::Udp, 3478) && lets(&found, Protocol::Tcp, 6005));
        assert!(!lets(&found, Protocol::Tcp, 80));
        assert_eq!(firewalld("trusted\n  target: ACCEPT\n"), Firewall::Open);
    }

    #[test]
    fn nftables_is_read_where_it_closes() {
        assert_eq!(nft(""), Firewall::Open);
        let open = "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n\t}\n}\n";
        assert_eq!(nft(open), Firewall::Open);
        let closed = "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tct state established,related accept\n\t\ttcp dport { 22, 443 } accept\n\t\tudp dport 3478 counter packets 0 bytes 0 accept\n\t}\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t\ttcp dport 80 accept\n\t}\n}\n";
        let found = nft(closed);
        assert!(lets(&found, Protocol::Tcp, 443) && lets(&found, Protocol::Udp, 3478));
        assert!(!lets(&found, Protocol::Tcp, 3478) && !lets(&found, Protocol::Tcp, 80));
        let ended = "chain input {\n type filter hook input priority 0; policy accept;\n tcp dport https accept\n reject with icmpx type port-unreachable\n}";
        let found = nft(ended);
        assert!(lets(&found, Protocol::Tcp, 443) && !lets(&found, Protocol::Tcp, 80));
    }

    #[test]
    fn a_port_is_opened_by_the_tools_own_command() {
        assert_eq!(
            Tool::Ufw.opens(Protocol::Udp, 3478),
            "sudo ufw allow 3478/udp"
        );
        assert!(
            Tool::Firewalld
                .opens(Protocol::Tcp, 443)
                .contains("--add-port=443/tcp")
        );
        assert!(
            Tool::Nft
                .opens(Protocol::Tcp, 443)
                .contains("tcp dport 443 accept")
        );
    }
}
