//! Settings from every source, and what is said when one is wrong.

use std::path::Path;

use tempfile::TempDir;

use super::*;

/// From flags, variables and a file's text.
fn look(given: &[&str], variables: &[(&str, &str)], file: &str) -> Result<Sources, ConfigError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("parley.toml");
    std::fs::write(&path, file).unwrap();
    let config = format!("--config={}", path.display());
    let command = Command::new("parley-relay").args(flags());
    let args = [&["parley-relay", &config], given].concat();
    let variables = variables
        .iter()
        .map(|(name, text)| (name.into(), text.into()));
    Sources::look(
        &command.try_get_matches_from(args).unwrap(),
        &variables.collect(),
    )
}

fn settings(flags: &[&str], file: &str) -> Result<Settings, ConfigError> {
    look(flags, &[], file)?.settings()
}

fn source_of(sources: &Sources, name: &str) -> Source {
    let rows = sources.rows().into_iter();
    rows.filter(|row| row.name == name)
        .map(|row| row.source)
        .next()
        .unwrap()
}

#[test]
fn flags_win_over_the_environment_the_environment_over_the_file_and_the_file_over_defaults() {
    let file = "listen = \"0.0.0.0:1\"\ndata = \"here\"\nlog = \"debug\"\nbehind_proxy = true";
    let variables = [
        ("PARLEY_LISTEN", "0.0.0.0:3"),
        ("PARLEY_LOG", "warn"),
        ("PARLEY_DATA", ""),
    ];
    let sources = look(&["--listen", "0.0.0.0:2"], &variables, file).unwrap();
    let found = sources.settings().unwrap();
    assert_eq!(found.listen.port(), 2);
    assert_eq!(found.log, LogLevel::Warn);
    assert_eq!(found.data, PathBuf::from("here"));
    assert_eq!(found.turn_listen.unwrap().port(), 3478);
    assert!(!found.proxies.is_empty());
    assert_eq!(source_of(&sources, "listen"), Source::Flag);
    assert_eq!(
        source_of(&sources, "log"),
        Source::Variable("PARLEY_LOG".to_owned())
    );
    assert!(matches!(source_of(&sources, "data"), Source::File(_)));
    assert_eq!(source_of(&sources, "turn_listen"), Source::Default);
}

#[test]
fn turn_can_be_off() {
    assert_eq!(
        settings(&["--turn-listen", "off"], "").unwrap().turn_listen,
        None
    );
    assert!(settings(&["--turn-listen", "of"], "").is_err());
}

#[test]
fn a_mailbox_has_bounds_within_those_of_the_protocol() {
    let terms = |flags: &[&str], file| settings(flags, file).map(|found| found.mailbox);
    let found = terms(&[], "").unwrap();
    assert_eq!(found.bytes, 24 * 1024 * 1024);
    assert_eq!(found.lasts, Some(90 * 24 * 60 * 60 * 1_000));
    let found = terms(&["--mailbox-days=0"], "mailbox_bytes = 4000000").unwrap();
    assert_eq!((found.bytes, found.lasts), (4_000_000, None));
    for bytes in ["2097151", "25165825"] {
        let flag = format!("--mailbox-bytes={bytes}");
        assert!(terms(&[&flag], "").is_err(), "{bytes}");
    }
}

#[test]
fn files_have_bounds_within_those_of_the_protocol() {
    let terms = |flags: &[&str], file| settings(flags, file).map(|found| found.files);
    let found = terms(&[], "").unwrap();
    assert_eq!(found, FileTerms::default());
    let given = terms(
        &["--blob-quota=7"],
        "blob_quota_per_member = 5\nblob_quota = 6",
    );
    let given = given.unwrap();
    assert_eq!((given.per_member, given.in_all), (5, 7));
    assert!(terms(&["--max-file-bytes=2147483648"], "").is_ok());
    assert!(terms(&["--max-file-bytes=2147483649"], "").is_err());
}

#[test]
fn a_token_for_the_figures_is_never_shown() {
    let found = settings(&["--metrics-token=sesame"], "metrics_open = true").unwrap();
    let MetricsAccess::Bearer(token) = &found.metrics else {
        panic!("{:?}", found.metrics);
    };
    assert!(token.is("sesame") && !token.is("sesam"));
    assert!(!format!("{found:?}").contains("sesame"));
    let of_file = settings(&[], "metrics_token = \"sesame\"").unwrap();
    assert_eq!(of_file.metrics, found.metrics);
}

