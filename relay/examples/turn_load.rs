//! The load for measuring a TURN server: voice-shaped flows between clients of
//! that server, through channels. Prints one line of JSON.
//!
//! `turn_load --server HOST:PORT --username U --password P [--flows 400]
//! [--pps 50] [--seconds 10] [--payload 120] [--pid SERVER_PID] [--hold]`
//!
//! Client `i` sends to client `i ^ 1`: every flow goes in through one
//! allocation and out through another. With `--hold`, nothing is sent: the
//! memory of the server's process is read before and after so many clients have
//! their allocations and channels. With `--pid`, the CPU time of that
//! process over the measured seconds is reported too.

use std::io::{self, ErrorKind, Write};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

#[path = "../tests/support/stun.rs"]
#[expect(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "written for tests, which use the rest"
)]
mod stun;

use stun::{Answer, Ask, Login, Stun};

const CHANNEL: u16 = 0x4000;
const WARM_UP: Duration = Duration::from_secs(2);
const DRAIN: Duration = Duration::from_millis(500);

#[derive(Clone)]
struct Options {
    server: SocketAddr,
    username: String,
    password: String,
    flows: u32,
    pps: u32,
    seconds: u32,
    payload: usize,
    pid: Option<u32>,
    hold: bool,
}

fn main() -> io::Result<()> {
    let options = options()?;
    if options.hold {
        return hold(&options);
    }
    let (sockets, logins) = connect(&options)?;
    let start = Instant::now();
    let receiver = {
        let sockets = clone_all(&sockets)?;
        let end = WARM_UP + Duration::from_secs(options.seconds.into()) + DRAIN;
        std::thread::spawn(move || receive(sockets, start, end))
    };
    let (sent, cpu) = send(&options, &sockets, start)?;
    let mut delays = receiver
        .join()
        .map_err(|_| io::Error::other("receiver"))??;
    release(&sockets, &logins)?;
    delays.sort_unstable();

    let delivered = delays.len();
    let micros = |per_mille: usize| {
        let at = delivered.saturating_sub(1) * per_mille / 1000;
        f64::from(delays.get(at).copied().unwrap_or(u32::MAX)) / 1000.0
    };
    let cpu_fields = cpu.map_or(String::new(), |cpu| {
        let each = cpu * 1e6 / f64::from(u32::try_from(delivered).unwrap_or(u32::MAX));
        format!(r#","server_cpu_s":{cpu:.2},"server_cpu_us_per_packet":{each:.3}"#)
    });
    writeln!(
        io::stdout(),
        r#"{{"flows":{},"pps":{},"seconds":{},"payload":{},"sent":{sent},"delivered":{delivered},"p50_us":{:.0},"p99_us":{:.0},"p999_us":{:.0}{cpu_fields}}}"#,
        options.flows,
        options.pps,
        options.seconds,
        options.payload,
        micros(500),
        micros(990),
        micros(999),
    )
}

/// Holds all allocations for a moment, and prints what they cost the server in memory.
fn hold(options: &Options) -> io::Result<()> {
    // What the first ones need once is not theirs.
    let warm = Options {
        flows: 2,
        ..options.clone()
    };
    let (sockets, logins) = connect(&warm)?;
    release(&sockets, &logins)?;
    let before = resident_bytes(options.pid)?;
    let (sockets, logins) = connect(options)?;
    let after = resident_bytes(options.pid)?;
    release(&sockets, &logins)?;
    writeln!(
        io::stdout(),
        r#"{{"allocations":{},"before_bytes":{before},"after_bytes":{after}}}"#,
        options.flows
    )
}

fn resident_bytes(pid: Option<u32>) -> io::Result<u64> {
    const PAGE: u64 = 4096;
    let pid = pid.ok_or_else(|| io::Error::other("--pid?"))?;
    let pages = std::fs::read_to_string(format!("/proc/{pid}/statm"))?;
    let resident = pages
        .split(' ')
        .nth(1)
        .and_then(|it| it.parse::<u64>().ok());
    resident
        .map(|pages| pages * PAGE)
        .ok_or_else(|| io::Error::other("/proc has no such figure"))
}

/// Allocates for every client, then binds each to its partner.
fn connect(options: &Options) -> io::Result<(Vec<UdpSocket>, Vec<Login>)> {
    let mut clients = Vec::new();
    for _ in 0..options.flows {
        let socket = UdpSocket::bind(("127.0.0.1", 0))?;
        socket.set_read_timeout(Some(Duration::from_secs(5)))?;
        socket.connect(options.server)?;
        let mut login = Login::new(&options.username, &options.password);
        let allocate = Ask::Allocate { lifetime: None };
        let challenge = exchange(&socket, allocate, 1, None)?;
        login.realm = challenge.realm.unwrap_or_default();
        login.nonce = challenge.nonce.unwrap_or_default();
        let made = exchange(&socket, allocate, 2, Some(&login))?;
        let relayed = made.relayed.ok_or_else(|| refused(&made))?;
        clients.push((socket, login, relayed));
    }
    for (at, (socket, login, _)) in clients.iter().enumerate() {
        let (_, _, peer) = &clients[at ^ 1];
        let bind = Ask::Bind {
            channel: CHANNEL,
            peer: *peer,
        };
        let bound = exchange(socket, bind, 3, Some(login))?;
        if bound.error.is_some() {
            return Err(refused(&bound));
        }
    }
    Ok(clients
        .into_iter()
        .map(|(socket, login, _)| (socket, login))
        .unzip())
}

/// Gives the allocations back: the next run may get the same ports from the system.
fn release(sockets: &[UdpSocket], logins: &[Login]) -> io::Result<()> {
    let end = Ask::Refresh { lifetime: 0 };
    for (socket, login) in sockets.iter().zip(logins) {
        socket.send(&end.encode(4, Some(login)))?;
    }
    Ok(())
}

fn exchange(
    socket: &UdpSocket,
    ask: Ask<'_>,
    transaction: u64,
    login: Option<&Login>,
) -> io::Result<Stun> {
    socket.send(&ask.encode(transaction, login))?;
    let mut packet = [0; 2048];
    let length = socket.recv(&mut packet)?;
    Ok(Answer::parse(&packet[..length], login).stun())
}

fn refused(answer: &Stun) -> io::Error {
    io::Error::other(format!("the server refused: {answer:?}"))
}

/// Sends on schedule; returns how many packets, and the server's CPU seconds,
/// counted while measuring.
fn send(
    options: &Options,
    sockets: &[UdpSocket],
    start: Instant,
) -> io::Result<(u64, Option<f64>)> {
    let mut packet = stun::channel_data(CHANNEL, &vec![0; options.payload]);
    let gap = Duration::from_secs(1) / (options.flows * options.pps);
    let measured = Duration::from_secs(options.seconds.into());
    let mut cpu_before = None;
    let mut turn: u32 = 0;
    let mut sent = 0;
    loop {
        let due = gap * turn;
        if due >= WARM_UP + measured {
            break;
        }
        if let Some(wait) = due.checked_sub(start.elapsed()) {
            std::thread::sleep(wait);
        }
        if due >= WARM_UP && cpu_before.is_none() {
            cpu_before = Some(cpu_seconds(options.pid));
        }
        let now = start.elapsed();
        packet[4..12].copy_from_slice(&nanos(now).to_be_bytes());
        packet[12] = u8::from(due >= WARM_UP);
        match sockets[(turn % options.flows) as usize].send(&packet) {
            Ok(_) => sent += u64::from(due >= WARM_UP),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        turn += 1;
    }
    let after = cpu_seconds(options.pid);
    let cpu = after.zip(cpu_before.flatten());
    Ok((sent, cpu.map(|(after, before)| after - before)))
}

/// Collects the delay, in nanoseconds, of every packet sent while measuring.
fn receive(sockets: Vec<UdpSocket>, start: Instant, end: Duration) -> io::Result<Vec<u32>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for socket in sockets {
            let socket = tokio::net::UdpSocket::from_std(socket)?;
            tasks.spawn(async move {
                let mut delays = Vec::new();
                let mut packet = [0; 2048];
                let deadline = tokio::time::Instant::from_std(start + end);
                while let Ok(received) =
                    tokio::time::timeout_at(deadline, socket.recv(&mut packet)).await
                {
                    let now = nanos(start.elapsed());
                    let Ok(13..) = received else { continue };
                    if packet[12] == 1 {
                        let sent = packet[4..12].try_into().map_or(0, u64::from_be_bytes);
                        delays.push(u32::try_from(now - sent).unwrap_or(u32::MAX));
                    }
                }
                delays
            });
        }
        Ok(tasks.join_all().await.concat())
    })
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn clone_all(sockets: &[UdpSocket]) -> io::Result<Vec<UdpSocket>> {
    let clone = |socket: &UdpSocket| {
        socket.set_nonblocking(true)?;
        socket.try_clone()
    };
    sockets.iter().map(clone).collect()
}

/// User and system time of a process, from `/proc`.
fn cpu_seconds(pid: Option<u32>) -> Option<f64> {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid?)).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS_PER_SECOND)
}

fn options() -> io::Result<Options> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = args.iter().position(|arg| arg == name)?;
        args.get(at + 1).cloned()
    };
    let needed = |name: &str| value(name).ok_or_else(|| io::Error::other(format!("{name}?")));
    let number = |name: &str, default: u32| {
        value(name).map_or(Ok(default), |text| text.parse().map_err(io::Error::other))
    };
    Ok(Options {
        server: needed("--server")?.parse().map_err(io::Error::other)?,
        username: needed("--username")?,
        password: needed("--password")?,
        flows: number("--flows", 400)?.next_multiple_of(2),
        pps: number("--pps", 50)?,
        seconds: number("--seconds", 10)?,
        payload: number("--payload", 120)?.max(16) as usize,
        pid: number("--pid", 0).map(|pid| (pid > 0).then_some(pid))?,
        hold: args.iter().any(|arg| arg == "--hold"),
    })
}
