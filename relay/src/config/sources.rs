//! Where each setting was found: flags win over the environment, the environment over the file, the file over a
//! systemd credential. Reads no file except the one that `--config` names and those with secrets.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Command, FromArgMatches as _};

use super::file::{self, File};
use super::flags::{self, CONFIG, FILE, variable};
use super::{ConfigError, Given, Settings, names, provider};

/// Environment variables of a process.
pub type Variables = BTreeMap<OsString, OsString>;

/// Where a setting's value is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A flag.
    Flag,
    /// An environment variable.
    Variable(String),
    /// The configuration file.
    File(PathBuf),
    /// A file that holds nothing but the secret.
    SecretFile(PathBuf),
    /// Nothing was given.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Variable(name) => f.write_str(name),
            Self::File(path) | Self::SecretFile(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// All that was found, not yet checked as a whole.
#[derive(Debug)]
pub struct Sources {
    found: BTreeMap<String, Found>,
    providers: Vec<provider::Table>,
    file: Option<PathBuf>,
    warnings: Vec<String>,
}

#[derive(Debug)]
struct Found {
    texts: Vec<OsString>,
    source: Source,
}

/// A setting in force.
#[derive(Debug)]
pub struct Row {
    /// Key in the file.
    pub name: String,
    /// Heading under which it stands in the help.
    pub heading: String,
    /// Help text.
    pub help: String,
    /// What kind of value it takes.
    pub value_name: String,
    /// Values; of a list, any number. Empty where nothing was given and the default is worked out.
    pub texts: Vec<String>,
    /// Where they are from.
    pub source: Source,
    /// Never to be shown.
    pub is_secret: bool,
    /// A list.
    pub is_list: bool,
}

impl Sources {
    /// Looks into the flags, the environment, and the files that they name.
    ///
    /// # Errors
    /// [`ConfigError`] if a file cannot be read, or something in it or in the environment is no setting's value.
    pub fn look(matches: &ArgMatches, variables: &Variables) -> Result<Self, ConfigError> {
        let given = from_flags(matches);
        let of_file = given.get(CONFIG).and_then(|texts| texts.first());
        let of_file = of_file.or_else(|| read_variable(variables, CONFIG));
        let file = of_file.map(PathBuf::from);
        let known: Vec<String> = flags::flags()
            .iter()
            .map(|arg| arg.get_id().to_string())
            .collect();
        let mut all = Self {
            found: BTreeMap::new(),
            providers: Vec::new(),
            file: file.clone(),
            warnings: Vec::new(),
        };
        all.add(&Level(given), |_| Source::Flag)?;
        let of_variables = known.iter().filter(|name| *name != CONFIG);
        let of_variables = of_variables.filter_map(|name| {
            let text = read_variable(variables, name)?;
            Some((name.clone(), vec![text.clone()]))
        });
        let in_environment = |name: &str| Source::Variable(variable(name));
        all.add(&Level(of_variables.collect()), in_environment)?;
        if let Some(path) = file {
            let File {
                settings,
                providers,
            } = file::read(&path)?;
            check_names(&path, &settings, &known)?;
            let level = Level(settings.into_iter().collect());
            all.add(&level, |_| Source::File(path.clone()))?;
            all.providers = providers;
        }
        if let Some(folder) = variables.get(OsStr::new("CREDENTIALS_DIRECTORY")) {
            all.add_credentials(Path::new(folder))?;
        }
        let known: Vec<String> = known.iter().map(|name| variable(name)).collect();
        let known = known.iter().map(String::as_str);
        all.warnings = names::unknown_variables(variables, known);
        Ok(all)
    }

    /// All settings, with defaults filled in.
    ///
    /// # Errors
    /// [`ConfigError`] if a setting is invalid.
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        let args = self.found.iter().flat_map(|(name, found)| {
            let texts = found.texts.iter();
            texts.map(|text| flag(name, text))
        });
        let matches = flags::settings().try_get_matches_from(args)?;
        let given = Given::from_arg_matches(&matches)?;
        Settings::complete(given, self.providers.clone())
    }

    /// The configuration file, if one was named.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Ids of the identity providers.
    pub fn providers(&self) -> impl Iterator<Item = &str> {
        self.providers.iter().map(provider::Table::id)
    }

    /// What looks wrong and hinders nothing, as sentences.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Every setting, as given or by default, in the order of the help.
    pub fn rows(&self) -> Vec<Row> {
        let command = flags::settings();
        let rows = command.get_arguments().map(|arg| {
            let name = arg.get_id().to_string();
            let shown = |text: &OsString| text.to_string_lossy().into_owned();
            let (texts, source) = if let Some(found) = self.found.get(&name) {
                (
                    found.texts.iter().map(shown).collect(),
                    found.source.clone(),
                )
            } else {
                let usual = arg.get_default_values().iter();
                let usual = usual.map(|text| text.to_string_lossy().into_owned());
                (usual.collect(), Source::Default)
            };
            let names = arg.get_value_names().unwrap_or_default();
            Row {
                name,
                heading: arg.get_help_heading().unwrap_or_default().to_owned(),
                help: arg.get_help().map(ToString::to_string).unwrap_or_default(),
                value_name: names.first().map(ToString::to_string).unwrap_or_default(),
                texts,
                source,
                is_secret: flags::is_secret(arg),
                is_list: flags::is_list(arg),
            }
        });
        rows.collect()
    }

    /// Takes from a source what none before it has.
    fn add(&mut self, level: &Level, source: impl Fn(&str) -> Source) -> Result<(), ConfigError> {
        let command = flags::settings();
        for arg in command.get_arguments() {
            let name = arg.get_id().as_str();
            let is_secret = flags::is_secret(arg);
            let path = is_secret.then(|| level.path_of(name)).flatten();
            let (texts, source) = match (level.0.get(name), path) {
                (None, None) => continue,
                (Some(_), Some(_)) => return Err(ConfigError::Twice(name.to_owned())),
                (Some(texts), None) => (texts.clone(), source(name)),
                (None, Some(path)) => (vec![secret(name, &path)?.into()], Source::SecretFile(path)),
            };
            if self.found.contains_key(name) {
                continue;
            }
            check(&command, name, &texts, &source, is_secret)?;
            self.found.insert(name.to_owned(), Found { texts, source });
        }
        Ok(())
    }

    fn add_credentials(&mut self, folder: &Path) -> Result<(), ConfigError> {
        let command = flags::settings();
        let secrets = command.get_arguments().filter(|arg| flags::is_secret(arg));
        let paths = secrets.map(|arg| {
            let name = arg.get_id().as_str();
            (format!("{name}{FILE}"), folder.join(name))
        });
        let there = paths.filter(|(_, path)| path.exists());
        let level = there.map(|(name, path)| (name, vec![path.into_os_string()]));
        self.add(&Level(level.collect()), |_| Source::Default)
    }
}

