//! A relay in a network of its own without a way to the internet: it asks for nothing outside, and the others of the
//! network find it by its name. Two network namespaces that are joined by a cable are two machines.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::program::{Program, data, folder};

const RELAY: &str = "192.0.2.10";
const OTHER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 11);
const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 251);
/// Port of the relay, for the process that looks for it.
const PORT: &str = "PARLEY_TEST_LAN_PORT";

#[test]
fn without_a_way_to_the_internet_everything_works_and_nothing_is_asked_for() {
    let mut alone = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        alone.arg("--map-root-user");
    }
    let alone = alone
        .arg("--net")
        .arg(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "lan::in_a_network_of_its_own",
            "--nocapture",
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&alone.stdout) + String::from_utf8_lossy(&alone.stderr);
    assert!(
        alone.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

#[test]
#[ignore = "in a network namespace of its own"]
fn in_a_network_of_its_own() {
    let other = Other::join();
    let everywhere = ["--listen=0.0.0.0:0", "--turn-listen=0.0.0.0:0"];
    // Nobody is told about it: not one packet leaves.
    let before = other.packets();
    let folder = folder();
    let relay = Program::start(&data(&folder), &everywhere);
    for path in ["/healthz", "/", "/metrics"] {
        assert_eq!(relay.get(path).0, 200, "{path}");
    }
    relay.stop();
    assert_eq!(other.packets(), before);

    let relay = Program::start(
        &data(&folder),
        &[&everywhere[..], &["--mdns=true"]].concat(),
    );
    let port = relay.address().port();
    assert_eq!(relay.origin(), format!("http://parley.local:{port}"));
    other.looks_for(port);
    relay.stop();
    assert_eq!(no_route(), 0);
    // This is how it would have been noticed.
    assert!(TcpStream::connect("198.51.100.1:443").is_err());
    assert!(no_route() > 0);
}

/// Packets that this network had no way for.
fn no_route() -> u64 {
    let text = fs::read_to_string("/proc/net/snmp").unwrap();
    let mut lines = text.lines().filter(|line| line.starts_with("Ip:"));
    let mut words = || lines.next().unwrap().split_whitespace();
    let place = words().position(|word| word == "OutNoRoutes").unwrap();
    words().nth(place).unwrap().parse().unwrap()
}

/// Another machine of the network.
struct Other(Child);

impl Other {
    fn join() -> Self {
        ip("link set lo up");
        ip("link add relay0 type veth peer name other0");
        let child = Command::new("unshare")
            .args(["--net", "cat"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let other = Self(child);
        let namespace = |id: &str| fs::read_link(format!("/proc/{id}/ns/net")).unwrap();
        while namespace(&other.id()) == namespace("self") {
            std::thread::yield_now();
        }
        ip(&format!("link set other0 netns {}", other.id()));
        // What the system itself says over IPv6 would be counted.
        for (name, run) in [("relay0", None), ("other0", Some(&other))] {
            let quiet = format!("echo 1 > /proc/sys/net/ipv6/conf/{name}/disable_ipv6");
            shell(run, &quiet);
        }
        ip(&format!("addr add {RELAY}/24 dev relay0"));
        ip("link set relay0 up");
        let there = format!(
            "ip link set lo up && ip addr add {OTHER}/24 dev other0 && ip link set other0 up && \
             ip route add 224.0.0.0/4 dev other0"
        );
        shell(Some(&other), &there);
        other
    }

    fn id(&self) -> String {
        self.0.id().to_string()
    }

    /// Packets that came over the cable.
    fn packets(&self) -> u64 {
        let text = shell(Some(self), "cat /proc/net/dev");
        let line = text.lines().find(|line| line.contains("other0:")).unwrap();
        line.split_whitespace().nth(2).unwrap().parse().unwrap()
    }

    fn looks_for(&self, port: u16) {
        let test = std::env::current_exe().unwrap();
        let found = Command::new("nsenter")
            .args(["--target", &self.id(), "--net"])
            .arg(test)
            .args([
                "--ignored",
                "--exact",
                "lan::on_another_machine",
                "--nocapture",
            ])
            .env(PORT, port.to_string())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&found.stdout) + String::from_utf8_lossy(&found.stderr);
        assert!(
            found.status.success() && said.contains("1 passed"),
            "{said}"
        );
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn ip(words: &str) {
    let done = Command::new("ip").args(words.split(' ')).status().unwrap();
    assert!(done.success(), "ip {words}");
}

fn shell(at: Option<&Other>, line: &str) -> String {
    let mut command = match at {
        None => Command::new("sh"),
        Some(other) => {
            let mut command = Command::new("nsenter");
            command.args(["--target", &other.id(), "--net", "sh"]);
            command
        }
    };
    let done = command.args(["-c", line]).output().unwrap();
    assert!(done.status.success(), "{line}: {done:?}");
    String::from_utf8(done.stdout).unwrap()
}

/// Asks as a browser of services does, then opens what it was told.
#[test]
#[ignore = "on the other machine"]
fn on_another_machine() {
    let port: u16 = std::env::var(PORT).unwrap().parse().unwrap();
    let socket = UdpSocket::bind("0.0.0.0:5353").unwrap();
    socket.join_multicast_v4(&GROUP, &OTHER).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(1)))
        .unwrap();
    let pointer = ask(&socket, "_parley._tcp.local", PTR);
    assert_eq!(pointer.text, "parley._parley._tcp.local");
    let service = ask(&socket, &pointer.text, SRV);
    assert_eq!(service.text, "parley.local");
    assert_eq!(service.port, port);
    let address = ask(&socket, "parley.local", A);
    assert_eq!(address.text, RELAY);
    let relay: SocketAddr = format!("{}:{port}", address.text).parse().unwrap();
    let mut stream = TcpStream::connect(relay).unwrap();
    write!(
        stream,
        "GET /healthz HTTP/1.1\r\nHost: parley.local:{port}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

const A: u16 = 1;
const PTR: u16 = 12;
const SRV: u16 = 33;

struct Answer {
    text: String,
    port: u16,
}

/// Asks until somebody answers, as RFC 6762 section 5.2 says.
fn ask(socket: &UdpSocket, name: &str, kind: u16) -> Answer {
    let mut question = vec![0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        question.push(u8::try_from(label.len()).unwrap());
        question.extend(label.bytes());
    }
    question.push(0);
    question.extend(kind.to_be_bytes());
    question.extend(1_u16.to_be_bytes());
    for _ in 0..15 {
        socket.send_to(&question, (GROUP, 5353)).unwrap();
        let mut packet = [0; 9000];
        while let Ok((length, _)) = socket.recv_from(&mut packet) {
            if let Some(found) = answer(&packet[..length], name, kind) {
                return found;
            }
        }
    }
    panic!("nobody answers for {name}");
}

fn answer(packet: &[u8], name: &str, kind: u16) -> Option<Answer> {
    let number = |at: usize| u16::from_be_bytes([packet[at], packet[at + 1]]);
    let is_answer = packet[2] & 0x80 != 0;
    let questions = number(4);
    let records = number(6) + number(8) + number(10);
    let mut at = 12;
    for _ in 0..questions {
        at = name_at(packet, at).1 + 4;
    }
    for _ in 0..records {
        let (owner, after) = name_at(packet, at);
        let data = after + 10;
        let length = usize::from(number(after + 8));
        at = data + length;
        if !is_answer || number(after) != kind || owner != name {
            continue;
        }
        let text = match kind {
            A => Ipv4Addr::new(
                packet[data],
                packet[data + 1],
                packet[data + 2],
                packet[data + 3],
            )
            .to_string(),
            SRV => name_at(packet, data + 6).0,
            _ => name_at(packet, data).0,
        };
        let port = if kind == SRV { number(data + 4) } else { 0 };
        return Some(Answer { text, port });
    }
    None
}

/// A name, which may go on elsewhere in the packet (RFC 1035 section 4.1.4), and where it ends here.
fn name_at(packet: &[u8], start: usize) -> (String, usize) {
    let (mut labels, mut at, mut end) = (Vec::new(), start, None);
    loop {
        let length = usize::from(packet[at]);
        if length & 0xc0 == 0xc0 {
            end.get_or_insert(at + 2);
            at = (length & 0x3f) << 8 | usize::from(packet[at + 1]);
        } else if length == 0 {
            return (labels.join("."), end.unwrap_or(at + 1));
        } else {
            labels.push(String::from_utf8_lossy(&packet[at + 1..=at + length]).into_owned());
            at += length + 1;
        }
    }
}
