//! Blobs up and down, as a client sends them: a few connections at a time, each blob under its hash.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use parley_protocol::files::FileToken;
use parley_protocol::keys::Hash;
use parley_protocol::limits::MAX_BLOB_BYTES;
use serde_json::{Value, json};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::http::Http;
use crate::member::random;

/// Blobs that a client sends or reads at the same time.
const AT_ONCE: usize = 3;

/// Made-up blobs of the maximum size, and a member's token for them.
pub(crate) struct Files {
    url: String,
    token: String,
    blobs: Vec<(Hash, Arc<Vec<u8>>)>,
}

#[derive(Clone, Copy)]
enum Way {
    Up,
    Down,
}

impl Files {
    /// Makes blobs, and writes each to a folder under its hash, for programs that send the same.
    pub(crate) async fn make(url: &str, access: &str, count: usize, folder: &Path) -> Result<Self> {
        let blobs = (0..count).map(|_| blob()).collect::<Result<Vec<_>>>()?;
        for (hash, bytes) in &blobs {
            let path = folder.join(hash.to_string());
            std::fs::write(path, bytes.as_slice()).context("cannot write a blob")?;
        }
        Ok(Self {
            url: url.to_owned(),
            token: token(url, access).await?,
            blobs,
        })
    }

    /// What another program needs to send the same.
    pub(crate) fn described(&self) -> Value {
        let hashes: Vec<_> = self
            .blobs
            .iter()
            .map(|(hash, _)| hash.to_string())
            .collect();
        json!({ "token": self.token, "blobs": hashes })
    }

    pub(crate) async fn upload(&self) -> Result<Value> {
        self.run(Way::Up).await
    }

    pub(crate) async fn download(&self) -> Result<Value> {
        self.run(Way::Down).await
    }

    async fn run(&self, way: Way) -> Result<Value> {
        let started = Instant::now();
        let mut running = JoinSet::new();
        for connection in 0..AT_ONCE {
            let mut http = Http::connect(&self.url).await?;
            let token = self.token.clone();
            let own = self.blobs.iter().skip(connection).step_by(AT_ONCE);
            let own: Vec<_> = own.cloned().collect();
            running.spawn(async move {
                let mut bytes = 0;
                for (hash, blob) in own {
                    match way {
                        Way::Up => http.upload(&token, &hash, &blob, None).await?,
                        Way::Down => {
                            let found = http.download(&token, &hash).await?;
                            if found.len() != blob.len() {
                                bail!("another blob came back");
                            }
                        }
                    }
                    bytes += blob.len();
                }
                Ok(bytes)
            });
        }
        let mut bytes = 0;
        while let Some(done) = running.join_next().await {
            bytes += done.context("a connection fell over")??;
        }
        Ok(json!({ "bytes": bytes, "seconds": started.elapsed().as_secs_f64() }))
    }
}

/// Each of these members uploads a blob; none sends its second half before all have sent the first.
pub(crate) async fn upload_together(url: &str, accesses: &[String]) -> Result<Value> {
    let half = Arc::new(Barrier::new(accesses.len()));
    let started = Instant::now();
    let mut running = JoinSet::new();
    for access in accesses {
        let token = token(url, access).await?;
        let mut http = Http::connect(url).await?;
        let half = Arc::clone(&half);
        let (hash, bytes) = blob()?;
        running.spawn(async move { http.upload(&token, &hash, &bytes, Some(&half)).await });
    }
    let mut uploads = 0;
    while let Some(done) = running.join_next().await {
        done.context("a connection fell over")??;
        uploads += 1;
    }
    Ok(json!({ "uploads": uploads, "seconds": started.elapsed().as_secs_f64() }))
}

async fn token(url: &str, access: &str) -> Result<String> {
    let mut http = Http::connect(url).await?;
    let token: FileToken = http
        .send("POST", "/files/token", Some(access), &json!({}))
        .await?;
    Ok(token.token)
}

/// Random at its beginning, so that no two are the same; the rest compresses, but nothing does.
fn blob() -> Result<(Hash, Arc<Vec<u8>>)> {
    let length = usize::try_from(MAX_BLOB_BYTES).context("a small machine")?;
    let mut bytes = random::<4096>()?.repeat(length.div_ceil(4096));
    bytes.truncate(length);
    Ok((Hash::of(&bytes), Arc::new(bytes)))
}
