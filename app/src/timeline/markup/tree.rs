//! The tree that the tokens of a text make.

use parley_protocol::names::is_control_or_override;

use super::{DEPTH, Span, Steps};

/// A piece of a text.
pub(super) enum Token<'a> {
    Text(&'a str),
    /// What follows begins with `@` or `#`.
    Name,
    Code(&'a str),
    /// A name, with its colons.
    Emoji(&'a str),
    Link(&'a str),
    Mark(&'a str, Role<'a>),
}

#[derive(Clone, Copy)]
pub(super) enum Role<'a> {
    /// It belongs to none.
    Text,
    Begin(Kind<'a>),
    End,
}

#[derive(Clone, Copy)]
pub(super) enum Kind<'a> {
    Strong,
    Emphasis,
    Struck,
    Hidden,
    Named(&'a str),
}

/// Makes the tree. Marks that are too deep inside each other are text.
pub(super) fn build(tokens: Vec<Token<'_>>, steps: &mut Steps) -> Vec<Span> {
    let mut spans = Vec::new();
    // Those around, with the spans that came before each; `None` for one that is shown as text.
    let mut around: Vec<Option<(Kind<'_>, Vec<Span>)>> = Vec::new();
    let mut depth = 0;
    let mut in_link = false;
    for token in tokens {
        steps.add(1);
        match token {
            Token::Name if !in_link && steps.take(1) => spans.push(Span::Name(String::new())),
            Token::Name => {}
            Token::Link(address) if !in_link && steps.take(1) => {
                spans.push(Span::Link(address.to_owned()));
            }
            Token::Code(code) if steps.take(1) => spans.push(Span::Code(visible(code, in_link))),
            Token::Emoji(name) if !in_link && steps.take(1) => {
                spans.push(Span::Emoji(name.trim_matches(':').to_owned()));
            }
            Token::Text(text)
            | Token::Mark(text, Role::Text)
            | Token::Link(text)
            | Token::Code(text)
            | Token::Emoji(text) => {
                push_text(text, in_link, &mut spans);
            }
            Token::Mark(_, Role::Begin(kind)) if depth < DEPTH && steps.take(1) => {
                depth += 1;
                in_link |= matches!(kind, Kind::Named(_));
                around.push(Some((kind, std::mem::take(&mut spans))));
            }
            Token::Mark(text, Role::Begin(_)) => {
                around.push(None);
                push_text(text, in_link, &mut spans);
            }
            Token::Mark(text, Role::End) => match around.pop().flatten() {
                Some((kind, before)) => {
                    let inside = std::mem::replace(&mut spans, before);
                    depth -= 1;
                    spans.push(match kind {
                        Kind::Strong => Span::Strong(inside),
                        Kind::Emphasis => Span::Emphasis(inside),
                        Kind::Struck => Span::Struck(inside),
                        Kind::Hidden => Span::Hidden(inside),
                        Kind::Named(address) => {
                            in_link = false;
                            let (label, address) = (inside, address.to_owned());
                            Span::NamedLink { label, address }
                        }
                    });
                }
                None => push_text(text, in_link, &mut spans),
            },
        }
    }
    spans
}

fn push_text(text: &str, in_link: bool, spans: &mut Vec<Span>) {
    let text = visible(text, in_link);
    if let Some(Span::Text(before) | Span::Name(before)) = spans.last_mut() {
        before.push_str(&text);
    } else if !text.is_empty() {
        spans.push(Span::Text(text));
    }
}

/// Nothing in the label of a link turns its letters around, or hides.
fn visible(text: &str, in_link: bool) -> String {
    let hides = |c: char| is_control_or_override(c) && c != '\n';
    let shown: String = text.chars().filter(|c| !(in_link && hides(*c))).collect();
    clamped(&shown)
}

/// Marks on one letter. Vietnamese has two, Hebrew and Arabic three; more cover the lines around.
const MARKS: usize = 4;

/// A text in which no letter has a tower of marks on it.
pub(super) fn clamped(text: &str) -> String {
    let mut marks = 0;
    text.chars()
        .filter(|c| {
            marks = if is_mark(*c) { marks + 1 } else { 0 };
            marks <= MARKS
        })
        .collect()
}

/// Marks that combine with a letter, by the blocks of those that are stacked.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{6d6}'..='\u{6ed}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{eb4}'..='\u{ebc}' | '\u{ec8}'..='\u{ece}' | '\u{f71}'..='\u{f84}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}
