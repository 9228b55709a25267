//! A minimal HTTP/1.1 client: JSON in, JSON out, and blobs, over one persistent connection. A client library would be most of
//! this program.

use anyhow::{Context, Result, bail};
use parley_protocol::keys::Hash;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::sync::Barrier;

use crate::stream::{Duplex, Place};

/// One connection to a server.
pub(crate) struct Http {
    stream: BufReader<Box<dyn Duplex>>,
    host: String,
    origin: String,
}

impl Http {
    /// Connects to the host and port of an `http://` or `https://` URL.
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        let place = Place::of(url)?;
        Ok(Self {
            stream: BufReader::new(place.connect().await?),
            host: place.host.to_owned(),
            origin: place.origin(),
        })
    }

    /// Sends a body and reads the response. A refusal is an error with the server's message.
    pub(crate) async fn send<Answer: DeserializeOwned>(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &impl Serialize,
    ) -> Result<Answer> {
        let authorization = token.map(|token| format!("Bearer {token}"));
        let body = serde_json::to_string(body).context("cannot write JSON")?;
        self.exchange(method, path, authorization.as_deref(), &body)
            .await
    }

    /// Requests a path with the given credentials.
    pub(crate) async fn get<Answer: DeserializeOwned>(
        &mut self,
        path: &str,
        authorization: &str,
    ) -> Result<Answer> {
        self.exchange("GET", path, Some(authorization), "").await
    }

    /// Uploads a blob. With a barrier, its second half waits for those of the others.
    pub(crate) async fn upload(
        &mut self,
        token: &str,
        hash: &Hash,
        bytes: &[u8],
        half: Option<&Barrier>,
    ) -> Result<()> {
        let (host, origin) = (&self.host, &self.origin);
        let head = format!(
            "POST /upload HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n\
             Authorization: Bearer {token}\r\nParley-Blob: {hash}\r\nContent-Length: {}\r\n\r\n",
            bytes.len()
        );
        let (first, second) = bytes.split_at(bytes.len() / 2);
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes()).await?;
        stream
            .write_all(first)
            .await
            .context("the server hung up")?;
        if let Some(half) = half {
            half.wait().await;
        }
        let stream = self.stream.get_mut();
        stream
            .write_all(second)
            .await
            .context("the server hung up")?;
        self.expect_ok().await.map(|_| ())
    }

    /// The bytes of a blob.
    pub(crate) async fn download(&mut self, token: &str, hash: &Hash) -> Result<Vec<u8>> {
        let host = &self.host;
        let request = format!(
            "GET /files/{hash} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        self.expect_ok().await
    }

    async fn expect_ok(&mut self) -> Result<Vec<u8>> {
        let (status, answer) = self.answer().await?;
        if status != 200 {
            bail!("{status}: {}", String::from_utf8_lossy(&answer));
        }
        Ok(answer)
    }

    async fn exchange<Answer: DeserializeOwned>(
        &mut self,
        method: &str,
        path: &str,
        authorization: Option<&str>,
        body: &str,
    ) -> Result<Answer> {
        let (host, origin) = (&self.host, &self.origin);
        let credentials =
            authorization.map_or_else(String::new, |value| format!("Authorization: {value}\r\n"));
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n{credentials}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream
            .get_mut()
            .write_all(request.as_bytes())
            .await
            .context("the server hung up")?;
        let (status, answer) = self.answer().await?;
        if !(200..300).contains(&status) {
            bail!(
                "{method} {path}: {status}: {}",
                String::from_utf8_lossy(&answer)
            );
        }
        // An empty body is valid, too.
        let answer = if answer.is_empty() {
            b"null".to_vec()
        } else {
            answer
        };
        serde_json::from_slice(&answer).with_context(|| format!("{path} answered something else"))
    }

    async fn answer(&mut self) -> Result<(u16, Vec<u8>)> {
        let first = self.line().await?;
        let status = first
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .with_context(|| format!("not an HTTP answer: {first}"))?;
        let mut length = None;
        let mut chunked = false;
        loop {
            let line = self.line().await?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().ok();
            }
            chunked |= line.starts_with("transfer-encoding:") && line.ends_with("chunked");
        }
        let body = if chunked {
            self.chunks().await?
        } else {
            self.exactly(length.unwrap_or(0)).await?
        };
        Ok((status, body))
    }

    async fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let size = self.line().await?;
            let size = usize::from_str_radix(size.trim(), 16).context("a chunk without size")?;
            body.extend(self.exactly(size).await?);
            self.line().await?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    async fn exactly(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream
            .read_exact(&mut bytes)
            .await
            .context("the server hung up")?;
        Ok(bytes)
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self
            .stream
            .read_line(&mut line)
            .await
            .context("the server hung up")?
            == 0
        {
            bail!("the server hung up");
        }
        Ok(line.trim_end().to_owned())
    }
}
