//! The page around the program: `app/index.html` with what it names copied
//! beside it. Scripts, styles and the program's folder get names that change
//! with their content, so that browsers keep them for ever.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::glue::{GLUE, Glue, MAIN};
use super::shorten;
use crate::{compress, fingerprint, steps, workspace};

/// The chunks that are drawn with the styles that come later.
const LATER_STYLES: &str = "timeline conversation_rest dialogs settings emoji call";

/// A line of the page with this names something that the build puts in place.
const MARK: &str = "data-trunk";

/// Writes the page and all its files into an empty folder.
pub(super) fn build(program: &Path, into: &Path) -> Result<()> {
    steps::run(Command::new("sh").arg(workspace::root().join("style").join("bundle.sh")))?;
    let source = workspace::root().join("app");
    let text = fs::read_to_string(source.join("index.html")).context("there is no page")?;
    let mut page = String::new();
    for line in text.lines() {
        page += &build_line(line, &source, program, into)?;
        page.push('\n');
    }
    stamp_service_worker(&page, into)?;
    fs::write(into.join("index.html"), page).context("cannot write the page")
}

fn build_line(line: &str, source: &Path, program: &Path, into: &Path) -> Result<String> {
    if !line.contains(MARK) {
        return Ok(line.to_owned());
    }
    if let Some(script) = attribute(line, "src") {
        let name = copy_hashed(&source.join(script), into, shorten::script)?;
        return Ok(format!("<script src=\"/{name}\"></script>"));
    }
    let named = attribute(line, "href").context("a line of the page names nothing")?;
    let file = source.join(named);
    match attribute(line, "rel") {
        Some("css") => {
            let name = copy_hashed(&file, into, shorten::style)?;
            Ok(format!("<link rel=\"stylesheet\" href=\"/{name}\">"))
        }
        Some("copy-file") if line.contains("data-style=\"later\"") => {
            let name = copy_hashed(&file, into, shorten::style)?;
            Ok(format!(
                "<link rel=\"later\" href=\"/{name}\" data-style=\"later\" data-for=\"{LATER_STYLES}\">"
            ))
        }
        Some("copy-file" | "copy-dir") => {
            copy(&file, &into.join(file_name(&file)?))?;
            Ok(String::new())
        }
        Some("rust") => program_links(program, into),
        _ => bail!("the page has a line that the build does not know: {line}"),
    }
}

/// Copies the program into a folder with a hash of all of it in its name, and
/// names its files: what is needed at once, and each chunk with what it is for.
fn program_links(program: &Path, into: &Path) -> Result<String> {
    let folder = format!("app-{}", fingerprint::of(program, &["."], &[])?);
    copy(program, &into.join(&folder))?;
    let mut links = format!(
        "<link rel=\"modulepreload\" href=\"/{folder}/{MAIN}.js\">\
         <link rel=\"modulepreload\" href=\"/{folder}/{GLUE}\">\
         <link rel=\"preload\" href=\"/{folder}/{MAIN}_bg.wasm\" as=\"fetch\" \
         type=\"application/wasm\" crossorigin=\"anonymous\">\n"
    );
    for (file, chunks) in Glue::read(program)?.chunks_by_file() {
        let chunks = chunks.join(" ");
        writeln!(
            links,
            "<link rel=\"chunk\" href=\"/{folder}/{file}\" data-for=\"{chunks}\">"
        )?;
    }
    Ok(links)
}

/// A browser takes a service worker for new only when its bytes differ, and
/// tells an open page "a new version is ready" only then.
fn stamp_service_worker(page: &str, into: &Path) -> Result<()> {
    let file = into.join("sw.js");
    let script = fs::read_to_string(&file).context("there is no service worker")?;
    let hash = fingerprint::of(into, &[], &[page.to_owned()])?;
    fs::write(&file, format!("{script}\n// page {hash}\n")).context("cannot stamp it")
}

/// Copies a text, shorter, under a name with a hash of it.
fn copy_hashed(file: &Path, into: &Path, shorten: fn(&str) -> String) -> Result<String> {
    let name = file_name(file)?;
    let (stem, end) = name.rsplit_once('.').context("a file has no ending")?;
    let folder = file.parent().context("a file has no folder")?;
    let hash = fingerprint::of(folder, &[&name], &[])?;
    let hashed = format!("{stem}-{hash}.{end}");
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    fs::write(into.join(&hashed), shorten(&text)).context("cannot write it")?;
    Ok(hashed)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let context = || format!("cannot copy {}", from.display());
    if !from.is_dir() {
        fs::copy(from, to).with_context(context)?;
        return Ok(());
    }
    for file in compress::files(from)? {
        let target = to.join(file.strip_prefix(from).with_context(context)?);
        fs::create_dir_all(target.parent().with_context(context)?).with_context(context)?;
        fs::copy(&file, target).with_context(context)?;
    }
    Ok(())
}

fn file_name(file: &Path) -> Result<String> {
    let name = file.file_name().context("a file has no name")?;
    Ok(name.to_string_lossy().into_owned())
}

fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!(" {name}=\""))?;
    Some(rest.split_once('"')?.0)
}

/// A file of the program, as the built page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedFile {
    /// Path below the folder of the built app.
    pub path: PathBuf,
    /// The chunks that need it. Empty: everything does.
    pub chunks: Vec<String>,
}

/// What the built page names.
pub(crate) struct BuiltPage {
    pub files: Vec<NamedFile>,
}

impl BuiltPage {
    /// Reads the page that was built last.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let text = fs::read_to_string(folder.join("index.html")).context("there is no page")?;
        Ok(Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let mut files = Vec::new();
        for tag in text.split('<') {
            let Some(path) = attribute(tag, "href").or_else(|| attribute(tag, "src")) else {
                continue;
            };
            let is_code = tag.contains("modulepreload")
                || tag.contains("stylesheet")
                || tag.contains("as=\"fetch\"")
                || tag.starts_with("script");
            let chunks = attribute(tag, "data-for");
            if is_code || chunks.is_some() {
                files.push(NamedFile {
                    path: PathBuf::from(path.trim_start_matches('/')),
                    chunks: chunks
                        .into_iter()
                        .flat_map(str::split_whitespace)
                        .map(str::to_owned)
                        .collect(),
                });
            }
        }
        Self { files }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_what_each_chunk_needs() {
        let page = BuiltPage::parse(
            "<script src=\"/boot-0a.js\"></script>\n<link rel=\"icon\" href=\"/icon.svg\">\
             <link rel=\"modulepreload\" href=\"/app-1/main.js\">\n\
             <link rel=\"chunk\" href=\"/app-1/chunk_3.wasm\" data-for=\"call engine\">",
        );
        let files: Vec<(&str, Vec<&str>)> = page
            .files
            .iter()
            .map(|file| {
                let chunks = file.chunks.iter().map(String::as_str).collect();
                (file.path.to_str().unwrap(), chunks)
            })
            .collect();
        assert_eq!(
            files,
            [
                ("boot-0a.js", vec![]),
                ("app-1/main.js", vec![]),
                ("app-1/chunk_3.wasm", vec!["call", "engine"]),
            ]
        );
    }
}
