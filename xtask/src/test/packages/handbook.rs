//! The handbook, done as it says: the commands of each page in `docs/operating/`
//! are run one after the other, as somebody who hosts would type them, on a copy
//! of this system that is thrown away. Words that mean another machine, or a
//! program that cannot run in there, are listed here with the reason.

mod page;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{Given, Outcome, sandbox};
use crate::dist::{VERSION, archive, chart, container, debian, tarball};
use crate::{compress, tools, workspace};
use page::Page;

const SCRIPT: &str = include_str!("handbook/run.sh");

/// Programs that are not run, and why.
const NOT_RUN: [(&str, &str); 9] = [
    (
        "docker",
        "no container engine is here; the image's own test starts it",
    ),
    (
        "helm",
        "no cluster is here; the chart's own test renders it",
    ),
    ("kubectl", "no cluster is here"),
    ("scp", "there is no second machine"),
    ("rsync", "there is no second machine"),
    ("ufw", "the namespace has no firewall"),
    ("nft", "the namespace has no way on to anywhere"),
    ("sysctl", "it is of the machine, not of the namespace"),
    ("nginx", "the relay's own tests run it with this file"),
];

/// Programs with another in their place: `handbook/run.sh` has them.
const REPLACED: [(&str, &str); 5] = [
    ("apt", "dpkg, since nothing is to be fetched"),
    (
        "systemctl",
        "no systemd runs here: starts what the unit says, as its user",
    ),
    ("journalctl", "shows what that has written"),
    ("sudo", "root already; becomes the account that it names"),
    (
        "cargo",
        "all was built before: signs it with the page's key",
    ),
];

/// The pages that have commands.
pub(super) fn pages() -> Result<Vec<Page>> {
    let folder = workspace::root().join("docs/operating");
    let mut pages = Vec::new();
    for file in compress::files(&folder)? {
        if file.extension().is_some_and(|end| end == "md") {
            let text = fs::read_to_string(&file).context("a page is gone")?;
            pages.push(Page::read(&name_of(&file)?, &text));
        }
    }
    let all: Vec<&Page> = pages.iter().collect();
    for (program, _) in NOT_RUN.iter().chain(&REPLACED) {
        if !all.iter().any(|page| page.uses(program)) {
            bail!("no page says {program} any more: take it off the list");
        }
    }
    Ok(pages)
}

/// Does what a page says, after the pages that it says it begins after.
pub(super) fn follow(page: &Page, pages: &[Page], given: &Given) -> Result<Outcome> {
    let home = things(given)?;
    let folder = given.scratch.join("handbook").join(page.stem());
    fs::create_dir_all(&folder).context("cannot make a folder")?;
    let chain = page.with_those_before(pages)?;
    let commands: String = chain.iter().map(|page| page.script()).collect();
    let commands_file = folder.join("commands");
    fs::write(&commands_file, commands).context("cannot write the commands")?;
    let not_run: Vec<String> = NOT_RUN
        .iter()
        .map(|(name, why)| format!("{name}\t{why}"))
        .collect();
    let list = folder.join("not-run");
    fs::write(&list, not_run.join("\n") + "\n").context("cannot write the list")?;
    let settings = chain.iter().flat_map(|page| page.settings());
    for (index, settings) in settings.enumerate() {
        let file = folder.join(format!("settings-{index}.toml"));
        fs::write(file, settings).context("cannot write settings")?;
    }
    sandbox::run(
        SCRIPT,
        &[
            ("HOME_OF_HOST", &home),
            ("COMMANDS", &commands_file),
            ("NOT_RUN", &list),
            ("PAGE", &folder),
        ],
    )
}

/// What somebody who hosts has at hand when they begin: the packages.
fn things(given: &Given) -> Result<PathBuf> {
    let home = given.scratch.join("at-hand");
    if home.join("done").is_file() {
        return Ok(home);
    }
    fs::create_dir_all(&home).context("cannot make a folder")?;
    tools::debian("ssh-keygen", "openssh-client")?;
    tarball::write(given.machine, &given.relay, &home)?;
    let package = debian::write(given.machine, &given.relay, &home, "gzip")?;
    // The page about small machines has the other package. What is in it must run here.
    let other = format!("parley-relay_{VERSION}_arm64.deb");
    if !home.join(&other).is_file() {
        fs::copy(&package, home.join(other)).context("cannot copy the package")?;
    }
    chart::write(&home)?;
    container::write(&[(given.machine, given.relay.clone())], &home)?;
    let offline = format!("parley-{VERSION}-offline");
    fs::create_dir_all(home.join(&offline)).context("cannot make a folder")?;
    for file in compress::files(&home)? {
        let name = name_of(&file)?;
        fs::copy(&file, home.join(&offline).join(name)).context("cannot copy a package")?;
    }
    archive::write(&home, &offline, &home.join(format!("{offline}.tar.gz")))?;
    fs::remove_dir_all(home.join(&offline)).context("cannot tidy up")?;
    fs::write(home.join("done"), "").context("cannot note it")?;
    Ok(home)
}

fn name_of(file: &Path) -> Result<String> {
    let name = file.file_name().context("a file has no name")?;
    Ok(name.to_string_lossy().into_owned())
}
