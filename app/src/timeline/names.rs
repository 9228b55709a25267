//! Names of people and channels inside messages: which one a text begins with. Pure.

use parley_protocol::names::fold;

/// Characters of a name at most, as the log has them.
const LONGEST: usize = 48;

/// The longest name that a text begins with, after its sign: its length in bytes, sign included, and whose it is.
pub fn at_beginning<T>(text: &str, find: impl Fn(&str) -> Option<T>) -> Option<(usize, T)> {
    let sign = text.chars().next()?;
    let after = text.get(sign.len_utf8()..)?;
    let line = after.split('\n').next().unwrap_or_default();
    let mut ends: Vec<usize> = Vec::new();
    let mut in_word = false;
    for (at, c) in line.char_indices().take(LONGEST + 1) {
        if in_word && !c.is_alphanumeric() {
            ends.push(at);
        }
        in_word = c.is_alphanumeric();
    }
    if in_word && line.chars().take(LONGEST + 1).count() <= LONGEST {
        ends.push(line.len());
    }
    ends.into_iter().rev().find_map(|end| {
        let found = find(&fold(after.get(..end)?))?;
        Some((sign.len_utf8() + end, found))
    })
}

#[cfg(test)]
mod tests {
    use super::at_beginning;

    fn name(text: &str) -> Option<(usize, &'static str)> {
        let known = ["mira", "mira halden", "jean-luc", "été", "花子"];
        at_beginning(text, |folded| {
            known.into_iter().find(|name| *name == folded)
        })
    }

    #[test]
    fn the_longest_name_counts_and_ends_with_a_word() {
        assert_eq!(name("@Mira Halden, come"), Some((12, "mira halden")));
        assert_eq!(name("@Mira Haldensen"), Some((5, "mira")));
        assert_eq!(name("@MIRA"), Some((5, "mira")));
        assert_eq!(name("@Miranda"), None);
        assert_eq!(name("@jean-luc's"), Some((9, "jean-luc")));
        assert_eq!(name("@Été!"), Some((6, "été")));
        assert_eq!(name("@花子 "), Some((7, "花子")));
        assert_eq!(name("@mira\nhalden"), Some((5, "mira")));
    }

    #[test]
    fn a_long_text_is_not_looked_through() {
        let asked = std::cell::Cell::new(0);
        let long = format!("@{}", "a ".repeat(10_000));
        at_beginning::<()>(&long, |_| {
            asked.set(asked.get() + 1);
            None
        });
        assert!(asked.get() <= 25);
    }
}
