//! `parley-relay healthcheck`: asks the relay of this machine whether it is ready, for containers and scripts that have
//! nothing else to ask with.

mod any_certificate;

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio_rustls::rustls::{ClientConnection, StreamOwned};

use crate::config::{Origin, Settings, Sources};

/// Below the five seconds that a container engine waits.
const PATIENCE: Duration = Duration::from_secs(3);
/// Bytes of an answer that are read; that of a relay has less.
const LONGEST: u64 = 4096;

/// Asks the relay that runs here with these settings whether it is ready. Ends with 0 if it is, with 1 if not.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(sources: &Sources) -> anyhow::Result<ExitCode> {
    let settings = super::settings(sources)?;
    let address = address(settings.listen)?;
    let mut answer = plain(address)?;
    // A relay that speaks TLS sends whoever speaks plain HTTP there.
    if matches!(answer.status, 300..400) {
        answer = over_tls(address, &settings)?;
    }
    if answer.status != 200 {
        bail!("the relay is not ready: {}", answer.body.trim());
    }
    writeln!(io::stdout().lock(), "ready")?;
    Ok(ExitCode::SUCCESS)
}

/// Where a relay that listens there is asked from the same machine.
fn address(listen: SocketAddr) -> anyhow::Result<SocketAddr> {
    if listen.port() == 0 {
        bail!("`listen` names no port, so nobody knows where the relay is");
    }
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    Ok(SocketAddr::new(ip, listen.port()))
}

struct Answer {
    status: u16,
    body: String,
}

fn plain(address: SocketAddr) -> anyhow::Result<Answer> {
    ask(&mut connect(address)?, address)
}

fn over_tls(address: SocketAddr, settings: &Settings) -> anyhow::Result<Answer> {
    let host = settings.public_url.as_ref().map(Origin::host);
    let name = host.unwrap_or("localhost").trim_matches(['[', ']']);
    let name = name
        .to_owned()
        .try_into()
        .context("the public URL has no host")?;
    let config = Arc::new(any_certificate::client()?);
    let connection = ClientConnection::new(config, name).context("cannot speak TLS")?;
    let mut stream = StreamOwned::new(connection, connect(address)?);
    ask(&mut stream, address).context("the relay has no TLS yet")
}

fn connect(address: SocketAddr) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)
        .with_context(|| format!("no relay listens at {address}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn ask(stream: &mut (impl Read + Write), address: SocketAddr) -> anyhow::Result<Answer> {
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    match stream.take(LONGEST).read_to_end(&mut answer) {
        // The end of a TLS stream without a good-bye: what was said still counts.
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof || answer.is_empty() => {
            return Err(error).context("the relay does not answer");
        }
        Ok(_) | Err(_) => {}
    }
    read(&String::from_utf8_lossy(&answer)).context("what listens there is no relay")
}

fn read(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let (version, rest) = head.split_once(' ')?;
    Some(Answer {
        status: rest
            .get(..3)?
            .parse()
            .ok()
            .filter(|_| version.starts_with("HTTP/1."))?,
        body: body.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_that_listens_everywhere_is_asked_here() {
        let of = |listen: &str| address(listen.parse().unwrap()).map(|found| found.to_string());
        assert_eq!(of("0.0.0.0:8443").unwrap(), "127.0.0.1:8443");
        assert_eq!(of("[::]:443").unwrap(), "[::1]:443");
        assert_eq!(of("10.1.2.3:80").unwrap(), "10.1.2.3:80");
        assert!(of("127.0.0.1:0").is_err());
    }

    #[test]
    fn only_http_is_an_answer() {
        let status = |text: &str| read(text).map(|answer| answer.status);
        assert_eq!(
            status("HTTP/1.1 503 Service Unavailable\r\n\r\nno"),
            Some(503)
        );
        assert_eq!(status("HTTP/1.1 5\r\n\r\n"), None);
        assert_eq!(status("SSH-2.0-x 200 \r\n\r\n"), None);
        assert_eq!(status("HTTP/1.1 200 OK\r\n"), None);
    }
}
