//! What formatting reads, and what it leaves alone.

mod bounds;
mod links;

use proptest::prelude::*;

use super::{Block, Item, Span, in_words, parse};

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
fn plain_words_are_without_marks_and_tell_nothing_hidden() {
    for (source, words) in [
        ("just so", "just so"),
        ("**bold** and ~~not~~ `x*y*`", "bold and not x*y*"),
        (
            "it is **the ||butler||** of ||[them](https://a.example)||",
            "it is the [hidden] of [hidden]",
        ),
        (
            "# Boats\n- one\n- two\n> quoted ||not||",
            "Boats\none\ntwo\nquoted [hidden]",
        ),
        ("| a | b |\n|---|---|\n| c | **d** |", "a b\nc d"),
        ("[named](https://a.example)", "named"),
    ] {
        assert_eq!(in_words(source), words, "{source}");
    }
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
            code(Some("rust"), "let a = *b;"),
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

fn code(language: Option<&str>, source: &str) -> Block {
    Block::Code {
        language: language.map(str::to_owned),
        text: source.to_owned(),
    }
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
fn what_is_hidden_and_what_is_escaped() {
    assert_eq!(
        one_line("it is ||the *butler*|| and a||b||c"),
        [
            text("it is "),
            Span::Hidden(vec![text("the "), Span::Emphasis(vec![text("butler")])]),
            text(" and a"),
            Span::Hidden(vec![text("b")]),
            text("c"),
        ]
    );
    for (source, shown) in [
        (r"\*so\* \_so\_", "*so* _so_"),
        (r"\# so", "# so"),
        (r"\- so", "- so"),
        (r"\||so\||", "||so||"),
        (r"\[a](https://b)", "[a](https://b)"),
        (r"C:\new\\", r"C:\new\"),
        (r"¯\_(ツ)_/¯", r"¯\_(ツ)_/¯"),
        ("so\\\nso", "so\nso"),
        (r"a \", r"a \"),
    ] {
        let mut plainly = String::new();
        plain(&one_line(source), &mut plainly);
        assert_eq!(plainly, shown, "{source}");
    }
    for plain in ["a || b", "||||", "if a || b || c", "|a|"] {
        assert_eq!(parse(plain), [paragraph(plain)], "{plain}");
    }
    assert_eq!(one_line(r"`\*`"), [Span::Code(r"\*".into())]);
}

#[test]
fn headings_begin_a_line() {
    let heading = |level, source| Block::Heading {
        level,
        spans: vec![text(source)],
    };
    assert_eq!(
        parse("# one\ntext\n### three"),
        [heading(1, "one"), paragraph("text"), heading(3, "three")]
    );
    for plain in ["#", "# ", "#### four", " # a"] {
        assert_eq!(parse(plain), [paragraph(plain)], "{plain}");
    }
}

#[test]
fn a_name_may_begin_after_its_sign() {
    assert_eq!(
        one_line("ask @Mira Halden in #general, a@b.example *@x*"),
        [
            text("ask "),
            Span::Name("@Mira Halden in ".into()),
            Span::Name("#general, a@b.example ".into()),
            Span::Emphasis(vec![Span::Name("@x".into())]),
        ]
    );
}

#[test]
fn no_letter_has_a_tower_on_it() {
    let tower = |height| format!("Z{}", "\u{30d}".repeat(height));
    assert_eq!(one_line(&tower(4)), [text(&tower(4))]);
    assert_eq!(one_line(&tower(300)), [text(&tower(4))]);
    let source = format!("```\n{}\n```", tower(300));
    assert_eq!(parse(&source), [code(None, &tower(4))]);
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

fn plain(spans: &[Span], into: &mut String) {
    for span in spans {
        match span {
            Span::Text(text)
            | Span::Name(text)
            | Span::Emoji(text)
            | Span::Code(text)
            | Span::Link(text) => {
                into.push_str(text);
            }
            Span::Strong(inside)
            | Span::Emphasis(inside)
            | Span::Struck(inside)
            | Span::Hidden(inside) => plain(inside, into),
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
            Block::Paragraph(spans) | Block::Heading { spans, .. } => plain(spans, into),
            Block::Quote(blocks) => plain_blocks(blocks, into),
            Block::Code { text, .. } => into.push_str(text),
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
    fn no_letter_is_lost_or_made_up(source in r"[a-c *_~`>\[\]()!|\\#@\-\n:/.hps\u{e9}\u{1f642}]{0,80}") {
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
