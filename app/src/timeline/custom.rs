//! Emoji that the community made, where a message or a reaction names one. A name that nobody has stays a text.

use leptos::prelude::*;

use super::markup::{Block, Span};
use crate::stores::stores;
use crate::ui::emoji;
use crate::ui::reactive::dynamic;

/// More do not stand out any more.
const MOST_ALONE: usize = 20;

/// A symbol or a `:name:`, as it looks now.
pub(super) fn emoji(sign: String) -> AnyView {
    let Some(name) = name_of(&sign) else {
        return sign.into_any();
    };
    let (name, known) = (name.to_owned(), stores().emoji);
    let address = Memo::new({
        let name = name.clone();
        move |_| known.address(&name)
    });
    dynamic(move || match address.get() {
        Some(address) => emoji::picture(&name, &address),
        None => sign.clone().into_any(),
    })
}

fn name_of(sign: &str) -> Option<&str> {
    sign.strip_prefix(':')?.strip_suffix(':')
}

/// Whether a message is nothing but a few such names, which are shown larger.
pub(super) fn are_alone(blocks: &[Block]) -> bool {
    let [Block::Paragraph(spans)] = blocks else {
        return false;
    };
    let count = spans
        .iter()
        .filter(|it| matches!(it, Span::Emoji(_)))
        .count();
    let is_small = |span: &Span| {
        matches!(span, Span::Emoji(_)) || matches!(span, Span::Text(text) if text.trim().is_empty())
    };
    (1..=MOST_ALONE).contains(&count) && spans.iter().all(is_small)
}

#[cfg(test)]
mod tests {
    use super::are_alone;
    use crate::timeline::markup::parse;

    #[test]
    fn only_names_alone_are_larger() {
        for text in [":parrot:", " :parrot: :blob:\n:parrot:", ":a1::b2:"] {
            assert!(are_alone(&parse(text)), "{text}");
        }
        let many = ":parrot:".repeat(21);
        for text in [
            "",
            "hi :parrot:",
            "> :parrot:",
            ":parrot:\n\n- x",
            "**:parrot:**",
            &many,
        ] {
            assert!(!are_alone(&parse(text)), "{text}");
        }
    }
}
