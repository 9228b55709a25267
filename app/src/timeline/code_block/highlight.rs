//! Colours for code: a small reader of what most languages share (comments, texts, numbers, words), with a table of how
//! they differ. Pure, in linear time, and never wrong in a way that matters: nothing is left out or moved.

mod languages;
mod markup;

use self::languages::{Language, Shape};

/// Pieces of one block; what follows has no colours. Each is an element of the page.
const MOST: usize = 400;

/// A stretch of code that looks alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    pub kind: Kind,
    /// In bytes.
    pub length: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Plain,
    Comment,
    Text,
    Number,
    Keyword,
    /// A function that is called, a type, a key, a tag.
    Name,
    Added,
    Removed,
}

/// The pieces that code begins with; none if the language is not known.
pub fn pieces(language: &str, code: &str) -> Vec<Piece> {
    let mut into = Pieces::default();
    match languages::find(language) {
        None => {}
        Some(Shape::Difference) => difference(code, &mut into),
        Some(Shape::Tags) => markup::read(code, &mut into),
        Some(Shape::Words(language)) => words(&language, code, &mut into),
    }
    into.0
}

/// Neighbours that look alike are one.
#[derive(Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    fn put(&mut self, kind: Kind, length: usize) {
        match self.0.last_mut() {
            Some(last) if last.kind == kind => last.length += length,
            Some(_) | None if length > 0 => self.0.push(Piece { kind, length }),
            Some(_) | None => {}
        }
    }

    fn is_full(&self) -> bool {
        self.0.len() >= MOST
    }
}

fn difference(code: &str, into: &mut Pieces) {
    for line in code.split_inclusive('\n') {
        let kind = match line.bytes().next() {
            Some(b'+') => Kind::Added,
            Some(b'-') => Kind::Removed,
            Some(b'@') => Kind::Comment,
            Some(_) | None => Kind::Plain,
        };
        into.put(kind, line.len());
        if into.is_full() {
            return;
        }
    }
}

fn words(language: &Language, code: &str, into: &mut Pieces) {
    let mut rest = code;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        if into.is_full() {
            return;
        }
        let (kind, length) = token(language, rest, before, c);
        into.put(kind, length);
        let (taken, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        before = taken.chars().next_back().unwrap_or(' ');
        rest = after;
    }
}

/// What stands here, and how long it is.
fn token(language: &Language, rest: &str, before: char, c: char) -> (Kind, usize) {
    let mut comments = language.line_comments.iter();
    if comments.any(|mark| rest.starts_with(mark)) && begins_comment(c, before) {
        return (Kind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if let Some((begin, end)) = language.block_comment
        && let Some(inside) = rest.strip_prefix(begin)
    {
        let length = inside.find(end).map(|at| begin.len() + at + end.len());
        return (Kind::Comment, length.unwrap_or(rest.len()));
    }
    if language.quotes.contains(c) {
        return quoted(rest, c);
    }
    if c.is_ascii_digit() && !is_word(before) {
        let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        return (Kind::Number, length_while(rest, goes_on));
    }
    if is_word(c) {
        let length = length_while(rest, is_word);
        let (word, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        return (word_kind(language, word, after), length);
    }
    (Kind::Plain, c.len_utf8())
}

/// A `#` inside of a word begins no comment.
fn begins_comment(c: char, before: char) -> bool {
    c != '#'
        || before.is_whitespace()
        || !before.is_alphanumeric() && before != '$' && before != '{'
}

/// A text in quotes: on one line, or over several between three quotes or backticks. Where it does not end, the line
/// has no colours: looking for the end of each would take quadratic time.
fn quoted(rest: &str, quote: char) -> (Kind, usize) {
    let line = rest.find('\n').unwrap_or(rest.len());
    end_of_quoted(rest, quote).map_or((Kind::Plain, line), |length| (Kind::Text, length))
}

fn end_of_quoted(rest: &str, quote: char) -> Option<usize> {
    let three: String = [quote; 3].iter().collect();
    if let Some(inside) = rest.strip_prefix(three.as_str()) {
        return Some(inside.find(three.as_str())? + 6);
    }
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' if quote != '`' => return None,
            _ if c == quote => return Some(at + c.len_utf8()),
            _ => {}
        }
    }
    None
}

fn word_kind(language: &Language, word: &str, after: &str) -> Kind {
    let folded;
    let looked_up = if language.ignores_case {
        folded = word.to_ascii_lowercase();
        folded.as_str()
    } else {
        word
    };
    if language
        .keywords
        .split(' ')
        .any(|keyword| keyword == looked_up)
    {
        return Kind::Keyword;
    }
    let is_key = language.has_keys && after.starts_with(':');
    let is_called = after.starts_with('(') || after.starts_with("!(");
    let is_type = language.has_types && word.starts_with(|c: char| c.is_ascii_uppercase());
    if is_key || is_called || is_type {
        Kind::Name
    } else {
        Kind::Plain
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn length_while(text: &str, holds: impl Fn(char) -> bool) -> usize {
    text.find(|c| !holds(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests;
