//! The module paths that Rust source names: every `use`, and every path in the
//! code that begins with `crate`, `super` or `self`. It reads words, not
//! syntax; tests and comments are left out.

use super::names::without_comment;

/// A path, with its segments as they are written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// From 1.
    pub line: usize,
    pub segments: Vec<String>,
    /// It stands in a `pub use`, so others reach it by way of this module.
    pub is_passed_on: bool,
}

/// Every path that the source names outside of its tests.
pub(super) fn of(source: &str) -> Vec<Named> {
    let mut named = Vec::new();
    let mut import: Option<(usize, bool, String)> = None;
    for (index, line) in without_tests(source) {
        let code = without_comment(line);
        if import.is_none() {
            import = import_at(code).map(|(public, rest)| (index, public, rest.to_owned()));
        } else if let Some((.., text)) = &mut import {
            text.push(' ');
            text.push_str(code.trim());
        }
        match import.take_if(|(.., text)| text.contains(';')) {
            Some((line, is_passed_on, text)) => {
                let tree = text.split(';').next().unwrap_or_default();
                for path in expand(tree) {
                    named.push(Named {
                        line,
                        segments: segments(&path),
                        is_passed_on,
                    });
                }
            }
            None if import.is_none() => named.extend(in_code(index, code)),
            None => {}
        }
    }
    named
}

/// The lines with their numbers, without modules that are there for tests.
fn without_tests(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut lines = source.lines().zip(1..).peekable();
    std::iter::from_fn(move || {
        loop {
            let (line, number) = lines.next()?;
            let is_test = line.trim() == "#[cfg(test)]"
                && lines
                    .peek()
                    .is_some_and(|(next, _)| next.contains("mod ") && next.ends_with('{'));
            if !is_test {
                return Some((number, line));
            }
            for (line, _) in lines.by_ref() {
                if line == "}" {
                    break;
                }
            }
        }
    })
}

/// Whether a `use` begins here, whether it is public, and what follows.
fn import_at(code: &str) -> Option<(bool, &str)> {
    let code = code.trim_start();
    if let Some(rest) = code.strip_prefix("use ") {
        return Some((false, rest));
    }
    let (first, rest) = code.split_once(' ')?;
    let rest = rest.trim_start().strip_prefix("use ")?;
    first.starts_with("pub").then_some((true, rest))
}

/// The single paths of a tree like `a::{b, c::{d, e}}`.
fn expand(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        return vec![tree.to_owned()];
    };
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    let mut depth = 0_usize;
    let branches = inner.split(move |character| {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == ',' && depth == 0
    });
    branches
        .filter(|branch| !branch.trim().is_empty())
        .flat_map(expand)
        .map(|branch| format!("{head}{branch}"))
        .collect()
}

fn segments(path: &str) -> Vec<String> {
    let path = path.split(" as ").next().unwrap_or_default();
    let words = path.split("::").map(|word| word.trim().to_owned());
    let mut words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    // `a::{self}` names `a`.
    if words.len() > 1 && words.last().is_some_and(|last| last == "self") {
        words.pop();
    }
    words
}

fn in_code(line: usize, code: &str) -> Vec<Named> {
    let is_in_path =
        |character: char| character.is_alphanumeric() || matches!(character, '_' | ':');
    code.split(|character| !is_in_path(character))
        .map(|word| word.trim_end_matches(':'))
        .filter(|word| {
            ["crate::", "super::", "self::"]
                .iter()
                .any(|start| word.starts_with(start))
        })
        .map(|word| Named {
            line,
            segments: segments(word),
            is_passed_on: false,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(source: &str) -> Vec<String> {
        of(source)
            .into_iter()
            .map(|named| format!("{} {}", named.line, named.segments.join("::")))
            .collect()
    }

    #[test]
    fn trees_are_expanded() {
        let source = "use crate::{\n    a::{self, B},\n    c::D as E,\n};\n\npub use self::f::G;\n";
        assert_eq!(
            written(source),
            [
                "1 crate::a",
                "1 crate::a::B",
                "1 crate::c::D",
                "6 self::f::G"
            ]
        );
        assert!(of(source).last().unwrap().is_passed_on);
    }

    #[test]
    fn paths_in_code_count_and_comments_do_not() {
        let source = "// crate::x::y\nfn f() -> super::T {\n    crate::a::b(self.c)\n}\n";
        assert_eq!(written(source), ["2 super::T", "3 crate::a::b"]);
    }

    #[test]
    fn tests_are_left_out() {
        let source =
            "use crate::a;\n\n#[cfg(test)]\nmod tests {\n    use crate::b;\n}\nuse crate::c;\n";
        assert_eq!(written(source), ["1 crate::a", "7 crate::c"]);
    }
}
