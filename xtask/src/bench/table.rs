//! The lines of a benchmark as a Markdown table.

use super::budget::{Limit, Line, Peer, Verdict};

/// The whole table.
pub(super) fn text(lines: &[Line]) -> String {
    let mut table = String::from(
        "| row | Parley | peer | ratio | budget | ok |\n|---|---:|---:|---:|---|---|\n",
    );
    for line in lines {
        table.push_str(&row(line));
        table.push('\n');
    }
    table
}

fn row(line: &Line) -> String {
    let with_unit = |value: f64| format!("{} {}", number(value), line.unit);
    let peer = match &line.peer {
        Peer::None => String::from("-"),
        Peer::Measured { name, value } => format!("{} ({name})", with_unit(*value)),
        Peer::Missing(how) => format!("peer missing: {how}"),
    };
    let ratio = line
        .ratio()
        .map_or_else(|| String::from("-"), |ratio| format!("{}x", number(ratio)));
    let budget: Vec<_> = line
        .limits
        .iter()
        .map(|limit| match limit {
            Limit::AtMost(most) => format!("at most {}", with_unit(*most)),
            Limit::AtLeast(least) => format!("at least {}", with_unit(*least)),
            Limit::RatioAtMost(most) => format!("at most {most}x"),
            Limit::RatioAtLeast(least) => format!("at least {least}x"),
        })
        .collect();
    let ok = match line.verdict() {
        Verdict::Within => "yes",
        Verdict::Over => "no",
        Verdict::Unknown => "unknown",
    };
    format!(
        "| {} | {} | {peer} | {ratio} | {} | {ok} |",
        line.what,
        with_unit(line.parley),
        budget.join(", "),
    )
}

/// Three figures that count, and no more.
fn number(value: f64) -> String {
    if value.abs() >= 100.0 {
        format!("{value:.0}")
    } else if value.abs() >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_all_its_columns() {
        let line = Line {
            what: "first load".into(),
            unit: "KB",
            parley: 250.4,
            peer: Peer::Measured {
                name: "npm".into(),
                value: 1790.0,
            },
            limits: vec![Limit::AtMost(300.0), Limit::RatioAtMost(0.17)],
        };
        assert_eq!(
            row(&line),
            "| first load | 250 KB | 1790 KB (npm) | 0.14x | at most 300 KB, at most 0.17x | yes |"
        );
    }
}
