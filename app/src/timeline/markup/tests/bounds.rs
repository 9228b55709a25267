//! Texts that would make a careless reader slow, or a page of elements: steps, pieces and depth are bounded.

use crate::timeline::markup::{Block, MAX_PIECES, MAX_STEPS_PER_BYTE, Span, parse, steps};

/// Longest text of a message.
const LONGEST: usize = 32 * 1024;

/// Texts that make a careless reader look at the same characters again and again.
fn bad_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "[",
        "](",
        "[a](https://b",
        "![",
        "*",
        "**",
        "*a ",
        "**a ",
        "_a ",
        "*_",
        "a*b_",
        "~~a ",
        "~",
        "`",
        "``a",
        "`a\n",
        "a`",
        "https://",
        "https://a)",
        "https://a.b/(",
        "[https://a](",
        "[a](https://b) ",
        ">",
        "> ",
        "> > > > > ",
        ">\n",
        "- ",
        "- - - - ",
        "- a\n",
        "- a\n  - b\n    - c\n",
        "1. a\n",
        "  - a\n",
        "|",
        "|a",
        "|-",
        "|-\n",
        "a|b\n-|-\n",
        "```\n",
        "```a\n",
        " ```",
        "\n",
        " ",
        "  \n",
        "*a **b _c ~~d [e",
        "*a* ",
        "[*a](https://b)* ",
        "\u{301}",
        "é*",
        "h",
        "http",
        "]",
        "[a]",
        "@a ",
        "@",
        "#a@b ",
        "||",
        "||a",
        "||a ",
        "|| a",
        "\\",
        "\\*",
        "\\\n",
        "¯",
        r"¯\_(ツ)_/¯",
        "#",
        "# a\n",
        "# *a ",
        "`a`",
        "- [ ] a\n",
        "> # a\n",
        "```rust\na\n```\n",
    ]
    .map(|part| part.repeat(LONGEST / part.len()))
    .into();
    texts.push(format!("https://a{}", ")".repeat(LONGEST)));
    texts.push(format!(
        "https://a{}{}",
        "(".repeat(LONGEST / 2),
        ").".repeat(LONGEST / 4)
    ));
    texts.push(format!("https://{}", "a".repeat(LONGEST)));
    texts.push(format!("[a](https://{}", "(".repeat(LONGEST)));
    texts.push(format!(
        "{}{}",
        "[".repeat(LONGEST / 2),
        "](https://a)".repeat(LONGEST / 24)
    ));
    texts.push(format!(
        "{}{}",
        "*a ".repeat(LONGEST / 6),
        " a*".repeat(LONGEST / 6)
    ));
    texts.push(format!(
        "{}{}",
        "*_".repeat(LONGEST / 4),
        "a_*".repeat(LONGEST / 6)
    ));
    let nested = |at: usize| format!("{}- a\n", " ".repeat(2 * (at % 100)));
    texts.push((0..LONGEST / 100).map(nested).collect());
    let columns = "|a".repeat(2_000);
    texts.push(format!(
        "{columns}\n{}\n{}",
        "|-".repeat(2_000),
        "|\n".repeat(10_000)
    ));
    texts
}

#[test]
fn reading_takes_steps_in_proportion_to_the_text() {
    for source in bad_texts() {
        let steps = steps(&source);
        let most = MAX_STEPS_PER_BYTE * (source.len() + 100);
        let beginning: String = source.chars().take(20).collect();
        assert!(
            steps <= most,
            "{beginning:?}: {steps} steps for {} bytes",
            source.len()
        );
    }
}

#[test]
fn a_message_of_marks_makes_few_elements() {
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
            Span::Name(_) | Span::Emoji(_) | Span::Code(_) | Span::Link(_) => 1,
        });
        each.sum()
    }
    for source in bad_texts() {
        let beginning: String = source.chars().take(20).collect();
        let pieces = of_blocks(&parse(&source));
        assert!(pieces <= 3 * MAX_PIECES, "{beginning:?}: {pieces}");
    }
}

#[test]
fn what_is_deep_inside_is_bounded() {
    fn of_blocks(blocks: &[Block]) -> usize {
        let depths = blocks.iter().map(|block| match block {
            Block::Paragraph(spans) => of_spans(spans),
            Block::Quote(blocks) => of_blocks(blocks),
            Block::List { items, .. } => items
                .iter()
                .map(|item| of_blocks(&item.blocks))
                .max()
                .unwrap_or(0),
            Block::Heading { spans, .. } => of_spans(spans),
            Block::Code { .. } | Block::Table { .. } => 0,
        });
        1 + depths.max().unwrap_or(0)
    }
    fn of_spans(spans: &[Span]) -> usize {
        let depths = spans.iter().map(|span| match span {
            Span::Strong(inside)
            | Span::Emphasis(inside)
            | Span::Struck(inside)
            | Span::Hidden(inside)
            | Span::NamedLink { label: inside, .. } => of_spans(inside),
            Span::Text(_) | Span::Name(_) | Span::Emoji(_) | Span::Code(_) | Span::Link(_) => 0,
        });
        1 + depths.max().unwrap_or(0)
    }
    for source in bad_texts() {
        assert!(of_blocks(&parse(&source)) <= 12);
    }
}
