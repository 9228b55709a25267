//! The formatting of messages: no text panics, none is looked at again and again, and none makes a page of elements.
#![no_main]

#[path = "../../src/timeline"]
mod timeline {
    pub mod markup;
}

use libfuzzer_sys::fuzz_target;
use timeline::markup::{self, Block, Span};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let pieces = of_blocks(&markup::parse(text));
    assert!(pieces <= 3 * markup::MAX_PIECES, "{pieces} pieces");
    let steps = markup::steps(text);
    assert!(
        steps <= markup::MAX_STEPS_PER_BYTE * (text.len() + 100),
        "{steps} steps for {} bytes",
        text.len()
    );
});

fn of_blocks(blocks: &[Block]) -> usize {
    let each = blocks.iter().map(|block| match block {
        Block::Paragraph(spans) | Block::Heading { spans, .. } => of_spans(spans),
        Block::Quote(blocks) => of_blocks(blocks),
        Block::List { items, .. } => items.iter().map(|it| 1 + of_blocks(&it.blocks)).sum(),
        Block::Code { .. } => 0,
        Block::Table { head, rows } => {
            let cells = head.iter().chain(rows.iter().flatten());
            cells.map(|cell| 1 + of_spans(cell)).sum()
        }
    });
    each.map(|inside| inside + 1).sum()
}

fn of_spans(spans: &[Span]) -> usize {
    let each = spans.iter().map(|span| match span {
        Span::Strong(inside)
        | Span::Emphasis(inside)
        | Span::Struck(inside)
        | Span::Hidden(inside)
        | Span::NamedLink { label: inside, .. } => 1 + of_spans(inside),
        Span::Text(_) => 0,
        Span::Name(_) | Span::Code(_) | Span::Link(_) | Span::Emoji(_) => 1,
    });
    each.sum()
}
