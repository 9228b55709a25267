//! The formatting of messages: `**strong**`, `*emphasis*`, `_emphasis_`, `~~struck~~`, `` `code` ``, fenced code, `> quote`,
//! lists with `-`, `+` or numbers, tasks, tables, `[links](https://…)`, and addresses that begin with http:// or
//! https://. Pure: text in, a tree out, in a number of steps that grows with the length of the text alone.
//! Never: HTML, images, or an address of any other kind. What is not understood stays as it was typed.

mod blocks;
mod inline;
mod links;
mod tables;
mod tree;

/// How far quotes and lists may be inside each other, and marks too. More is shown as typed.
const DEPTH: usize = 4;

/// A part of a message that stands on lines of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Ordinary lines.
    Paragraph(Vec<Span>),
    /// Lines that began with `>`.
    Quote(Vec<Block>),
    /// What stood between two lines of three backticks.
    Code(String),
    /// Lines that began with a dash or a number, and what belongs to them.
    List {
        /// The number of the first; `None` for dashes.
        first: Option<u32>,
        /// One after the other.
        items: Vec<Item>,
    },
    /// Lines of cells between `|`, the first of them the head.
    Table {
        /// The names of the columns.
        head: Vec<Vec<Span>>,
        /// The lines below, none longer than the head.
        rows: Vec<Vec<Vec<Span>>>,
    },
}

/// One item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// For a task, whether it is done.
    pub done: Option<bool>,
    pub blocks: Vec<Block>,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// As typed.
    Text(String),
    /// `**so**` or `__so__`
    Strong(Vec<Span>),
    /// `*so*` or `_so_`
    Emphasis(Vec<Span>),
    /// `~~so~~`
    Struck(Vec<Span>),
    /// `` `so` ``
    Code(String),
    /// An http or https address.
    Link(String),
    /// `[so](https://a.example)`
    NamedLink {
        /// What is shown of it.
        label: Vec<Span>,
        /// An http, https or mailto address.
        address: String,
    },
}

/// Reads a message.
pub fn parse(text: &str) -> Vec<Block> {
    parse_counted(text).0
}

/// No text takes more steps than this for each of its bytes.
#[cfg(any(test, fuzzing))]
pub const MAX_STEPS_PER_BYTE: usize = 16;

/// How many steps it takes to read a message.
#[cfg(any(test, fuzzing))]
pub fn steps(text: &str) -> usize {
    parse_counted(text).1.0
}

/// Reads a message, and counts the characters and tokens that were looked at.
fn parse_counted(text: &str) -> (Vec<Block>, Steps) {
    let mut steps = Steps::default();
    let lines: Vec<&str> = text.split('\n').collect();
    let blocks = blocks::read(&lines, DEPTH, &mut steps);
    (blocks, steps)
}

/// How much was looked at. Every loop counts here, so that a test can tell that reading takes linear time.
#[derive(Default)]
struct Steps(usize);

impl Steps {
    fn add(&mut self, steps: usize) {
        self.0 = self.0.saturating_add(steps);
    }
}

#[cfg(test)]
mod tests;
