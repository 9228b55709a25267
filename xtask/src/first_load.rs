//! What a browser loads before a form or the composer can be used, and how much
//! that may be. The only place with these limits: `check` fails beyond them,
//! `bench` prints them beside every chunk.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::app_build::{self, BuiltPage};
use crate::dist::kilobytes;
use crate::{compress, steps, workspace};

/// A moment from which on a person can do something.
pub(crate) struct Moment {
    pub what: &'static str,
    /// The chunks that must be there, beside what every page needs.
    chunks: &'static [&'static str],
    /// What it is to be at most, as sent with brotli, in KB of 1000 bytes.
    pub budget_kb: f64,
    /// What fails the check. More than the budget where that is not reached: what the log says of calls and
    /// guests, and what rings, came into what draws and receives messages.
    ceiling_kb: f64,
}

/// The moments with a limit. A composer is usable when it can be typed in and what is written is kept in the outbox;
/// what draws the messages and reads the relay's frames comes right after it.
pub(crate) const MOMENTS: [Moment; 3] = [
    Moment {
        what: "first load to a usable join form, brotli",
        chunks: &["enrolment"],
        budget_kb: 160.0,
        ceiling_kb: 150.0,
    },
    Moment {
        what: "first load to a usable composer, brotli",
        chunks: &["conversation", "engine"],
        budget_kb: 400.0,
        ceiling_kb: 400.0,
    },
    Moment {
        what: "first load until messages come and go, brotli",
        chunks: &["conversation", "engine", "frames", "timeline"],
        budget_kb: 620.0,
        ceiling_kb: 669.0,
    },
];

/// A file of the built app and what it weighs.
struct File {
    name: String,
    chunks: Vec<String>,
    sent_kb: f64,
}

/// The built app, weighed.
pub(crate) struct FirstLoad(Vec<File>);

impl FirstLoad {
    /// Weighs what the built page names.
    pub(crate) fn weigh() -> Result<Self> {
        let folder = workspace::built_app();
        let page = compress::weigh(&folder, &|file| file.ends_with("index.html"))?;
        let mut files = vec![File {
            name: "index.html".into(),
            chunks: Vec::new(),
            sent_kb: kilobytes(page.sent),
        }];
        for named in BuiltPage::read(&folder)?.files {
            let weight = compress::weigh(&folder, &|file| file.ends_with(&named.path))?;
            files.push(File {
                name: named.path.display().to_string(),
                chunks: named.chunks,
                sent_kb: kilobytes(weight.sent),
            });
        }
        Ok(Self(files))
    }

    /// What is loaded until then, in KB.
    pub(crate) fn until(&self, moment: &Moment) -> f64 {
        let is_needed = |file: &&File| {
            let wanted = |chunk: &String| moment.chunks.contains(&chunk.as_str());
            file.chunks.is_empty() || file.chunks.iter().any(wanted)
        };
        self.0
            .iter()
            .filter(is_needed)
            .map(|file| file.sent_kb)
            .sum()
    }

    /// One line for each file, and one for each chunk with what it shares.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut by_chunk: BTreeMap<&str, f64> = BTreeMap::new();
        let mut lines = Vec::new();
        for file in &self.0 {
            let of = match file.chunks.as_slice() {
                [] => "every page".to_owned(),
                chunks => chunks.join(", "),
            };
            lines.push(format!("{:7.1} KB  {}  ({of})", file.sent_kb, file.name));
            for chunk in &file.chunks {
                *by_chunk.entry(chunk).or_default() += file.sent_kb;
            }
        }
        for (chunk, sent_kb) in by_chunk {
            lines.push(format!(
                "{sent_kb:7.1} KB  chunk {chunk}, with what it shares"
            ));
        }
        lines
    }
}

/// Builds the app and fails when it is too large.
pub(crate) fn check() -> Result<()> {
    app_build::app()?;
    let load = FirstLoad::weigh()?;
    for line in load.lines() {
        steps::say(&format!("    {line}"));
    }
    let mut over = Vec::new();
    for moment in &MOMENTS {
        let (what, ceiling, found) = (moment.what, moment.ceiling_kb, load.until(moment));
        let line = format!(
            "{what}: {found:.0} KB, at most {ceiling:.0} KB, budget {:.0} KB",
            moment.budget_kb
        );
        steps::say(&format!("    {line}"));
        if found > ceiling {
            over.push(line);
        }
    }
    if over.is_empty() {
        return Ok(());
    }
    bail!("too much to load; {}", over.join("; "))
}
