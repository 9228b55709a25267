//! What formatting reads, and what it leaves alone.

use proptest::prelude::*;

use super::{Block, Span, parse};

fn text(text: &str) -> Span {
    Span::Text(text.into())
}

fn one_line(source: &str) -> Vec<Span> {
    match parse(source).into_iter().next() {
        Some(Block::Paragraph(spans)) => spans,
        other => panic!("not one paragraph: {other:?}"),
    }
}

#[test]
fn marks_are_read() {
    assert_eq!(
        one_line("a **b _c_** ~~d~~ `e*f*`"),
        [
            text("a "),
            Span::Strong(vec![text("b "), Span::Emphasis(vec![text("c")])]),
            text(" "),
            Span::Struck(vec![text("d")]),
            text(" "),
            Span::Code("e*f*".into()),
        ]
    );
}

#[test]
fn what_only_looks_like_a_mark_stays() {
    for plain in [
        "2 * 3 * 4",
        "snake_case_name",
        "**",
        "* a",
        "`",
        "~~ a ~~",
        "5*4*3",
        "****",
    ] {
        assert_eq!(one_line(plain), [text(plain)], "{plain}");
    }
}

#[test]
fn addresses_are_links_and_sentences_end_outside_them() {
    assert_eq!(
        one_line("see https://a.example/b_(c)?d=e. (http://f.example)"),
        [
            text("see "),
            Span::Link("https://a.example/b_(c)?d=e".into()),
            text(". ("),
            Span::Link("http://f.example".into()),
            text(")"),
        ]
    );
}

#[test]
fn no_other_address_is_a_link() {
    for plain in [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example",
        "xhttps://a.example",
        "https://",
        "http:// a",
    ] {
        assert_eq!(one_line(plain), [text(plain)], "{plain}");
    }
}

#[test]
fn html_is_only_text() {
    let source = "<img src=x onerror=alert(1)><b>no</b>";
    assert_eq!(one_line(source), [text(source)]);
}

#[test]
fn fences_and_quotes_stand_alone() {
    assert_eq!(
        parse("before\n```rust\nlet a = *b;\n```\n> quoted\n> more\nafter"),
        [
            Block::Paragraph(vec![text("before")]),
            Block::Code("let a = *b;".into()),
            Block::Quote(vec![text("quoted\nmore")]),
            Block::Paragraph(vec![text("after")]),
        ]
    );
}

#[test]
fn a_fence_without_an_end_is_text() {
    assert_eq!(
        parse("```\nhello"),
        [Block::Paragraph(vec![text("```\nhello")])]
    );
}

#[test]
fn a_text_full_of_open_marks_is_read_soon() {
    for mark in [
        "*a ", "**a ", "_a ", "`a\n", "https://", "> ", "```\n", "*_",
    ] {
        assert!(!parse(&mark.repeat(6_000)).is_empty());
    }
}

fn plain(spans: &[Span], into: &mut String) {
    for span in spans {
        match span {
            Span::Text(text) | Span::Code(text) | Span::Link(text) => into.push_str(text),
            Span::Strong(inside) | Span::Emphasis(inside) | Span::Struck(inside) => {
                plain(inside, into)
            }
        }
    }
}

proptest! {
    #[test]
    fn no_letter_is_lost_or_made_up(source in "[a-c *_~`>\n:/.hps()é🙂]{0,80}") {
        let mut shown = String::new();
        for block in parse(&source) {
            match block {
                Block::Paragraph(spans) | Block::Quote(spans) => plain(&spans, &mut shown),
                Block::Code(code) => shown.push_str(&code),
            }
        }
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        // The word after an opening fence names a language and is not shown.
        prop_assume!(!source.contains("```"));
        prop_assert_eq!(letters(&shown), letters(&source));
    }
}
