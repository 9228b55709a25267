//! Every setting as a flag: made from the parts' `Given` structs, so that help, environment variables, the file and
//! `init` cannot differ.

use clap::builder::Resettable;
use clap::{Arg, ArgAction, Args as _, Command};

use super::Given;

/// The flag that names the file; no setting.
pub(super) const CONFIG: &str = "config";
/// What is appended to a secret setting's name for the setting that names a file with it.
pub(super) const FILE: &str = "_file";

/// The settings alone, to read what was found.
pub(super) fn settings() -> Command {
    Given::augment_args(
        Command::new("settings")
            .no_binary_name(true)
            .disable_help_flag(true)
            .disable_version_flag(true),
    )
    .mut_args(|arg| {
        // A value that may be absent stands behind `=`: otherwise it would take a subcommand for its own.
        let optional = arg
            .get_num_args()
            .is_some_and(|number| number.min_values() == 0);
        arg.env(Resettable::Reset).require_equals(optional)
    })
}

/// All flags of the relay, with `--config` and, for each secret, the one that names a file with it.
pub fn flags() -> Vec<Arg> {
    let config = Arg::new(CONFIG)
        .long(CONFIG)
        .value_name("FILE")
        .help("TOML configuration file, as `parley-relay init` writes it");
    let mut all = vec![with_variable(config)];
    for arg in settings().get_arguments() {
        all.push(with_variable(arg.clone()));
        all.extend(is_secret(arg).then(|| with_variable(file_of(arg))));
    }
    all
}

/// Whether the setting's value is never shown.
pub(super) fn is_secret(arg: &Arg) -> bool {
    arg.is_hide_env_values_set()
}

/// Whether the setting is a list.
pub(super) fn is_list(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append)
}

/// Environment variable of a setting.
pub(super) fn variable(name: &str) -> String {
    format!("PARLEY_{}", name.to_ascii_uppercase())
}

fn file_of(secret: &Arg) -> Arg {
    let name = format!("{}{FILE}", secret.get_id());
    let long = name.replace('_', "-");
    let of = secret.get_id().as_str().replace('_', "-");
    let help = format!("File that holds the text of --{of}");
    let arg = Arg::new(name).long(long).value_name("FILE").help(help);
    match secret.get_help_heading() {
        Some(heading) => arg.help_heading(heading.to_owned()),
        None => arg,
    }
}

fn with_variable(arg: Arg) -> Arg {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let variable = variable(arg.get_id().as_str());
    arg.help(format!("{help} [env: {variable}]"))
}
