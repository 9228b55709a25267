//! Finds where Rust source names a crate or module. It reads words, not
//! syntax: comments are left out, and a variable with the same name is told
//! apart by what stands around it.

/// The lines, from 1, on which the source names this crate or module: in a
/// path, or anywhere in a `use`.
pub(super) fn lines_that_name(source: &str, name: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut in_use = false;
    for (index, line) in source.lines().enumerate() {
        let code = without_comment(line);
        in_use |= starts_use(code);
        if words(code, name).any(|(before, after)| in_use || is_path(before, after)) {
            found.push(index + 1);
        }
        if code.contains(';') {
            in_use = false;
        }
    }
    found
}

/// What stands before and after each place where the word stands alone.
fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    code.match_indices(word).filter_map(move |(at, _)| {
        let (before, rest) = code.split_at_checked(at)?;
        let after = rest.strip_prefix(word)?;
        let alone = !before.ends_with(is_word_part) && !after.starts_with(is_word_part);
        alone.then_some((before, after))
    })
}

fn is_word_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn is_path(before: &str, after: &str) -> bool {
    before.trim_end().ends_with("::") || after.trim_start().starts_with("::")
}

fn starts_use(code: &str) -> bool {
    let code = code.trim_start();
    let code = match code.split_once(' ') {
        Some((first, rest)) if first.starts_with("pub") => rest.trim_start(),
        _ => code,
    };
    code.starts_with("use ")
}

pub(super) fn without_comment(line: &str) -> &str {
    line.match_indices("//")
        .find(|(at, _)| !line.get(..*at).unwrap_or_default().ends_with(':'))
        .and_then(|(at, _)| line.get(..at))
        .unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_imports_are_found() {
        let source =
            "use crate::{\n    stores,\n    platform,\n};\nfn f() { crate::platform::now(); }";
        assert_eq!(lines_that_name(source, "platform"), [3, 5]);
        assert_eq!(
            lines_that_name("pub(crate) use web_sys as w;", "web_sys"),
            [1]
        );
    }

    #[test]
    fn comments_variables_and_longer_words_are_not() {
        let source = "// platform::x\nlet platform = 1;\nuse my_platform::x;\nplatforms::y();";
        assert!(lines_that_name(source, "platform").is_empty());
    }
}
