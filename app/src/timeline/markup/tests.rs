//! What formatting reads, and what it leaves alone.

use proptest::prelude::*;

use super::{Block, Item, MAX_STEPS_PER_BYTE, Span, parse, steps};

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
            Block::Quote(vec![Block::Paragraph(vec![text("quoted\nmore")])]),
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

fn paragraph(source: &str) -> Block {
    Block::Paragraph(vec![text(source)])
}

fn item(done: Option<bool>, blocks: Vec<Block>) -> Item {
    Item { done, blocks }
}

#[test]
fn marks_stand_inside_each_other() {
    assert_eq!(
        one_line("***a** b* __c__ **重要**です [**d** e](https://f.example)"),
        [
            Span::Emphasis(vec![Span::Strong(vec![text("a")]), text(" b")]),
            text(" "),
            Span::Strong(vec![text("c")]),
            text(" "),
            Span::Strong(vec![text("重要")]),
            text("です "),
            Span::NamedLink {
                label: vec![Span::Strong(vec![text("d")]), text(" e")],
                address: "https://f.example".into(),
            },
        ]
    );
    assert_eq!(
        one_line("*a **b* c"),
        [Span::Emphasis(vec![text("a **b")]), text(" c")]
    );
    assert_eq!(
        one_line("`a *b*\n*c* `"),
        [
            text("`a "),
            Span::Emphasis(vec![text("b")]),
            text("\n"),
            Span::Emphasis(vec![text("c")]),
            text(" `")
        ]
    );
}

#[test]
fn lists_have_items_tasks_and_lists_inside() {
    assert_eq!(
        parse(
            "to do:\n- [x] bread\n- [ ] milk\n  whole\n  1. one\n  2. two\nthat is all\n7) seven"
        ),
        [
            paragraph("to do:"),
            Block::List {
                first: None,
                items: vec![
                    item(Some(true), vec![paragraph("bread")]),
                    item(
                        Some(false),
                        vec![
                            paragraph("milk\nwhole"),
                            Block::List {
                                first: Some(1),
                                items: vec![
                                    item(None, vec![paragraph("one")]),
                                    item(None, vec![paragraph("two")])
                                ],
                            },
                        ]
                    ),
                ],
            },
            paragraph("that is all"),
            Block::List {
                first: Some(7),
                items: vec![item(None, vec![paragraph("seven")])]
            },
        ]
    );
    for plain in ["-a", "- ", "1.5 litres", "2026. That was it", "-", "a - b"] {
        assert_eq!(parse(plain), [paragraph(plain)], "{plain}");
    }
}

#[test]
fn tables_have_a_head_and_rows() {
    assert_eq!(
        parse("| a | b |\n|---|:-:|\n| *c* | d | e |\n| f |\nafter"),
        [
            Block::Table {
                head: vec![vec![text("a")], vec![text("b")]],
                rows: vec![
                    vec![vec![Span::Emphasis(vec![text("c")])], vec![text("d")]],
                    vec![vec![text("f")]],
                ],
            },
            paragraph("after"),
        ]
    );
    for plain in ["a | b", "a | b\nc | d", "a\n|-|", "|a|b|\n|-|"] {
        assert_eq!(parse(plain), [paragraph(plain)], "{plain}");
    }
}

#[test]
fn quotes_stand_inside_each_other() {
    let inner = Block::Quote(vec![paragraph("a")]);
    assert_eq!(
        parse("> > a\n> b"),
        [Block::Quote(vec![inner, paragraph("b")])]
    );
}

#[test]
fn single_line_breaks_stay() {
    assert_eq!(parse("a\nb\n\nc"), [paragraph("a\nb\n\nc")]);
}

