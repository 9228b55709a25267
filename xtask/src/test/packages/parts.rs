//! The list of parts: held against `CycloneDX`'s own schema.

use std::process::Command;

use anyhow::Result;

use super::{Given, Outcome};
use crate::dist::sbom;
use crate::{steps, tools};

const PACKAGES: [&str; 1] = ["cyclonedx-python-lib[json-validation]==11.12.0"];

const SCRIPT: &str = "
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())
sys.exit(str(fault) if fault else 0)
";

/// Writes the list and validates it.
pub(super) fn are_valid(given: &Given) -> Result<Outcome> {
    let programs = tools::python_folder("cyclonedx-11.12.0", &PACKAGES)?;
    let file = sbom::write(&given.scratch)?;
    steps::run(
        Command::new(programs.join("python"))
            .args(["-c", SCRIPT])
            .arg(file),
    )?;
    Ok(Outcome::Passed)
}
