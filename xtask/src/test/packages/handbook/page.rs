//! A page of the handbook: its commands and settings, and after which page it
//! begins.

use anyhow::{Context, Result, bail};

/// Runs until it is stopped.
const FOREGROUND: &str = "./parley-relay";
/// It finds that nobody reaches a relay in a namespace without a network: so it must, and says so by its exit code.
const JUDGES: [&str; 2] = ["parley-relay doctor", "parley-relay healthcheck"];
const ALSO_ILL: &str = " || [ $? -eq 1 ]";

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
    /// The first below a heading: whoever gets there opens a new terminal.
    is_first: bool,
}

impl Page {
    pub(super) fn read(name: &str, text: &str) -> Self {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        let mut is_first = true;
        for line in text.lines() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(language)) => {
                    open = Some(Block {
                        language: language.to_owned(),
                        text: String::new(),
                        is_first: std::mem::take(&mut is_first),
                    });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(block), None) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => is_first |= line.starts_with('#'),
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

    /// Whether it has commands, and no page begins after it: with that one, it is done as well.
    pub(in super::super) fn is_last(&self, pages: &[Self]) -> bool {
        let after_it = |page: &Self| page.after.as_ref() == Some(&self.name);
        self.commands().next().is_some() && !pages.iter().any(after_it)
    }

    /// Settings files, each to be checked.
    pub(super) fn settings(&self) -> impl Iterator<Item = &str> {
        self.blocks_in("toml").map(|block| block.text.as_str())
    }

    fn commands(&self) -> impl Iterator<Item = &Block> {
        self.blocks_in("sh")
    }

    fn blocks_in(&self, language: &str) -> impl Iterator<Item = &Block> {
        let blocks = self.blocks.iter();
        blocks.filter(move |block| block.language == language)
    }

    /// Whether a command of it runs this program.
    pub(super) fn uses(&self, program: &str) -> bool {
        self.commands()
            .flat_map(|block| {
                block
                    .text
                    .split(|end: char| end.is_whitespace() || end == '(')
            })
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
        for block in self.commands() {
            if block.is_first {
                script += "cd\n";
            }
            for line in block.text.lines() {
                if line == FOREGROUND {
                    script += "run_on ";
                }
                script += line;
                if JUDGES.iter().any(|judge| line.contains(judge)) {
                    script += ALSO_ILL;
                }
                script.push('\n');
            }
        }
        script
    }
}

/// "Begin where [..](page.md) ends."
fn begins_after(line: &str) -> Option<String> {
    let (_, file) = line.strip_prefix("Begin where [")?.split_once("](")?;
    Some(file.strip_suffix(") ends.")?.to_owned())
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
            "page first.md\ncd\nrun_on ./parley-relay\npage second.md\ncd\nsudo apt install x\n"
        );
        assert!(pages[0].uses("apt") && !pages[0].uses("docker"));
        assert_eq!(pages[0].settings().collect::<Vec<_>>(), ["a = 1\n"]);
        let last: Vec<bool> = pages.iter().map(|page| page.is_last(&pages)).collect();
        assert_eq!(last, [true, false, false]);
    }

    #[test]
    fn a_page_that_begins_after_none_is_noticed() {
        let page = Page::read("page.md", "Begin where [B](gone.md) ends.\n");
        assert!(page.with_those_before(&[]).is_err());
    }
}
