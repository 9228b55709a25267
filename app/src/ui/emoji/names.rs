//! Emoji that were written by their names, as `:heart:`. Code and addresses stay as they are, and so do names that no
//! ordinary emoji has: those of the community are shown by their names.

use super::table;

/// A text with emoji in the place of their names.
pub(super) fn with_signs(text: &str, tone: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '`' => code(rest),
            ':' => match name(rest, out.chars().next_back()) {
                Some((name, length)) => {
                    if let Some(sign) = table::of_name(name, tone) {
                        out.push_str(&sign);
                        rest = rest.get(length..).unwrap_or_default();
                        continue;
                    }
                    // The second colon may begin the next name.
                    length - 1
                }
                None => 1,
            },
            _ => address(rest, out.chars().next_back()).unwrap_or(c.len_utf8()),
        };
        out.push_str(rest.get(..length).unwrap_or_default());
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

/// How long the code is that begins here: up to as many marks as it begins with.
fn code(rest: &str) -> usize {
    let marks = rest.bytes().take_while(|byte| *byte == b'`').count();
    let fence = rest.get(..marks).unwrap_or_default();
    let mut from = marks;
    while let Some(at) = rest.get(from..).and_then(|rest| rest.find(fence)) {
        let at = from + at;
        let found = rest.get(at..).unwrap_or_default();
        let count = found.bytes().take_while(|byte| *byte == b'`').count();
        if count == marks {
            return at + marks;
        }
        from = at + count;
    }
    // Nothing ends it: a block goes on to the end, and other marks are letters.
    if marks >= 3 { rest.len() } else { marks }
}

/// A name between two colons, and the length of it all. After a letter or a digit there is none: `10:30:45`, `std::vec`.
fn name(rest: &str, before: Option<char>) -> Option<(&str, usize)> {
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ':' | '/')) {
        return None;
    }
    let inside = rest.get(1..)?;
    let length = inside.find(':')?;
    let name = inside.get(..length)?;
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-');
    let after = inside.get(length + 1..)?.chars().next();
    let is_free = !after.is_some_and(char::is_alphanumeric);
    (length > 0 && name.chars().all(is_letter) && is_free).then_some((name, length + 2))
}

/// How long the address is that begins here.
fn address(rest: &str, before: Option<char>) -> Option<usize> {
    let begins = !before.is_some_and(char::is_alphanumeric)
        && (rest.starts_with("http://") || rest.starts_with("https://"));
    let end = || rest.find(char::is_whitespace).unwrap_or(rest.len());
    begins.then(end)
}

#[cfg(test)]
mod tests {
    use super::with_signs;

    fn signs(text: &str) -> String {
        with_signs(text, 0)
    }

    #[test]
    fn names_become_emoji() {
        assert_eq!(signs("well done :tada:"), "well done 🎉");
        assert_eq!(signs(":tada::tada:"), "🎉🎉");
        assert_eq!(signs("(:tada:)"), "(🎉)");
        assert_eq!(signs("a: b :tada:!"), "a: b 🎉!");
        assert_eq!(with_signs(":+1:", 3), "👍🏽");
    }

    #[test]
    fn what_is_no_name_stays() {
        for text in [
            "at 10:30:45",
            "std::vec::Vec",
            ":green_blob:",
            ":nobody_has_this: :",
            "`:tada:`",
            "``a ` :tada:``",
            "```\n:tada:\n```",
            "```\n:tada:",
            "https://example.org/:tada:/x",
            "x:tada:y",
            ":",
            "::",
            "",
        ] {
            assert_eq!(signs(text), text);
        }
        assert_eq!(signs("`a` :tada: `b`"), "`a` 🎉 `b`");
        assert_eq!(signs("one ` mark :tada:"), "one ` mark 🎉");
        assert_eq!(signs(":nope:tada:"), ":nope:tada:");
    }
}
