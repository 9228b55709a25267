//! A page of the handbook: its commands and settings, and after which page it
//! begins.

use anyhow::{Context, Result, bail};

/// Subcommands that end by themselves. Without one the relay runs until it is stopped.
const FOREGROUND: &str = "./parley-relay";

/// A page.
pub(in super::super) struct Page {
    name: String,
    /// The page at whose end it begins.
    after: Option<String>,
    blocks: Vec<Block>,
}

struct Block {
    language: String,
    text: String,
}

impl Page {
    pub(super) fn read(name: &str, text: &str) -> Self {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for line in text.lines() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(language)) => {
                    open = Some(Block {
                        language: language.to_owned(),
                        text: String::new(),
                    });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(block), None) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        Self {
            name: name.to_owned(),
            after: text.lines().find_map(begins_after),
            blocks,
        }
    }

    pub(in super::super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn stem(&self) -> &str {
        self.name.trim_end_matches(".md")
    }

    pub(in super::super) fn has_commands(&self) -> bool {
        self.commands().next().is_some()
    }

    /// Settings files, each to be checked.
    pub(super) fn settings(&self) -> impl Iterator<Item = &str> {
        self.blocks_in("toml")
    }

    fn commands(&self) -> impl Iterator<Item = &str> {
        self.blocks_in("sh")
    }

    fn blocks_in(&self, language: &str) -> impl Iterator<Item = &str> {
        let blocks = self.blocks.iter();
        blocks
            .filter(move |block| block.language == language)
            .map(|block| block.text.as_str())
    }

    /// Whether a command of it runs this program.
    pub(super) fn uses(&self, program: &str) -> bool {
        self.commands()
            .flat_map(|text| text.split(|end: char| end.is_whitespace() || end == '('))
            .any(|word| word == program)
    }

    /// The page after those that come before it, the first one first.
    pub(super) fn with_those_before<'a>(&'a self, pages: &'a [Self]) -> Result<Vec<&'a Self>> {
        let mut chain = vec![self];
        while let Some(name) = chain.last().and_then(|page| page.after.as_ref()) {
            let mut all = pages.iter();
            let before = all.find(|page| page.name == *name);
            chain.push(before.with_context(|| format!("there is no page {name}"))?);
            if chain.len() > pages.len() {
                bail!("pages begin after each other");
            }
        }
        chain.reverse();
        Ok(chain)
    }

    /// The commands for a shell. What runs until it is stopped goes on beside them.
    pub(super) fn script(&self) -> String {
        let mut script = format!("page {}\n", self.name);
        for line in self.commands().flat_map(str::lines) {
            if line == FOREGROUND {
                script += "run_on ./parley-relay\n";
            } else {
                script += line;
                script.push('\n');
            }
        }
        script
    }
}

/// "Begin where [..](page.md) ends."
fn begins_after(line: &str) -> Option<String> {
    let (_, link) = line.strip_prefix("Begin where [")?.split_once("](")?;
    Some(link.strip_suffix(") ends.")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_followed_after_those_before_it() {
        let first = Page::read("first.md", "# A\n```sh\n./parley-relay\n```\n");
        let second = Page::read(
            "second.md",
            "Begin where [A](first.md) ends.\n```sh\nsudo apt install x\n```\n```toml\na = 1\n```\n",
        );
        let text = Page::read("text.md", "```json\n{}\n```\n");
        let pages = [second, first, text];
        let chain = pages[0].with_those_before(&pages).unwrap();
        let script: String = chain.iter().map(|page| page.script()).collect();
        assert_eq!(
            script,
            "page first.md\nrun_on ./parley-relay\npage second.md\nsudo apt install x\n"
        );
        assert!(pages[0].uses("apt") && !pages[0].uses("docker"));
        assert_eq!(pages[0].settings().collect::<Vec<_>>(), ["a = 1\n"]);
        assert!(!pages[2].has_commands());
    }

    #[test]
    fn a_page_that_begins_after_none_is_noticed() {
        let page = Page::read("page.md", "Begin where [B](gone.md) ends.\n");
        assert!(page.with_those_before(&[]).is_err());
    }
}
