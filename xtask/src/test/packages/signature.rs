//! The signature over the checksums: made with a key of the test's own, and
//! checked with the commands of the handbook.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{Given, Outcome};
use crate::dist::{chart, checksums};
use crate::{steps, tools, workspace};

/// Where the handbook says how.
const PAGE: &str = "docs/operating/air-gapped.md";

/// Signs, checks, and checks again after a file was changed.
pub(super) fn is_checked(given: &Given) -> Result<Outcome> {
    tools::debian("ssh-keygen", "openssh-client")?;
    let folder = given.scratch.join("signed");
    fs::create_dir_all(&folder).context("cannot make a folder")?;
    let key = given.scratch.join("key");
    steps::run(
        Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"])
            .arg(&key),
    )?;
    let public = fs::read_to_string(key.with_extension("pub")).context("there is no key")?;
    fs::write(folder.join("parley.signers"), format!("parley {public}"))
        .context("cannot write the key")?;
    let packed = chart::write(&folder)?;
    checksums::write_signed(
        std::slice::from_ref(&packed),
        &folder,
        Some(key.as_os_str()),
    )?;

    let page = fs::read_to_string(workspace::root().join(PAGE)).context("no such page")?;
    let commands = commands(&page).context("the page does not say how to check")?;
    let check = || {
        let mut shell = Command::new("sh");
        shell.args(["-euc", &commands]).current_dir(&folder);
        shell.status().context("cannot start a shell")
    };
    if !check()?.success() {
        bail!("what is genuine is refused");
    }
    let genuine = fs::read(&packed).context("the package is gone")?;
    fs::write(&packed, [genuine.as_slice(), b"x"].concat()).context("cannot change it")?;
    if check()?.success() {
        bail!("a changed file is not noticed");
    }
    checksums::write_signed(&[packed], &folder, None)?;
    if check()?.success() {
        bail!("sums that nobody signed are believed");
    }
    Ok(Outcome::Passed)
}

/// The block of commands that checks the signature.
fn commands(page: &str) -> Option<String> {
    let mut blocks = page.split("```sh\n").skip(1);
    let block = blocks.find(|block| block.contains("ssh-keygen -Y verify"))?;
    Some(block.split("```").next()?.to_owned())
}
