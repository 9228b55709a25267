//! Tables: a line of cells, a line of dashes, and lines of cells.

use super::{Block, Span, Steps, inline};

/// More columns than this are no table that anybody reads.
const COLUMNS: usize = 20;

/// The table that begins with these lines, if one does, and how many of them it has.
pub(super) fn read(lines: &[&str], steps: &mut Steps) -> Option<(Block, usize)> {
    let [head, rule, rows @ ..] = lines else {
        return None;
    };
    if !head.contains('|') {
        return None;
    }
    steps.add(rule.len());
    let columns = columns(rule)?;
    if cells(head).count() != columns {
        return None;
    }
    let rows: Vec<&str> = rows
        .iter()
        .copied()
        .take_while(|line| line.contains('|') && steps.take(columns))
        .collect();
    let mut row = |line: &str| {
        steps.add(line.len());
        let cells = cells(line).take(columns);
        cells
            .map(|cell| inline::read(cell.trim(), steps))
            .collect::<Vec<Vec<Span>>>()
    };
    let head = row(head);
    let taken = rows.len() + 2;
    let rows = rows.into_iter().map(row).collect();
    Some((Block::Table { head, rows }, taken))
}

/// How many columns a line like `|---|:-:|` divides.
fn columns(rule: &str) -> Option<usize> {
    let is_rule = |cell: &str| {
        let cell = cell.trim();
        let dashes = cell.strip_prefix(':').unwrap_or(cell);
        let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
        !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
    };
    if !rule.contains('|') || !cells(rule).all(is_rule) {
        return None;
    }
    Some(cells(rule).count()).filter(|count| *count <= COLUMNS)
}

fn cells(line: &str) -> impl Iterator<Item = &str> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    line.strip_suffix('|').unwrap_or(line).split('|')
}
