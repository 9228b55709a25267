//! The configuration file: TOML, flat, with keys named like the flags.

use std::ffi::OsString;
use std::path::Path;

use serde::Deserialize;
use toml::{Table, Value};

use super::{ConfigError, provider};

/// The table of identity providers: the one thing that is in the file only.
const PROVIDER: &str = "provider";

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct File {
    /// Keys and their values as flags would have them; a list has several.
    pub(super) settings: Vec<(String, Vec<OsString>)>,
    pub(super) providers: Vec<provider::Table>,
}

#[derive(Deserialize)]
struct Providers {
    #[serde(default)]
    provider: Vec<provider::Table>,
}

pub(super) fn read(path: &Path) -> Result<File, ConfigError> {
    let text =
        std::fs::read_to_string(path).map_err(|error| ConfigError::File(path.to_owned(), error))?;
    parse(path, &text)
}

pub(super) fn parse(path: &Path, text: &str) -> Result<File, ConfigError> {
    let invalid = |error| ConfigError::Toml(path.to_owned(), error);
    let table: Table = toml::from_str(text).map_err(invalid)?;
    let Providers { provider } = toml::from_str(text).map_err(invalid)?;
    let mut settings = Vec::new();
    for (name, value) in table {
        if name == PROVIDER {
            continue;
        }
        match texts(value) {
            Some(texts) => settings.push((name, texts)),
            None => return Err(ConfigError::Shape(path.to_owned(), name)),
        }
    }
    Ok(File {
        settings,
        providers: provider,
    })
}

fn texts(value: Value) -> Option<Vec<OsString>> {
    if let Value::Array(values) = value {
        values.into_iter().map(text).collect()
    } else {
        text(value).map(|text| vec![text])
    }
}

fn text(value: Value) -> Option<OsString> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Integer(number) => Some(number.to_string().into()),
        Value::Boolean(yes) => Some(yes.to_string().into()),
        Value::Float(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
    }
}