#[test]
fn an_address_leads_where_it_looks_like() {
    for (source, address) in [
        ("https://a.example/\u{202e}gro.live", "https://a.example/"),
        ("https://a.example\u{200b}.evil", "https://a.example"),
        ("https://a.example\\@b.example", "https://a.example"),
        ("https://a.example/b@c", "https://a.example/b@c"),
        ("https://a.example。そして", "https://a.example"),
        ("そしてhttps://a.example", "https://a.example"),
        ("https://[::1]/a", "https://[::1]/a"),
    ] {
        assert!(
            one_line(source).contains(&Span::Link(address.into())),
            "{source:?}"
        );
    }
    for plain in [
        "https://bank.example@evil.example/",
        "[a](https://bank.example@evil.example)",
    ] {
        assert_eq!(one_line(plain), [text(plain)]);
    }
}

#[test]
fn the_label_of_a_link_hides_nothing() {
    assert_eq!(
        one_line("[https://bank.example \u{202e}`a\u{2066}`](https://evil.example)"),
        [Span::NamedLink {
            label: vec![text("https://bank.example "), Span::Code("a".into())],
            address: "https://evil.example".into(),
        }]
    );
    assert_eq!(
        one_line("![a cat](https://a.example/cat.png)"),
        [Span::NamedLink {
            label: vec![text("a cat")],
            address: "https://a.example/cat.png".into()
        }]
    );
    for plain in [
        "[a](javascript:alert(1))",
        "[a](data:x)",
        "[](https://a.example",
        "[a] (https://",
        "[a](/b)",
        "[a](mailto:b c)",
    ] {
        let spans = one_line(plain);
        assert!(
            !spans
                .iter()
                .any(|span| matches!(span, Span::NamedLink { .. })),
            "{spans:?}"
        );
    }
}

#[test]
fn a_link_has_no_link_inside() {
    let spans = one_line("[a [b](https://c.example) d](https://e.example)");
    let links = spans
        .iter()
        .filter(|span| matches!(span, Span::NamedLink { .. }));
    assert_eq!(links.count(), 1, "{spans:?}");
}

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
            Block::Code(_) | Block::Table { .. } => 0,
        });
        1 + depths.max().unwrap_or(0)
    }
    fn of_spans(spans: &[Span]) -> usize {
        let depths = spans.iter().map(|span| match span {
            Span::Strong(inside)
            | Span::Emphasis(inside)
            | Span::Struck(inside)
            | Span::NamedLink { label: inside, .. } => of_spans(inside),
            Span::Text(_) | Span::Code(_) | Span::Link(_) => 0,
        });
        1 + depths.max().unwrap_or(0)
    }
    for source in bad_texts() {
        assert!(of_blocks(&parse(&source)) <= 12);
    }
}

fn plain(spans: &[Span], into: &mut String) {
    for span in spans {
        match span {
            Span::Text(text) | Span::Code(text) | Span::Link(text) => into.push_str(text),
            Span::Strong(inside) | Span::Emphasis(inside) | Span::Struck(inside) => {
                plain(inside, into);
            }
            Span::NamedLink { label, address } => {
                plain(label, into);
                into.push_str(address);
            }
        }
    }
}

fn plain_blocks(blocks: &[Block], into: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(spans) => plain(spans, into),
            Block::Quote(blocks) => plain_blocks(blocks, into),
            Block::Code(code) => into.push_str(code),
            Block::List { first, items } => {
                // The numbers after the first are counted.
                into.push_str(&first.map(|first| first.to_string()).unwrap_or_default());
                for item in items {
                    plain_blocks(&item.blocks, into);
                }
            }
            Block::Table { head, rows } => {
                for cell in head.iter().chain(rows.iter().flatten()) {
                    plain(cell, into);
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn no_letter_is_lost_or_made_up(source in r"[a-c *_~`>\[\]()!|\-\n:/.hps\u{e9}\u{1f642}]{0,80}") {
        // The word after an opening fence names a language, and what is beyond the head of a table has no column:
        // neither is shown.
        prop_assume!(!source.contains("```") && !source.contains("|\n") && !source.contains("-|"));
        let mut shown = String::new();
        plain_blocks(&parse(&source), &mut shown);
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        prop_assert_eq!(letters(&shown), letters(&source));
    }

    #[test]
    fn no_text_panics(source in any::<String>()) {
        parse(&source);
    }
}