/// What one source gives, by name.
struct Level(BTreeMap<String, Vec<OsString>>);

impl Level {
    fn path_of(&self, secret: &str) -> Option<PathBuf> {
        let texts = self.0.get(&format!("{secret}{FILE}"))?;
        texts.first().map(PathBuf::from)
    }
}

/// Flags before or after a subcommand; the last wins.
fn from_flags(matches: &ArgMatches) -> BTreeMap<String, Vec<OsString>> {
    let mut all = BTreeMap::new();
    let names: Vec<String> = flags::flags()
        .iter()
        .map(|arg| arg.get_id().to_string())
        .collect();
    let mut next = Some(matches);
    while let Some(matches) = next {
        for name in &names {
            // A subcommand may have a flag of that name for itself.
            if !matches!(matches.try_contains_id(name), Ok(true))
                || matches.value_source(name) != Some(ValueSource::CommandLine)
            {
                continue;
            }
            let texts = matches.get_raw(name).into_iter().flatten();
            all.insert(name.clone(), texts.map(OsStr::to_owned).collect());
        }
        next = matches.subcommand().map(|(_, inner)| inner);
    }
    all
}

/// An empty variable is as good as none: that is how container files write a value that was left out.
fn read_variable<'a>(variables: &'a Variables, name: &str) -> Option<&'a OsString> {
    let text = variables.get(OsStr::new(&variable(name)));
    text.filter(|text| !text.is_empty())
}

fn check_names(
    path: &Path,
    settings: &[(String, Vec<OsString>)],
    known: &[String],
) -> Result<(), ConfigError> {
    let known = || {
        known
            .iter()
            .map(String::as_str)
            .filter(|name| *name != CONFIG)
    };
    for (name, _) in settings {
        if !known().any(|known| known == name) {
            return Err(ConfigError::Unknown {
                name: name.clone(),
                file: path.to_owned(),
                meant: names::nearest(name, known()).map(str::to_owned),
            });
        }
    }
    Ok(())
}

/// Checks a setting by itself, so that an error says where it stands.
fn check(
    command: &Command,
    name: &str,
    texts: &[OsString],
    source: &Source,
    is_secret: bool,
) -> Result<(), ConfigError> {
    let args = texts.iter().map(|text| flag(name, text));
    let Err(error) = command.clone().try_get_matches_from(args) else {
        return Ok(());
    };
    let shown: Vec<_> = texts.iter().map(|text| text.to_string_lossy()).collect();
    let why = std::error::Error::source(&error).map(ToString::to_string);
    let rendered = error.to_string();
    let mut lines = rendered.lines().filter(|line| !line.trim().is_empty());
    let why = why.or_else(|| lines.nth(1).map(|line| line.trim().to_owned()));
    Err(ConfigError::Value {
        name: name.to_owned(),
        place: source.clone(),
        value: if is_secret {
            "(hidden)".to_owned()
        } else {
            shown.join(", ")
        },
        why: why.unwrap_or_else(|| "not allowed here".to_owned()),
    })
}

fn secret(name: &str, path: &Path) -> Result<String, ConfigError> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| ConfigError::SecretFile {
        name: name.to_owned(),
        path: path.to_owned(),
        error,
    })?;
    Ok(text.trim().to_owned())
}

fn flag(name: &str, text: &OsStr) -> OsString {
    let mut flag = OsString::from(format!("--{}=", name.replace('_', "-")));
    flag.push(text);
    flag
}
