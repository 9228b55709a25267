//! A `Dockerfile` that starts from nothing and only copies: read, and its file
//! system put together. A line that is not known is an error, so that nothing
//! is passed over.

use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::{fs, iter};

use anyhow::{Context, Result, bail};

use crate::compress;

/// An image as its file describes it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Image {
    copies: Vec<Copy>,
    environment: Vec<String>,
    entrypoint: Vec<String>,
    pub healthcheck: Vec<String>,
    /// `uid:gid`.
    pub user: String,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Copy {
    from: String,
    to: String,
    mode: Option<u32>,
    owner: Option<(u32, u32)>,
}

impl Image {
    pub(super) fn read(text: &str, machine: &str) -> Result<Self> {
        let mut image = Self::default();
        for line in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let (word, rest) = line.split_once(' ').context("a word stands alone")?;
            match (word, rest) {
                ("FROM", "scratch") | ("ARG" | "EXPOSE" | "VOLUME", _) => {}
                ("COPY", rest) => image
                    .copies
                    .push(Copy::read(&rest.replace("${TARGETARCH}", machine))?),
                ("ENV", rest) => image.environment.push(rest.to_owned()),
                ("USER", rest) => rest.clone_into(&mut image.user),
                ("ENTRYPOINT", rest) => image.entrypoint = serde_json::from_str(rest)?,
                ("HEALTHCHECK", rest) => {
                    let (_, command) = rest.split_once("CMD ").context("no command")?;
                    image.healthcheck = serde_json::from_str(command)?;
                }
                _ => bail!("the Dockerfile has a line that is not known: {line}"),
            }
        }
        Ok(image)
    }

    /// Puts the file system together from the folder that the file copies from.
    pub(super) fn assemble(&self, context: &Path, root: &Path) -> Result<()> {
        fs::create_dir_all(root).context("cannot make the root")?;
        for copy in &self.copies {
            copy.carry_out(context, root)?;
        }
        Ok(())
    }

    /// The words of the environment and of the command, one a line.
    pub(super) fn environment_and_command(&self) -> String {
        let words = self.environment.iter().chain(&self.entrypoint);
        words.map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

impl Copy {
    fn read(line: &str) -> Result<Self> {
        let mut copy = Self::default();
        let mut names = Vec::new();
        for word in line.split(' ') {
            if let Some(mode) = word.strip_prefix("--chmod=") {
                copy.mode = Some(u32::from_str_radix(mode, 8)?);
            } else if let Some(owner) = word.strip_prefix("--chown=") {
                let (user, group) = owner.split_once(':').context("an owner has no group")?;
                copy.owner = Some((user.parse()?, group.parse()?));
            } else {
                names.push(word.to_owned());
            }
        }
        let [from, to] = <[String; 2]>::try_from(names)
            .ok()
            .context("COPY wants two names")?;
        (copy.from, copy.to) = (from, to);
        Ok(copy)
    }

    fn carry_out(&self, context: &Path, root: &Path) -> Result<()> {
        let from = context.join(&self.from);
        let to = root.join(self.to.trim_start_matches('/'));
        if !from.is_dir() {
            return self.put(&from, &to);
        }
        self.folder(&to)?;
        for file in compress::files(&from)? {
            let name = file.strip_prefix(&from).context("a file is elsewhere")?;
            for above in folders_of(name) {
                self.folder(&to.join(above))?;
            }
            self.put(&file, &to.join(name))?;
        }
        Ok(())
    }

    fn put(&self, from: &Path, to: &Path) -> Result<()> {
        fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
        self.own(to)
    }

    fn folder(&self, path: &Path) -> Result<()> {
        fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
        self.own(path)
    }

    fn own(&self, path: &Path) -> Result<()> {
        if let Some(mode) = self.mode {
            fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
        }
        let (user, group) = self.owner.unwrap_or((0, 0));
        chown(path, Some(user), Some(group)).context("cannot give a file away")
    }
}

/// The folders that lead to a file, outermost first.
fn folders_of(name: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = iter::successors(name.parent(), |above| above.parent())
        .map(Path::to_path_buf)
        .filter(|above| !above.as_os_str().is_empty())
        .collect();
    folders.reverse();
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_counts() {
        let text = "# words\nFROM scratch\nARG TARGETARCH\n\
                    COPY --chown=7:8 --chmod=700 a-${TARGETARCH} /a\nUSER 7:8\nENV A=b\n\
                    HEALTHCHECK --timeout=5s CMD [\"/a\", \"ask\"]\nENTRYPOINT [\"/a\"]\n";
        let image = Image::read(text, "amd64").unwrap();
        let copy = Copy {
            from: "a-amd64".into(),
            to: "/a".into(),
            mode: Some(0o700),
            owner: Some((7, 8)),
        };
        assert_eq!(image.copies, [copy]);
        assert_eq!(image.healthcheck, ["/a", "ask"]);
        assert_eq!(image.environment_and_command(), "A=b\n/a");
        assert!(Image::read("RUN apk add curl\n", "amd64").is_err());
        assert!(Image::read("FROM debian\n", "amd64").is_err());
    }
}
