//! Styles and scripts without what only their authors need: comments and
//! indentation. Nothing else is changed, so that they stay readable in a browser.

/// A script. Comments go where they have lines of their own.
pub(super) fn script(text: &str) -> String {
    lines(text, |line| {
        ["//", "/**", "*"]
            .iter()
            .any(|start| line.starts_with(start))
    })
}

/// A stylesheet.
pub(super) fn style(text: &str) -> String {
    let mut rest = text;
    let mut without = String::new();
    while let Some((before, after)) = rest.split_once("/*") {
        without.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    without.push_str(rest);
    lines(&without, |_| false)
}

fn lines(text: &str, is_comment: impl Fn(&str) -> bool) -> String {
    let mut short = String::new();
    for line in text.lines().map(str::trim) {
        if !line.is_empty() && !is_comment(line) {
            short.push_str(line);
            short.push('\n');
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_keeps_its_rules() {
        let text = "/* All\n of it. */\n.a {\n    color: red; /* why */\n}\n\n/* end";
        assert_eq!(style(text), ".a {\ncolor: red;\n}\n");
    }

    #[test]
    fn a_script_keeps_its_statements() {
        let text = "// Starts.\n(() => {\n  /**\n   * @returns {any}\n   */\n  go(\"//\"); // now\n})();\n";
        assert_eq!(script(text), "(() => {\ngo(\"//\"); // now\n})();\n");
    }
}
