//! `parley-relay doctor`: says whether the world can reach this relay, and what to change if not.

use std::io::{self, Write};
use std::process::ExitCode;

use parley_protocol::admin::{Finding, FindingsReport, Verdict};

use crate::clock::{Clock as _, SystemClock};
use crate::config::Settings;
use crate::doctor::facts::Told;
use crate::doctor::{self, LookedFrom};

/// Says whether the world can reach this relay, and what to change if not.
///
/// Looks at the settings, the name, the router, the firewall, the certificate, STUN and TURN, the clock and the disk, from
/// this machine, and asks nobody else. Many routers let no machine reach its own public address from inside: what cannot
/// be told from here is said, and the administration in the app finds it out from where you open it. As root it reads the
/// firewall's rules, too. Exit code 1: something has to be changed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, settings: &Settings) -> anyhow::Result<ExitCode> {
    let now = SystemClock.now();
    let told = Told::of(settings);
    let facts = super::block_on(async {
        Ok(doctor::gather(told, &settings.data, LookedFrom::Terminal, now).await)
    })?;
    let report = FindingsReport {
        at: now,
        findings: doctor::findings(&facts),
    };
    let mut out = io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        write(&mut out, &report.findings)?;
    }
    let is_bad = report.findings.iter().any(|it| it.verdict == Verdict::Bad);
    Ok(if is_bad {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// One finding a paragraph, with what to do below it.
pub(super) fn write(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    for finding in findings {
        let sign = match finding.verdict {
            Verdict::Good => "ok     ",
            Verdict::Unknown => "?      ",
            Verdict::Note => "note   ",
            Verdict::Bad => "WRONG  ",
        };
        writeln!(out, "{sign}{}", finding.text)?;
        for line in finding.to_do.iter().flat_map(|to_do| to_do.lines()) {
            writeln!(out, "         {line}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use parley_protocol::admin::Finding;

    #[test]
    fn what_to_do_stands_below_what_is_wrong() {
        let mut out = Vec::new();
        let findings = [
            Finding::good("clock", "The clock is right."),
            Finding::bad("web", "The door is closed.", "Open it:\nsudo open"),
        ];
        super::write(&mut out, &findings).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "ok     The clock is right.\nWRONG  The door is closed.\n         Open it:\n         sudo open\n"
        );
    }
}