fn is_sesame(sources: &Sources) -> bool {
    match sources.settings().unwrap().metrics {
        MetricsAccess::Bearer(token) => token.is("sesame"),
        MetricsAccess::Loopback | MetricsAccess::Anybody => false,
    }
}

#[test]
fn a_secret_may_lie_in_a_file_or_be_a_credential() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("metrics_token");
    std::fs::write(&path, "sesame\n").unwrap();
    let line = format!("metrics_token_file = {path:?}");
    let of_file = look(&[], &[], &line).unwrap();
    assert!(is_sesame(&of_file));
    assert_eq!(
        source_of(&of_file, "metrics_token"),
        Source::SecretFile(path.clone())
    );

    let folder = folder.path().to_str().unwrap();
    let credentials = [("CREDENTIALS_DIRECTORY", folder)];
    assert!(is_sesame(&look(&[], &credentials, "").unwrap()));
    let stronger = look(&[], &credentials, "metrics_token = \"another\"").unwrap();
    assert!(!is_sesame(&stronger));

    let both = format!("{line}\nmetrics_token = \"another\"");
    assert!(
        matches!(look(&[], &[], &both), Err(ConfigError::Twice(name)) if name == "metrics_token")
    );
    let missing = look(&["--metrics-token-file=/nowhere"], &[], "");
    let said = missing.unwrap_err().to_string();
    assert!(
        said.starts_with("cannot read `metrics_token` from /nowhere: "),
        "{said}"
    );
}

#[test]
fn a_misspelt_setting_is_an_error_with_a_suggestion() {
    let said = |file| look(&[], &[], file).unwrap_err().to_string();
    let listn = said("listn = \"0.0.0.0:1\"");
    assert!(listn.starts_with("unknown setting `listn` in "), "{listn}");
    assert!(listn.ends_with("; did you mean `listen`?"), "{listn}");
    let colour = said("colour = 1");
    assert!(!colour.contains("did you mean"), "{colour}");
    assert!(said("[listen]\naddress = 1").contains("must be a text"));
    let variables = [("PARLEY_LISTN", "0.0.0.0:1")];
    let [warning] = look(&[], &variables, "")
        .unwrap()
        .warnings()
        .to_owned()
        .try_into()
        .unwrap();
    let warning: String = warning;
    assert!(warning.contains("did you mean PARLEY_LISTEN?"), "{warning}");
}

#[test]
fn a_wrong_value_is_named_with_its_place_and_a_secret_one_is_not() {
    let said = |variables: &[_], file| look(&[], variables, file).unwrap_err().to_string();
    let listen = said(&[("PARLEY_LISTEN", "here")], "");
    assert_eq!(
        listen,
        "invalid value `here` for `listen` (PARLEY_LISTEN): invalid socket address syntax"
    );
    let log = said(&[], "log = \"loud\"");
    assert!(
        log.contains("`loud` for `log`") && log.contains("warn"),
        "{log}"
    );
    let number = said(&[], "connections = \"many\"");
    assert!(
        number.ends_with("invalid digit found in string"),
        "{number}"
    );
}

#[test]
fn settings_may_stand_before_and_after_a_subcommand() {
    let inner = Command::new("check").args(flags());
    let command = Command::new("parley-relay").args(flags()).subcommand(inner);
    let args = [
        "parley-relay",
        "--data=a",
        "--behind-proxy",
        "check",
        "--data=b",
        "--log=warn",
    ];
    let matches = command.try_get_matches_from(args).unwrap();
    let found = Sources::look(&matches, &Variables::new())
        .unwrap()
        .settings()
        .unwrap();
    assert_eq!(found.data, Path::new("b"));
    assert_eq!(found.log, LogLevel::Warn);
    assert!(!found.proxies.is_empty());
}

#[test]
fn every_setting_has_one_name_and_a_help_text() {
    let mut seen = std::collections::BTreeSet::new();
    for arg in flags() {
        let name = arg.get_id().to_string();
        assert_eq!(arg.get_long().unwrap().replace('-', "_"), name);
        assert!(arg.get_help().unwrap().to_string().len() > 20, "{name}");
        assert!(seen.insert(name));
    }
}
