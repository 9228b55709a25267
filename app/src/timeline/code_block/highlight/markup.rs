//! Languages of tags: names of tags, attributes, texts and comments.

use super::{Kind, Pieces, length_while, quoted};

pub(super) fn read(code: &str, into: &mut Pieces) {
    let mut rest = code;
    let mut in_tag = false;
    while let Some(c) = rest.chars().next() {
        if into.is_full() {
            return;
        }
        let (kind, length) = if let Some(inside) = rest.strip_prefix("<!--") {
            let length = inside.find("-->").map(|at| at + 7);
            (Kind::Comment, length.unwrap_or(rest.len()))
        } else if c == '<' {
            in_tag = true;
            let name =
                |c: char| c.is_alphanumeric() || matches!(c, '<' | '/' | '!' | '?' | '-' | ':');
            (Kind::Keyword, length_while(rest, name))
        } else if c == '>' || rest.starts_with("/>") {
            in_tag = false;
            (Kind::Keyword, rest.find('>').map_or(1, |at| at + 1))
        } else if in_tag && matches!(c, '"' | '\'') {
            quoted(rest, c)
        } else if in_tag && c.is_alphanumeric() {
            let name = |c: char| c.is_alphanumeric() || matches!(c, '-' | ':' | '_' | '@' | '.');
            (Kind::Name, length_while(rest, name))
        } else {
            (Kind::Plain, c.len_utf8())
        };
        into.put(kind, length);
        rest = rest.get(length..).unwrap_or_default();
    }
}
