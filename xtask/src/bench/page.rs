//! Puts the table into `docs/benchmarks.md`, between two markers, and leaves
//! everything around it as it was. A row that was not measured this time
//! keeps its old line.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::budget::Line;
use super::table;

const START: &str = "<!-- table: start -->";
const END: &str = "<!-- table: end -->";

/// Writes these lines into the page.
pub(super) fn write(path: &Path, lines: &[Line]) -> Result<()> {
    let page =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let page = with_table(&page, &table::text(lines))?;
    fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))
}

fn with_table(page: &str, fresh: &str) -> Result<String> {
    let parts = page.split_once(START).and_then(|(before, rest)| {
        let (old, after) = rest.split_once(END)?;
        Some((before, old, after))
    });
    let Some((before, old, after)) = parts else {
        bail!("the page lacks the markers {START} and {END}");
    };
    let table = merge(old.trim(), fresh.trim());
    Ok(format!("{before}{START}\n{table}\n{END}{after}"))
}

/// The fresh rows, and those old ones that have no fresh row.
fn merge(old: &str, fresh: &str) -> String {
    let mut rows: Vec<&str> = old.lines().collect();
    for line in fresh.lines() {
        match rows
            .iter_mut()
            .find(|row| first_cell(row) == first_cell(line))
        {
            Some(row) => *row = line,
            None => rows.push(line),
        }
    }
    rows.join("\n")
}

fn first_cell(row: &str) -> &str {
    row.split('|').nth(1).unwrap_or(row).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_rows_replace_old_ones_and_the_rest_stays() {
        let page =
            format!("Intro\n{START}\n| row | a |\n|---|---|\n| x | 1 |\n| y | 2 |\n{END}\nEnd\n");
        let fresh = "| row | a |\n|---|---|\n| y | 3 |\n| z | 4 |\n";
        let expected = format!(
            "Intro\n{START}\n| row | a |\n|---|---|\n| x | 1 |\n| y | 3 |\n| z | 4 |\n{END}\nEnd\n"
        );
        assert_eq!(with_table(&page, fresh).unwrap(), expected);
    }

    #[test]
    fn a_page_without_markers_is_left_alone() {
        assert!(with_table("nothing here", "| row |").is_err());
    }
}
