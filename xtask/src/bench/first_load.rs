//! First load: everything that a browser gets before there is a usable screen,
//! as sent with brotli, beside a Matrix client's libraries with the same job.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::budget::{Limit, Line, Peer};
use super::{Setting, servers};
use crate::dist::kilobytes;
use crate::first_load::{FirstLoad, MOMENTS};
use crate::{compress, steps, tools};

const PEER_FOLDER: &str = "peer-first-load-1";
const PEER_PACKAGES: [&str; 4] = [
    "esbuild@0.28.2",
    "livekit-client@2.23.0",
    "matrix-js-sdk@43.0.0",
    "@matrix-org/matrix-sdk-crypto-wasm@18.9.0",
];

/// What an application with encrypted rooms and calls starts with.
const PEER_ENTRY: &str = r#"
import { Room } from "livekit-client";
import { createClient } from "matrix-js-sdk";
export async function start(options) {
  const client = createClient(options);
  await client.initRustCrypto();
  await client.startClient();
  return { client, room: new Room() };
}
"#;

/// Weighs both.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let load = FirstLoad::weigh()?;
    for line in load.lines() {
        steps::say(&format!("    {line}"));
    }
    let peer = peer(setting)?;
    let lines = MOMENTS.iter().map(|moment| Line {
        what: moment.what.into(),
        unit: "KB",
        parley: load.until(moment),
        peer: peer.clone(),
        limits: vec![Limit::AtMost(moment.budget_kb)],
    });
    Ok(lines.collect())
}

/// Code and style.
fn is_loaded(file: &Path) -> bool {
    file.extension()
        .and_then(|end| end.to_str())
        .is_some_and(|end| ["css", "html", "js", "wasm"].contains(&end))
}

fn peer(setting: &Setting) -> Result<Peer> {
    let installed = tools::folder()?.join(PEER_FOLDER).is_dir();
    if !installed && !setting.install_peers {
        return Ok(Peer::Missing(servers::INSTALL_PEERS.into()));
    }
    let folder = tools::npm_folder(PEER_FOLDER, &PEER_PACKAGES)?;
    let bundle = bundle_peer(&folder)?;
    let weight = compress::weigh(&bundle, &is_loaded)?;
    Ok(Peer::Measured {
        name: "matrix-js-sdk, its crypto, livekit-client".into(),
        value: kilobytes(weight.sent),
    })
}

fn bundle_peer(folder: &Path) -> Result<PathBuf> {
    let bundle = folder.join("bundle");
    if bundle.is_dir() {
        return Ok(bundle);
    }
    let fresh = folder.join("bundle.new");
    fs::create_dir_all(&fresh).context("cannot make a folder for the peer")?;
    let entry = folder.join("entry.mjs");
    fs::write(&entry, PEER_ENTRY).context("cannot write the peer's entry")?;
    let modules = folder.join("node_modules");
    steps::run(
        Command::new(modules.join(".bin").join("esbuild"))
            .arg(&entry)
            .args(["--bundle", "--minify", "--splitting", "--format=esm"])
            .args(["--platform=browser", "--log-level=warning"])
            .arg(format!("--outdir={}", fresh.display())),
    )?;
    let wasm = "matrix_sdk_crypto_wasm_bg.wasm";
    let package = modules.join("@matrix-org").join("matrix-sdk-crypto-wasm");
    fs::copy(package.join("pkg").join(wasm), fresh.join(wasm))
        .context("the peer's wasm file is not where it was")?;
    compress::folder(&fresh)?;
    fs::rename(&fresh, &bundle).context("cannot keep the peer's bundle")?;
    Ok(bundle)
}
