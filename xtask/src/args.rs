//! The command line of `cargo xtask`, as values. Nothing is run from here.

use anyhow::{Context, Result, bail};

/// What `cargo xtask help` prints.
pub(crate) const USAGE: &str = "\
Usage: cargo xtask <command>

  serve [-- <relay arguments>]   build everything and run a relay with its data in .parley/
  test [--only <suite>]          run every test; the last line counts them: rust, api, browser, packages
       [--grep <words>]            only browser stories with these words in their title
       [--seeds <number>]          seeds of the simulation (250 when left out, 1000 in full)
       [--full]                    the long run of every suite
  check [--only <part>]          format, lint, docs, layers, dependencies
  bench [--only <row>]           measure Parley beside its peers
        [--write]                  and put the table into docs/benchmarks.md
        [--install-peers]          install the peers that npm and PyPI have
  dist                           make everything that a host is given, in dist/
       [--machine <name>]          for x86_64 or aarch64 alone
       [--only-program]            the program, and no packages
       [--check-reproducible]      build in a second folder, and compare the bytes

From the environment: PARLEY_TOOLS is where tools are kept (~/.cache/parley/tools),
PARLEY_CHROMIUM the browser for tests, PARLEY_RELAY a relay to test or measure
instead of one that is built first, PARLEY_SIGNING_KEY the SSH key that signs dist/.";

/// One command with its options.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Serve(Serve),
    Test(Test),
    Check(Check),
    Bench(Bench),
    Dist(Dist),
}

/// Options of `serve`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Serve {
    /// Handed to the relay as they are.
    pub relay: Vec<String>,
}

/// Options of `test`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Test {
    pub only: Option<Suites>,
    pub grep: Option<String>,
    pub seeds: Option<u64>,
    pub full: bool,
}

/// A part of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suites {
    Rust,
    Browser,
    /// The HTTP endpoints against their description.
    Api,
    Packages,
}

/// Options of `check`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Check {
    pub only: Option<String>,
}

/// Options of `bench`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Bench {
    pub only: Option<String>,
    pub write: bool,
    pub install_peers: bool,
}

/// Options of `dist`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Dist {
    pub machine: Option<String>,
    pub only_program: bool,
    pub check_reproducible: bool,
}

/// Reads the words after `cargo xtask`.
pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Command> {
    let mut words = words.peekable();
    let Some(name) = words.next() else {
        return Ok(Command::Help);
    };
    match name.as_str() {
        "help" | "-h" | "--help" => Ok(Command::Help),
        "serve" => Ok(Command::Serve(Serve {
            relay: words.skip_while(|word| word == "--").collect(),
        })),
        "test" => parse_test(words),
        "check" => parse_check(words),
        "bench" => parse_bench(words),
        "dist" => parse_dist(words),
        _ => bail!("there is no command {name}"),
    }
}

fn parse_test(mut words: impl Iterator<Item = String>) -> Result<Command> {
    let mut options = Test::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--only" => options.only = Some(parse_suites(&value(&word, &mut words)?)?),
            "--grep" => options.grep = Some(value(&word, &mut words)?),
            "--seeds" => {
                let seeds = value(&word, &mut words)?;
                let seeds = seeds.parse().context("--seeds wants a number")?;
                options.seeds = Some(seeds);
            }
            "--full" => options.full = true,
            _ => bail!("test has no option {word}"),
        }
    }
    Ok(Command::Test(options))
}

fn parse_suites(name: &str) -> Result<Suites> {
    match name {
        "rust" => Ok(Suites::Rust),
        "browser" => Ok(Suites::Browser),
        "api" => Ok(Suites::Api),
        "packages" => Ok(Suites::Packages),
        _ => bail!("--only wants rust, api, browser or packages, not {name}"),
    }
}

fn parse_check(mut words: impl Iterator<Item = String>) -> Result<Command> {
    let mut options = Check::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--only" => options.only = Some(value(&word, &mut words)?),
            _ => bail!("check has no option {word}"),
        }
    }
    Ok(Command::Check(options))
}

fn parse_bench(mut words: impl Iterator<Item = String>) -> Result<Command> {
    let mut options = Bench::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--only" => options.only = Some(value(&word, &mut words)?),
            "--write" => options.write = true,
            "--install-peers" => options.install_peers = true,
            _ => bail!("bench has no option {word}"),
        }
    }
    Ok(Command::Bench(options))
}

fn parse_dist(mut words: impl Iterator<Item = String>) -> Result<Command> {
    let mut options = Dist::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--machine" => options.machine = Some(value(&word, &mut words)?),
            "--only-program" => options.only_program = true,
            "--check-reproducible" => options.check_reproducible = true,
            _ => bail!("dist has no option {word}"),
        }
    }
    Ok(Command::Dist(options))
}

fn value(option: &str, words: &mut impl Iterator<Item = String>) -> Result<String> {
    words
        .next()
        .with_context(|| format!("{option} wants a value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn everything_after_the_dashes_goes_to_the_relay() {
        let expected = Serve {
            relay: vec!["--listen".into(), "127.0.0.1:9000".into()],
        };
        let command = parsed("serve -- --listen 127.0.0.1:9000").unwrap();
        assert_eq!(command, Command::Serve(expected));
    }

    #[test]
    fn test_options_are_read() {
        let expected = Test {
            only: Some(Suites::Rust),
            grep: None,
            seeds: Some(20),
            full: true,
        };
        let command = parsed("test --only rust --seeds 20 --full").unwrap();
        assert_eq!(command, Command::Test(expected));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(parsed("polish").is_err());
        assert!(parsed("test --fast").is_err());
        assert!(parsed("test --seeds").is_err());
        assert!(parsed("test --seeds many").is_err());
        assert!(parsed("dist --upload").is_err());
    }
}
