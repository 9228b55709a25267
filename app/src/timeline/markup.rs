//! The formatting of messages: `**strong**`, `*emphasis*`, `_emphasis_`, `~~struck~~`, `||hidden||`, `` `code` ``, fenced
//! code with its language, `# headings`, `> quote`, lists with `-`, `+` or numbers, tasks, tables,
//! `[links](https://…)`, `:names:` of emoji, and addresses that begin with http:// or https://. A backslash takes the meaning from a sign.
//! Pure: text in, a tree out, in a number of steps that grows with the length of the text alone, and never of more than
//! [`MAX_PIECES`].
//! Never: HTML, images, or an address of any other kind. What is not understood stays as it was typed.

mod blocks;
mod inline;
mod links;
mod tables;
mod tree;

/// How far quotes and lists may be inside each other, and marks too. More is shown as typed.
const DEPTH: usize = 4;

/// Formatted pieces of one message: blocks, items, cells, marks, links. What comes after is shown as typed. Each is an
/// element of the page or more, and a hundred messages are on it.
pub const MAX_PIECES: usize = 300;

/// A text without any of these has no formatting.
const SIGNS: [char; 12] = ['*', '_', '~', '|', '`', '#', '>', '-', '+', '[', '\\', '.'];

/// Stands for what is hidden, in plain words.
const HIDDEN: &str = "[hidden]";

/// A part of a message that stands on lines of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Ordinary lines.
    Paragraph(Vec<Span>),
    /// Lines that began with `>`.
    Quote(Vec<Block>),
    /// A line that began with one to three `#`.
    Heading {
        /// How many.
        level: u8,
        /// What it says.
        spans: Vec<Span>,
    },
    /// What stood between two lines of three backticks.
    Code {
        /// The word behind the first of them.
        language: Option<String>,
        /// As typed.
        text: String,
    },
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
    /// As typed, and begins with `@` or `#`: perhaps with the name of a person or a channel.
    Name(String),
    /// `:so:`, the name perhaps of an emoji that the community made.
    Emoji(String),
    /// `**so**` or `__so__`
    Strong(Vec<Span>),
    /// `*so*` or `_so_`
    Emphasis(Vec<Span>),
    /// `~~so~~`
    Struck(Vec<Span>),
    /// `||so||`: not seen until somebody asks for it.
    Hidden(Vec<Span>),
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

/// The addresses to which a message links, in order. Not those that are quoted, in tables, or hidden until asked for.
pub fn links(blocks: &[Block]) -> Vec<String> {
    let mut found = Vec::new();
    for block in blocks {
        match block {
            Block::Paragraph(spans) | Block::Heading { spans, .. } => links_in(spans, &mut found),
            Block::List { items, .. } => {
                for item in items {
                    found.append(&mut links(&item.blocks));
                }
            }
            Block::Quote(_) | Block::Code { .. } | Block::Table { .. } => {}
        }
    }
    found
}

fn links_in(spans: &[Span], found: &mut Vec<String>) {
    for span in spans {
        match span {
            Span::Link(address) | Span::NamedLink { address, .. } => found.push(address.clone()),
            Span::Strong(inside) | Span::Emphasis(inside) | Span::Struck(inside) => {
                links_in(inside, found);
            }
            Span::Text(_) | Span::Name(_) | Span::Emoji(_) | Span::Hidden(_) | Span::Code(_) => {}
        }
    }
}

/// A message in plain words, as an excerpt or a voice gives it: without its formatting, and without what is hidden until
/// somebody asks for it.
pub fn in_words(text: &str) -> String {
    if !text.contains(SIGNS) {
        return text.to_owned();
    }
    words_of(&parse(text))
}

fn words_of(blocks: &[Block]) -> String {
    let cells = |row: &[Vec<Span>]| {
        let cells = row.iter().map(|cell| seen(cell));
        cells.collect::<Vec<_>>().join(" ")
    };
    let parts = blocks.iter().map(|block| match block {
        Block::Paragraph(spans) | Block::Heading { spans, .. } => seen(spans),
        Block::Quote(inside) => words_of(inside),
        Block::Code { text, .. } => text.clone(),
        Block::List { items, .. } => {
            let items = items.iter().map(|item| words_of(&item.blocks));
            items.collect::<Vec<_>>().join("\n")
        }
        Block::Table { head, rows } => {
            let rows = rows.iter().map(|row| cells(row));
            std::iter::once(cells(head))
                .chain(rows)
                .collect::<Vec<_>>()
                .join("\n")
        }
    });
    parts.collect::<Vec<_>>().join("\n")
}

/// What can be seen of spans before somebody asks for more.
fn seen(spans: &[Span]) -> String {
    let text = |span: &Span| match span {
        Span::Text(_) | Span::Name(_) | Span::Code(_) | Span::Link(_) | Span::Emoji(_) => {
            plain(std::slice::from_ref(span))
        }
        Span::Strong(inside) | Span::Emphasis(inside) | Span::Struck(inside) => seen(inside),
        Span::Hidden(_) => HIDDEN.to_owned(),
        Span::NamedLink { label, .. } => seen(label),
    };
    spans.iter().map(text).collect()
}

/// What stands in spans, without their formatting.
fn plain(spans: &[Span]) -> String {
    let text = |span: &Span| match span {
        Span::Text(text) | Span::Name(text) | Span::Code(text) | Span::Link(text) => text.clone(),
        Span::Emoji(name) => format!(":{name}:"),
        Span::Strong(inside)
        | Span::Emphasis(inside)
        | Span::Struck(inside)
        | Span::Hidden(inside) => plain(inside),
        Span::NamedLink { label, .. } => plain(label),
    };
    spans.iter().map(text).collect()
}

/// Whether the label of a link looks like an address that leads elsewhere. `host`: where it leads, or the mail address.
pub fn misleads(label: &[Span], host: &str) -> bool {
    links::names_another(&plain(label), host)
}

/// No text takes more steps than this for each of its bytes.
#[cfg(any(test, fuzzing))]
pub const MAX_STEPS_PER_BYTE: usize = 16;

/// How many steps it takes to read a message.
#[cfg(any(test, fuzzing))]
pub fn steps(text: &str) -> usize {
    parse_counted(text).1.looked_at
}

/// Reads a message, and counts the characters and tokens that were looked at.
fn parse_counted(text: &str) -> (Vec<Block>, Steps) {
    let mut steps = Steps::default();
    let lines: Vec<&str> = text.split('\n').collect();
    let blocks = blocks::read(&lines, DEPTH, &mut steps);
    (blocks, steps)
}

/// How much was looked at, and how much was made. Every loop counts here, so that a test can tell that reading takes
/// linear time.
#[derive(Default)]
struct Steps {
    looked_at: usize,
    pieces: usize,
}

impl Steps {
    fn add(&mut self, steps: usize) {
        self.looked_at = self.looked_at.saturating_add(steps);
    }

    /// Whether there is room for more formatted pieces; then it is taken.
    fn take(&mut self, pieces: usize) -> bool {
        let has_room = self.pieces + pieces <= MAX_PIECES;
        if has_room {
            self.pieces += pieces;
        }
        has_room
    }
}

#[cfg(test)]
mod tests;
