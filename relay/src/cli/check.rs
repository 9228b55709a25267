//! `parley-relay check`: says which settings are in force, and where each is from.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use super::init::{quoted, value};
use crate::config::{Settings, Sources};
use crate::outgoing_hosts::{self, OutgoingHost};

/// Checks the settings, and prints those in force with where each is from. Secrets are hidden.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_args: &Args, sources: &Sources) -> anyhow::Result<ExitCode> {
    let settings = super::settings(sources)?;
    std::io::stdout()
        .lock()
        .write_all(text(sources, &settings).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Lines as in the file, each with a comment.
pub(super) fn text(sources: &Sources, settings: &Settings) -> String {
    let mut text = String::new();
    let mut heading = String::new();
    let worked_out = settings.worked_out();
    for row in sources.rows() {
        if row.heading != heading {
            let _ = write!(text, "\n# {}\n", row.heading);
            heading.clone_from(&row.heading);
        }
        let of_settings = worked_out.iter().find(|(name, _)| *name == row.name);
        let value = match (row.texts.is_empty(), of_settings) {
            (false, _) if row.is_secret => quoted("(hidden)"),
            (false, _) => value(&row.texts, row.is_list),
            (true, Some((_, text))) => quoted(text),
            (true, None) => {
                let _ = writeln!(text, "# {} is not set", row.name);
                continue;
            }
        };
        let line = format!("{} = {value}", row.name);
        let _ = writeln!(text, "{line:<48} # {}", row.source);
    }
    let providers: Vec<_> = sources.providers().collect();
    if !providers.is_empty() {
        let _ = write!(text, "\n# Identity providers: {}\n", providers.join(", "));
    }
    outgoing(&mut text, settings);
    text.trim_start().to_owned()
}

/// To whom the relay connects without being asked by a client.
fn outgoing(text: &mut String, settings: &Settings) {
    let hosts = outgoing_hosts::list(settings);
    let none = if hosts.is_empty() { " none" } else { "" };
    let _ = write!(
        text,
        "\n# Connections that the relay opens by itself:{none}\n"
    );
    for host in hosts {
        let OutgoingHost {
            host,
            port,
            setting,
            purpose,
        } = host;
        let _ = writeln!(text, "#   {host}:{port} ({setting}: {purpose})");
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Sources, Variables};

    #[test]
    fn each_setting_is_shown_with_its_source_and_secrets_are_not() {
        let variables = [("PARLEY_METRICS_TOKEN", "sesame"), ("PARLEY_LOG", "warn")];
        let variables: Variables = variables
            .map(|(name, text)| (name.into(), text.into()))
            .into();
        let matches =
            super::super::command().get_matches_from(["parley-relay", "check", "--data=d"]);
        let sources = Sources::look(&matches, &variables).unwrap();
        let text = super::text(&sources, &sources.settings().unwrap());
        let line = |start: &str| {
            let found = text.lines().find(|line| line.starts_with(start));
            found
                .unwrap_or_else(|| panic!("{text}"))
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(line("data "), "data = \"d\" # flag");
        assert_eq!(line("log "), "log = \"warn\" # PARLEY_LOG");
        assert_eq!(line("listen "), "listen = \"127.0.0.1:8080\" # default");
        assert_eq!(line("connections "), "connections = 4096 # default");
        assert_eq!(
            line("metrics_token "),
            "metrics_token = \"(hidden)\" # PARLEY_METRICS_TOKEN"
        );
        assert_eq!(line("# public_url"), "# public_url is not set");
        assert!(!text.contains("sesame"));
        assert!(toml::from_str::<toml::Table>(&text).is_ok(), "{text}");
    }
}
