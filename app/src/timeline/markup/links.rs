//! Addresses: where one ends, and which are shown as links.

use parley_protocol::names::is_invisible;

use super::Steps;

/// The address that a text begins with, and whether it may be a link. `in_brackets`: it ends at a `]`.
pub(super) fn bare<'a>(
    text: &'a str,
    in_brackets: bool,
    steps: &mut Steps,
) -> Option<(&'a str, bool)> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    if !host.starts_with(|c: char| c.is_alphanumeric() || c == '[') {
        return None;
    }
    let ends = |c: char| ends_address(c) || (c == ']' && in_brackets);
    let end = text.find(ends).unwrap_or(text.len());
    steps.add(end);
    let address = without_end_of_sentence(text.get(..end)?, steps);
    Some((address, !has_user(address)))
}

/// The address between `(` and `)` that a text begins with.
pub(super) fn in_parentheses<'a>(text: &'a str, steps: &mut Steps) -> Option<&'a str> {
    let inside = text.strip_prefix('(')?;
    let schemes = ["https://", "http://", "mailto:"];
    if !schemes.iter().any(|scheme| inside.starts_with(scheme)) {
        return None;
    }
    let mut open = 0_usize;
    for (at, c) in inside.char_indices() {
        steps.add(1);
        match c {
            ')' if open == 0 => {
                let address = inside.get(..at)?;
                return (!has_user(address)).then_some(address);
            }
            '(' => open += 1,
            ')' => open -= 1,
            // The next link begins after a bracket, so that no character is looked at twice.
            '[' | ']' => return None,
            _ if ends_address(c) => return None,
            _ => {}
        }
    }
    None
}

/// Endings of host names that are most used. A label such as `main.rs` names a file, not a host.
const ENDINGS: &[&str] = &[
    "com", "org", "net", "io", "dev", "app", "info", "edu", "gov", "eu", "de", "uk", "fr", "nl",
    "ch", "at", "ru", "cn", "example",
];

/// Whether a label names an address that is not of this host.
pub(super) fn names_another(label: &str, host: &str) -> bool {
    label
        .split_whitespace()
        .filter_map(named_host)
        .any(|named| !is_same(&named, host))
}

/// The host or the mail address that a word of a label names, in small letters.
fn named_host(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
    let without_scheme = word.split_once("://").map(|(_, rest)| rest);
    let rest = without_scheme.unwrap_or(word);
    let named = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let named = named.to_lowercase();
    let bare = named
        .split_once(':')
        .map_or(named.as_str(), |(bare, _)| bare);
    let is_host = without_scheme.is_some()
        || bare.starts_with("www.")
        || bare
            .rsplit_once('.')
            .is_some_and(|(before, ending)| !before.is_empty() && ENDINGS.contains(&ending));
    (is_host && !named.is_empty()).then_some(named)
}

fn is_same(named: &str, host: &str) -> bool {
    let plain = |host: &str| {
        let host = host.to_lowercase();
        host.strip_prefix("www.").unwrap_or(&host).to_owned()
    };
    plain(named) == plain(host)
}

/// White space, what stands around addresses, what a browser reads as something else, and what nobody sees or
/// turns the letters around.
fn ends_address(c: char) -> bool {
    c.is_whitespace()
        || is_invisible(c)
        || matches!(c, '<' | '>' | '"' | '`' | '\\' | '|')
        || matches!(
            c,
            '。' | '、'
                | '，'
                | '！'
                | '？'
                | '；'
                | '：'
                | '（'
                | '）'
                | '「'
                | '」'
                | '『'
                | '』'
        )
}

/// What ends a sentence is not part of an address, nor a bracket that it did not open.
fn without_end_of_sentence<'a>(mut address: &'a str, steps: &mut Steps) -> &'a str {
    steps.add(address.len());
    let mut unopened = address
        .matches(')')
        .count()
        .saturating_sub(address.matches('(').count());
    while let Some(last) = address.chars().next_back() {
        steps.add(1);
        match last {
            ')' if unopened > 0 => unopened -= 1,
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' => {}
            _ => break,
        }
        address = address
            .get(..address.len() - last.len_utf8())
            .unwrap_or_default();
    }
    address
}

/// `https://bank.example@evil.example` leads to the second and looks like the first.
fn has_user(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("//") else {
        return false;
    };
    rest.split(['/', '?', '#'])
        .next()
        .unwrap_or(rest)
        .contains('@')
}
