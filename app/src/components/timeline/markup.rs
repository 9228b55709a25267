//! The simple formatting of messages: `**strong**`, `*emphasis*`, `_emphasis_`, `~~struck~~`, `` `code` ``, fenced code,
//! `> quote`, and addresses that begin with http:// or https://. Pure: text in, a tree out.
//! Never: HTML, images, or an address of any other kind. What is not understood stays as it was typed.

/// How far strong, emphasis and struck may be inside each other. More is shown as typed.
const DEPTH: usize = 4;
/// How far ahead the end of a mark is looked for. Bounds the work on a text full of marks that never end.
const REACH: usize = 1_000;

/// A part of a message that stands on lines of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Ordinary lines.
    Paragraph(Vec<Span>),
    /// Lines that began with `>`.
    Quote(Vec<Span>),
    /// What stood between two lines of three backticks.
    Code(String),
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// As typed.
    Text(String),
    /// `**so**`
    Strong(Vec<Span>),
    /// `*so*` or `_so_`
    Emphasis(Vec<Span>),
    /// `~~so~~`
    Struck(Vec<Span>),
    /// `` `so` ``
    Code(String),
    /// An http or https address.
    Link(String),
}

/// Reads a message.
pub fn parse(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = Lines::default();
    let mut rest = text.split('\n');
    while let Some(line) = rest.next() {
        if line.trim_start().starts_with("```") && rest.clone().any(is_fence) {
            lines.flush(&mut blocks);
            let code: Vec<&str> = rest.by_ref().take_while(|line| !is_fence(line)).collect();
            blocks.push(Block::Code(code.join("\n")));
        } else if let Some(quoted) = line.strip_prefix('>') {
            lines.add(
                quoted.strip_prefix(' ').unwrap_or(quoted),
                true,
                &mut blocks,
            );
        } else {
            lines.add(line, false, &mut blocks);
        }
    }
    lines.flush(&mut blocks);
    blocks
}

fn is_fence(line: &str) -> bool {
    line.trim() == "```"
}

/// Lines of one kind, until another kind begins.
#[derive(Default)]
struct Lines<'a> {
    held: Vec<&'a str>,
    quoted: bool,
}

impl<'a> Lines<'a> {
    fn add(&mut self, line: &'a str, quoted: bool, blocks: &mut Vec<Block>) {
        if self.quoted != quoted {
            self.flush(blocks);
            self.quoted = quoted;
        }
        self.held.push(line);
    }

    fn flush(&mut self, blocks: &mut Vec<Block>) {
        let text = self.held.join("\n");
        self.held.clear();
        if text.trim().is_empty() {
            return;
        }
        let spans = spans(&text, DEPTH);
        blocks.push(if self.quoted {
            Block::Quote(spans)
        } else {
            Block::Paragraph(spans)
        });
    }
}

fn spans(text: &str, depth: usize) -> Vec<Span> {
    let mut out = Out::default();
    let mut rest = text;
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        if let Some((span, after)) = marked(rest, before, depth) {
            out.push(span);
            before = rest
                .get(..rest.len() - after.len())
                .and_then(|taken| taken.chars().next_back());
            rest = after;
        } else {
            out.text.push(first);
            before = Some(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    out.finish()
}

/// Spans so far, and the plain text that has not become one.
#[derive(Default)]
struct Out {
    spans: Vec<Span>,
    text: String,
}

impl Out {
    fn push(&mut self, span: Span) {
        if !self.text.is_empty() {
            self.spans.push(Span::Text(std::mem::take(&mut self.text)));
        }
        self.spans.push(span);
    }

    fn finish(mut self) -> Vec<Span> {
        if !self.text.is_empty() {
            self.spans.push(Span::Text(self.text));
        }
        self.spans
    }
}

/// The span that begins here, if one does, and what follows it.
fn marked(rest: &str, before: Option<char>, depth: usize) -> Option<(Span, &str)> {
    match rest.bytes().next()? {
        b'`' => code(rest),
        b'h' if before.is_none_or(|c| !c.is_alphanumeric()) => link(rest),
        b'*' if depth > 0 => wrapped(rest, "**", before, depth, Span::Strong)
            .or_else(|| wrapped(rest, "*", before, depth, Span::Emphasis)),
        b'_' if depth > 0 => wrapped(rest, "_", before, depth, Span::Emphasis),
        b'~' if depth > 0 => wrapped(rest, "~~", before, depth, Span::Struck),
        _ => None,
    }
}

fn code(rest: &str) -> Option<(Span, &str)> {
    let (inside, after) = rest.strip_prefix('`')?.split_once('`')?;
    (!inside.is_empty() && !inside.contains('\n')).then(|| (Span::Code(inside.to_owned()), after))
}

/// A mark opens before a letter and after none, and closes after a letter and before none: `2 * 3` and `snake_case` stay.
fn wrapped<'a>(
    rest: &'a str,
    mark: &str,
    before: Option<char>,
    depth: usize,
    span: fn(Vec<Span>) -> Span,
) -> Option<(Span, &'a str)> {
    let inside = rest.strip_prefix(mark)?;
    if before.is_some_and(char::is_alphanumeric) || inside.starts_with(char::is_whitespace) {
        return None;
    }
    let end = inside
        .match_indices(mark)
        .take_while(|(at, _)| *at < REACH)
        .map(|(at, _)| at)
        .find(|at| {
            let (held, after) = inside.split_at(*at);
            let after = after.strip_prefix(mark).unwrap_or_default();
            !held.is_empty()
                && !held.ends_with(char::is_whitespace)
                && !after.starts_with(char::is_alphanumeric)
                && !(mark.len() == 1 && (after.starts_with(mark) || held.ends_with(mark)))
        })?;
    let (held, after) = inside.split_at(end);
    Some((span(spans(held, depth - 1)), after.strip_prefix(mark)?))
}

/// An address ends at white space; what ends a sentence is not part of it, nor a bracket that it did not open.
fn link(rest: &str) -> Option<(Span, &str)> {
    let host = rest
        .strip_prefix("https://")
        .or_else(|| rest.strip_prefix("http://"))?;
    if !host.starts_with(char::is_alphanumeric) && !host.starts_with('[') {
        return None;
    }
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`'))
        .unwrap_or(rest.len());
    let mut address = rest.get(..end)?;
    while let Some(last) = address.chars().next_back() {
        let unopened = last == ')' && address.matches(')').count() > address.matches('(').count();
        if unopened
            || matches!(
                last,
                '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~'
            )
        {
            address = address.get(..address.len() - last.len_utf8())?;
        } else {
            break;
        }
    }
    Some((Span::Link(address.to_owned()), rest.get(address.len()..)?))
}

#[cfg(test)]
mod tests;
