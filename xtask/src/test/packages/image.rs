//! The image without a container engine: its file system put together as the
//! `Dockerfile` says, and started in namespaces as its user, on a read-only
//! root.

mod dockerfile;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::{Given, Outcome, is_static, sandbox};
use crate::dist::container;
use dockerfile::Image;

const SCRIPT: &str = include_str!("image/start.sh");

/// What somebody says who starts it.
const SETTINGS: &str = "PARLEY_TLS=self-signed PARLEY_PUBLIC_URL=https://chat.example.org";

/// Starts the image, asks it for its health and its page, and stops it.
pub(super) fn starts(given: &Given) -> Result<Outcome> {
    if !is_static(&given.relay)? {
        return Ok(Outcome::NotRun(
            "the relay that PARLEY_RELAY names needs a system around it".into(),
        ));
    }
    if let Some(reason) = sandbox::is_missing() {
        return Ok(Outcome::NotRun(reason));
    }
    let folder = given.scratch.join("container");
    container::unpacked(&[(given.machine, given.relay.clone())], &folder)?;
    let text = fs::read_to_string(folder.join("Dockerfile")).context("there is no Dockerfile")?;
    let image = Image::read(&text, given.machine.container)?;
    let root = given.scratch.join("image");
    image.assemble(&folder, &root)?;
    only_the_program_is_in_it(&root)?;
    let start = given.scratch.join("start");
    fs::write(&start, image.environment_and_command()).context("cannot write how to start")?;
    let health = given.scratch.join("health");
    fs::write(&health, image.healthcheck.join("\n")).context("cannot write how to ask")?;
    sandbox::run(
        SCRIPT,
        &[
            ("ROOT", &root),
            ("START", &start),
            ("HEALTH", &health),
            ("ACCOUNT", Path::new(&image.user)),
            ("SETTINGS", Path::new(SETTINGS)),
        ],
    )
}

/// No shell, and no second program that somebody who got in could use.
fn only_the_program_is_in_it(root: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    for file in crate::compress::files(root)? {
        let mode = fs::metadata(&file)
            .context("a file is gone")?
            .permissions()
            .mode();
        if mode & 0o111 != 0 && !file.ends_with("parley-relay") {
            bail!("{} can be run", file.display());
        }
    }
    Ok(())
}
