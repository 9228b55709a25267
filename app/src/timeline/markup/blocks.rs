//! What stands on lines of its own: paragraphs, headings, quotes, code, lists.

use super::tree::clamped;
use super::{Block, Item, Steps, inline, tables};

/// Reads lines. Each is looked at a few times here and once on each level of quotes and lists.
pub(super) fn read(lines: &[&str], depth: usize, steps: &mut Steps) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    // Looked up once: looking for the end of each fence would take quadratic time.
    let last_fence = lines.iter().rposition(is_fence);
    let mut at = 0;
    while let Some(rest @ [line, ..]) = lines.get(at..) {
        steps.add(line.len() + 1);
        let has_end = last_fence.is_some_and(|last| last > at);
        if !steps.take(1) {
            paragraph.extend(rest);
            break;
        }
        let found = if let Some((level, text)) = heading(line) {
            let spans = inline::read(text, steps);
            Some((Block::Heading { level, spans }, 1))
        } else if has_end && line.trim_start().starts_with("```") {
            Some(code(rest))
        } else if depth > 0 && line.starts_with('>') {
            Some(quote(rest, depth, steps))
        } else if depth > 0 && marker(line).is_some() {
            Some(list(rest, depth, steps))
        } else {
            tables::read(rest, steps)
        };
        if let Some((block, taken)) = found {
            flush(&mut paragraph, &mut blocks, steps);
            blocks.push(block);
            at += taken.max(1);
        } else {
            paragraph.push(line);
            at += 1;
        }
    }
    flush(&mut paragraph, &mut blocks, steps);
    blocks
}

fn flush(paragraph: &mut Vec<&str>, blocks: &mut Vec<Block>, steps: &mut Steps) {
    let text = paragraph.join("\n");
    paragraph.clear();
    if !text.trim().is_empty() {
        let spans = inline::read(text.trim_matches('\n'), steps);
        blocks.push(Block::Paragraph(spans));
    }
}

fn is_fence(line: &&str) -> bool {
    line.trim() == "```"
}

/// How many `#` a line begins with, and what it says.
fn heading(line: &str) -> Option<(u8, &str)> {
    let marks = line.bytes().take(4).take_while(|byte| *byte == b'#');
    let level = u8::try_from(marks.count())
        .ok()
        .filter(|level| (1..=3).contains(level))?;
    let text = line.get(usize::from(level)..)?.strip_prefix(' ')?.trim();
    (!text.is_empty()).then_some((level, text))
}

/// The lines up to the fence that ends it.
fn code(lines: &[&str]) -> (Block, usize) {
    let first = lines.first().copied().unwrap_or_default();
    let language = first
        .trim()
        .trim_start_matches('`')
        .split_whitespace()
        .next();
    let inside = lines.iter().skip(1).take_while(|line| !is_fence(line));
    let inside: Vec<&str> = inside.copied().collect();
    let code = Block::Code {
        language: language.map(str::to_owned),
        text: clamped(&inside.join("\n")),
    };
    (code, inside.len() + 2)
}

fn quote(lines: &[&str], depth: usize, steps: &mut Steps) -> (Block, usize) {
    let quoted = lines.iter().map_while(|line| line.strip_prefix('>'));
    let quoted: Vec<&str> = quoted
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let blocks = read(&quoted, depth - 1, steps);
    (Block::Quote(blocks), quoted.len())
}

/// What an item of a list begins with.
struct Marker<'a> {
    /// `None` for a dash.
    number: Option<u32>,
    /// What follows.
    text: &'a str,
    /// How far what follows is indented.
    width: usize,
}

fn marker(line: &str) -> Option<Marker<'_>> {
    let unindented = line.trim_start_matches(' ');
    let indent = line.len() - unindented.len();
    if indent > 3 {
        return None;
    }
    let digits = unindented
        .bytes()
        .take(4)
        .take_while(u8::is_ascii_digit)
        .count();
    let (number, rest) = match unindented.split_at_checked(digits)? {
        ("", rest) => (None, rest.strip_prefix(['-', '+'])?),
        (digits, rest) if digits.len() < 4 => (digits.parse().ok(), rest.strip_prefix(['.', ')'])?),
        _ => return None,
    };
    let text = rest.strip_prefix(' ')?;
    (!text.trim().is_empty()).then_some(Marker {
        number,
        text,
        width: line.len() - text.len(),
    })
}

/// The items that begin in the same way, each with the indented lines that follow it.
fn list(lines: &[&str], depth: usize, steps: &mut Steps) -> (Block, usize) {
    let mut items = Vec::new();
    let mut first = None;
    let mut at = 0;
    while let Some(found) = lines.get(at).and_then(|line| marker(line)) {
        if items.is_empty() {
            first = found.number;
        } else if first.is_some() != found.number.is_some() || !steps.take(1) {
            break;
        }
        let (done, text) = task(found.text);
        let mut inside = vec![text];
        let rest = lines.get(at + 1..).unwrap_or_default();
        inside.extend(rest.iter().map_while(|line| unindented(line, found.width)));
        steps.add(found.text.len() + inside.len());
        at += inside.len();
        let blocks = read(&inside, depth - 1, steps);
        items.push(Item { done, blocks });
    }
    (Block::List { first, items }, at)
}

/// A line that belongs to the item above it, without as much of its indent as the item has.
fn unindented(line: &str, width: usize) -> Option<&str> {
    let rest = line.strip_prefix("  ")?;
    let more = rest
        .bytes()
        .take(width.saturating_sub(2))
        .take_while(|byte| *byte == b' ')
        .count();
    rest.get(more..).filter(|rest| !rest.trim().is_empty())
}

fn task(text: &str) -> (Option<bool>, &str) {
    let boxes = [("[ ] ", false), ("[x] ", true), ("[X] ", true)];
    boxes
        .into_iter()
        .find_map(|(mark, done)| Some((Some(done), text.strip_prefix(mark)?)))
        .unwrap_or((None, text))
}
