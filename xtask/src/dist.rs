//! `cargo xtask dist`: one program with everything inside, and its sizes.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::steps::{self, step};
use crate::{app_build, compress, workspace};

/// Builds `dist/parley-relay`.
pub(crate) fn run() -> Result<ExitCode> {
    let built = app_build::relay_with_app()?;
    let folder = workspace::root().join("dist");
    let program = folder.join(built.file_name().context("the relay has no name")?);
    step("copy the program", || {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        // Written beside and renamed: a relay that runs from here keeps its file.
        let fresh = program.with_extension("new");
        fs::copy(&built, &fresh).with_context(|| format!("cannot write {}", fresh.display()))?;
        fs::rename(&fresh, &program).with_context(|| format!("cannot write {}", program.display()))
    })?;

    let size = fs::metadata(&program)
        .with_context(|| format!("cannot look at {}", program.display()))?
        .len();
    let app = compress::weigh(&workspace::built_app(), &|_| true)?;
    steps::say(&format!(
        "\n{}: {:.1} MB, with the app in it ({:.0} KB as sent with brotli, {:.0} KB plain)",
        program.display(),
        megabytes(size),
        kilobytes(app.sent),
        kilobytes(app.plain),
    ));
    Ok(ExitCode::SUCCESS)
}

/// Bytes as kilobytes of 1000.
#[expect(clippy::cast_precision_loss, reason = "a size to look at")]
pub(crate) fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1e3
}

/// Bytes as megabytes of 1000000.
pub(crate) fn megabytes(bytes: u64) -> f64 {
    kilobytes(bytes) / 1e3
}
