//! The tree that the tokens of a text make.

use parley_protocol::names::is_control_or_override;

use super::{DEPTH, Span, Steps};

/// A piece of a text.
pub(super) enum Token<'a> {
    Text(&'a str),
    Code(&'a str),
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
            Token::Text(text) | Token::Mark(text, Role::Text) => {
                push_text(text, in_link, &mut spans);
            }
            Token::Link(text) if in_link => push_text(text, true, &mut spans),
            Token::Link(address) => spans.push(Span::Link(address.to_owned())),
            Token::Code(code) => spans.push(Span::Code(visible(code, in_link))),
            Token::Mark(_, Role::Begin(kind)) if depth < DEPTH => {
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
    if let Some(Span::Text(before)) = spans.last_mut() {
        before.push_str(&text);
    } else if !text.is_empty() {
        spans.push(Span::Text(text));
    }
}

/// Nothing in the label of a link turns its letters around, or hides.
fn visible(text: &str, in_link: bool) -> String {
    let hides = |c: char| is_control_or_override(c) && c != '\n';
    text.chars().filter(|c| !(in_link && hides(*c))).collect()
}
