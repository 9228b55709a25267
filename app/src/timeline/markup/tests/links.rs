//! To what a message links, and labels that say something else.

use crate::timeline::markup::{Span, links, misleads, parse};

#[test]
fn the_links_of_a_message_are_those_that_are_seen_at_once() {
    let text = "https://a.example/1 **[so](https://b.example/)** ||https://hidden.example||\n> https://quoted.example\n\n- https://c.example\n\n`https://code.example`";
    assert_eq!(
        links(&parse(text)),
        [
            "https://a.example/1",
            "https://b.example/",
            "https://c.example"
        ]
    );
}

#[test]
fn a_label_that_names_another_address_misleads() {
    let label = |text: &str| vec![Span::Strong(vec![Span::Text(text.to_owned())])];
    for (text, host) in [
        ("https://bank.example", "evil.example"),
        ("HTTPS://BANK.example/login", "evil.example"),
        ("see www.bank.tld", "evil.example"),
        ("bank.com", "evil.example"),
        ("(bank.com)", "evil.example"),
        ("https://evil.example.bank.com", "evil.example"),
        ("https://evil.example:444", "evil.example"),
        ("help@bank.com", "help@evil.example"),
        ("https://bаnk.com", "bank.com"),
    ] {
        assert!(misleads(&label(text), host), "{text}");
    }
    for (text, host) in [
        ("the minutes", "evil.example"),
        ("main.rs", "code.example"),
        ("version 1.2", "code.example"),
        ("https://Bank.example/login", "bank.example"),
        ("www.bank.com", "bank.com"),
        ("help@bank.com", "help@bank.com"),
    ] {
        assert!(!misleads(&label(text), host), "{text}");
    }
}
