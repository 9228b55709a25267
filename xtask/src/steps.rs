//! Named steps with their times, and the running of other programs inside
//! them. What the programs are for is none of this file's business.

#![expect(
    clippy::print_stdout,
    reason = "these commands talk to the person at the terminal"
)]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a program that has ended may take to hand over its last words.
const GRACE: Duration = Duration::from_millis(300);

/// Prints one line to the person at the terminal.
pub(crate) fn say(line: &str) {
    println!("{line}");
    // A closed pipe only means that nobody reads any more.
    std::io::stdout().flush().ok();
}

/// Runs `work` under a name, and says how long it took.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    say(&format!("--> {name}"));
    let started = Instant::now();
    let outcome = work();
    let seconds = started.elapsed().as_secs_f64();
    let verdict = if outcome.is_ok() { "done" } else { "failed" };
    say(&format!("    {verdict}: {name} ({seconds:.1} s)"));
    outcome
}

/// Runs a program with its output on the terminal; failing is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", line(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", line(command));
    }
    Ok(())
}

/// Runs a program and returns what it wrote to its standard output.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", line(command)))?;
    if !output.status.success() {
        bail!("{} ended with {}", line(command), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What a program said, and whether it ended well.
pub(crate) struct Heard {
    /// Both of its outputs, as lines, in the order they came.
    pub lines: Vec<String>,
    pub success: bool,
}

/// Runs a program, shows what it says as it comes, and keeps it.
pub(crate) fn listen(command: &mut Command) -> Result<Heard> {
    let (reader, writer) = std::io::pipe().context("cannot make a pipe")?;
    command
        .stdout(writer.try_clone().context("cannot share a pipe")?)
        .stderr(writer);
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {}", line(command)))?;
    // The command holds our ends of the pipe; with them open, reading never ends.
    command.stdout(Stdio::null()).stderr(Stdio::null());

    let (sender, incoming) = mpsc::channel();
    thread::spawn(move || {
        for bytes in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
            if sender.send(bytes).is_err() {
                return;
            }
        }
    });
    let mut lines = Vec::new();
    loop {
        match incoming.recv_timeout(GRACE) {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes).trim_end().to_owned();
                say(&text);
                lines.push(text);
            }
            // Something that the program left behind may hold the pipe open.
            Err(RecvTimeoutError::Timeout) if has_ended(&mut child)? => break,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait().context("cannot wait for a program")?;
    Ok(Heard {
        lines,
        success: status.success(),
    })
}

fn has_ended(child: &mut Child) -> Result<bool> {
    let status = child.try_wait().context("cannot wait for a program")?;
    Ok(status.is_some())
}

/// A command as a person would type it.
fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    let full = words.join(" ");
    match full.char_indices().nth(160) {
        Some((end, _)) => format!("{} ...", full.get(..end).unwrap_or_default()),
        None => full,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_outputs_are_heard_and_the_exit_code_is_kept() {
        let heard = listen(Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"]));
        let heard = heard.unwrap();
        assert_eq!(heard.lines, ["one", "two"]);
        assert!(!heard.success);
    }

    #[test]
    fn what_a_program_leaves_behind_does_not_hold_us_up() {
        let started = Instant::now();
        let heard = listen(Command::new("sh").args(["-c", "echo one; sleep 20 & exit 0"]));
        let heard = heard.unwrap();
        assert_eq!(heard.lines, ["one"]);
        assert!(heard.success);
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_program_that_fails_is_an_error_that_names_it() {
        let error = run(Command::new("sh").args(["-c", "exit 4"])).unwrap_err();
        assert!(error.to_string().starts_with("sh -c exit 4 ended with"));
    }
}
