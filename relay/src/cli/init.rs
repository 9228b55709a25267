//! `parley-relay init`: writes a configuration file with every setting, its help text and its default.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use crate::config::{Row, Source, Sources};

/// Columns of the file.
const WIDTH: usize = 100;

const HEAD: &str = "\
# Settings of the Parley relay. Each has the same name as a flag (--public-url) and as an environment variable
# (PARLEY_PUBLIC_URL), which win over this file. What is commented out shows the default.
#
# Start with it: parley-relay --config <this file>
# Look at what is in force: parley-relay check --config <this file>
";

const TAIL: &str = "
# Identity providers (OpenID Connect) with which members may sign in, one table each.
#
# [[provider]]
# id = \"club\"
# name = \"The club's accounts\"
# issuer = \"https://id.example.org\"
# client_id = \"parley\"
# client_secret_file = \"/etc/parley/club-secret\"
# scopes = [\"profile\"]
";

/// Writes a commented configuration file. Settings that are given as flags or in the environment are filled in; secrets
/// are not.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to write it; a file that is there is left alone.
    #[arg(default_value = "parley.toml")]
    path: PathBuf,
}

pub(super) fn run(args: &Args, sources: &Sources) -> anyhow::Result<ExitCode> {
    super::settings(sources)?;
    let path = &args.path;
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = match file {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} is there already, and is left as it is", path.display())
        }
        file => file.with_context(|| format!("cannot write {}", path.display()))?,
    };
    file.write_all(text(&sources.rows()).as_bytes())
        .and_then(|()| file.sync_all())
        .with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "Wrote {}", path.display())?;
    writeln!(
        out,
        "Start with it: parley-relay --config {}",
        path.display()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// The file's text.
pub(super) fn text(rows: &[Row]) -> String {
    let mut text = HEAD.to_owned();
    let mut heading = "";
    for row in rows {
        if row.heading != heading {
            let line = "-".repeat(WIDTH.saturating_sub(row.heading.len() + 3));
            let _ = write!(text, "\n# {} {line}\n", row.heading);
            heading = &row.heading;
        }
        text.push('\n');
        wrapped(&mut text, &row.help);
        if row.is_secret {
            let _ = writeln!(
                text,
                "# Better: {}_file, the path of a file that holds it.",
                row.name
            );
        }
        let is_given = row.source != Source::Default && !row.is_secret;
        let mark = if is_given { "" } else { "# " };
        let value = match (row.texts.is_empty() || row.is_secret, row.is_list) {
            (true, true) => "[]".to_owned(),
            (true, false) => quoted(&format!("<{}>", row.value_name.to_ascii_lowercase())),
            (false, is_list) => value(&row.texts, is_list),
        };
        let _ = writeln!(text, "{mark}{} = {value}", row.name);
    }
    text + TAIL
}

fn wrapped(text: &mut String, help: &str) {
    let mut line = "#".to_owned();
    for word in help.split_whitespace() {
        if line.len() + 1 + word.len() > WIDTH {
            let _ = writeln!(text, "{line}");
            "#".clone_into(&mut line);
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(text, "{line}");
}

/// A setting's value as TOML.
pub(super) fn value(texts: &[String], is_list: bool) -> String {
    if is_list {
        let quoted: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
        return format!("[{}]", quoted.join(", "));
    }
    let text = texts.last().map_or("", String::as_str);
    let is_number = text
        .parse::<i64>()
        .is_ok_and(|number| number.to_string() == text);
    if is_number || matches!(text, "true" | "false") {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A basic string. JSON writes one in a way that TOML reads, too.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::config::Variables;

    fn look(args: &[&str]) -> Sources {
        let args = [&["parley-relay"], args].concat();
        let matches = super::super::command().get_matches_from(args);
        Sources::look(&matches, &Variables::new()).unwrap()
    }

    fn read_back(text: &str) -> Sources {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("parley.toml");
        std::fs::write(&path, text).unwrap();
        look(&[&format!("--config={}", path.display())])
    }

    #[test]
    fn the_file_as_written_changes_nothing() {
        let usual = look(&[]);
        let text = text(&usual.rows());
        let found = read_back(&text);
        let debug = |sources: &Sources| format!("{:?}", sources.settings().unwrap());
        assert_eq!(debug(&found), debug(&usual));
        assert!(text.lines().all(|line| line.len() <= 120), "{text}");
    }

    #[test]
    fn every_line_that_is_commented_out_is_a_setting_with_its_default() {
        let usual = look(&[]);
        let mut in_force = String::new();
        for line in text(&usual.rows()).lines() {
            let line = line.strip_prefix("# ").unwrap_or(line);
            if line == "[[provider]]" {
                break;
            }
            if let Some((name, value)) = line.split_once(" = ")
                && !name.contains(' ')
                && !value.contains('<')
            {
                in_force.push_str(line);
                in_force.push('\n');
            }
        }
        let found = read_back(&in_force);
        let debug = |sources: &Sources| format!("{:?}", sources.settings().unwrap());
        assert_eq!(debug(&found), debug(&usual));
        let named = in_force.lines().count();
        assert!(named > 20 && named < usual.rows().len() + 1, "{in_force}");
    }

    #[test]
    fn what_is_given_is_filled_in_and_secrets_are_not() {
        let given = look(&[
            "init",
            "--public-url=https://chat.example.org",
            "--metrics-token=sesame",
        ]);
        let text = text(&given.rows());
        assert!(
            text.contains("\npublic_url = \"https://chat.example.org\"\n"),
            "{text}"
        );
        assert!(!text.contains("sesame"), "{text}");
        let found = read_back(&text).settings().unwrap();
        assert_eq!(found.public_url, given.settings().unwrap().public_url);
    }
}
