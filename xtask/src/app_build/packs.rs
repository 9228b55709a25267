//! Pieces of the program that are always loaded together become one module: it
//! compresses far better than many small ones, and is one request. `wasm-split`
//! makes a piece for each set of chunks that shares something; it does not know
//! that some chunks are never wanted without others.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, bail};

use super::glue::{GLUE, Glue};
use super::limits::{Limits, limits};
use super::program::{FEATURES, Tools, optimise};
use crate::steps;

/// Chunks of which none is wanted without the other, in the order in which a
/// member's page loads them; then what a visitor's page loads first.
const TOGETHER: [&[&str]; 4] = [
    &["conversation", "engine"],
    &["frames", "timeline"],
    &["conversation_rest"],
    &["enrolment"],
];

/// What can be wanted without those above: forms, the worker. Whoever wants any
/// other chunk has those, or wants them next: what it shares with those is
/// loaded with those.
const ALONE: [&str; 3] = ["enrolment", "enrolment_rest", "password"];

/// What more chunks than this share is one module for all of them. Each set of
/// chunks has something of its own, most of it smaller than a request.
const FEW: usize = 2;

/// Whoever wants the first of these has the second: what they share is the
/// second's.
const BEFORE: (&str, &str) = ("enrolment_rest", "enrolment");

/// Pieces that become one module, by its name.
type Packs = BTreeMap<String, Vec<String>>;

/// Makes the modules and the script that loads them.
pub(super) fn build(tools: &Tools, cut: &Path, into: &Path) -> Result<()> {
    let script = fs::read_to_string(cut.join(GLUE)).context("wasm-split wrote no glue")?;
    let glue = Glue::parse(&script);
    let packs = packs(&glue);
    make(&packs, |name, pieces| {
        let merged = cut.join(format!("{name}.merged"));
        merge(tools, cut, pieces, &merged)?;
        optimise(tools, &merged, &into.join(format!("{name}.wasm")))
    })?;
    fs::write(into.join(GLUE), loader(&script, &glue, &packs)?).context("cannot write the glue")
}

/// Makes the modules, as many at a time as there are cores: the tools use one each.
fn make(packs: &Packs, one: impl Fn(&str, &[String]) -> Result<()> + Sync) -> Result<()> {
    let waiting = Mutex::new(packs.iter());
    let work = || {
        loop {
            let next = waiting.lock().map_or(None, |mut waiting| waiting.next());
            let Some((name, pieces)) = next else {
                return Ok(());
            };
            one(name, pieces)?;
        }
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let hands: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        hands.into_iter().try_for_each(|hand| {
            let done = hand.join();
            done.unwrap_or_else(|_| bail!("making a module panicked"))
        })
    })
}

fn packs(glue: &Glue) -> Packs {
    let mut packs = Packs::new();
    for (piece, chunks) in glue.chunks_by_file() {
        packs
            .entry(pack_of(&chunks))
            .or_default()
            .push(piece.into());
    }
    packs
}

/// The module for what these chunks share.
fn pack_of(chunks: &[&str]) -> String {
    let (later, before) = BEFORE;
    let is_there = |chunk: &&&str| **chunk != later || !chunks.contains(&before);
    let chunks: Vec<&str> = chunks.iter().filter(is_there).copied().collect();
    let has_one = |together: &&&[&str]| chunks.iter().any(|chunk| together.contains(chunk));
    let Some(together) = TOGETHER.iter().find(has_one) else {
        let are_few = chunks.len() <= FEW;
        return if are_few {
            chunks.join("-")
        } else {
            "shared".to_owned()
        };
    };
    let comes_alone = |chunk: &&&str| ALONE.contains(*chunk) && !together.contains(*chunk);
    let mut name = together.join("-");
    for chunk in chunks.iter().filter(comes_alone) {
        name.push('-');
        name.push_str(chunk);
    }
    name
}

/// One module of several pieces. Each of them imports memory and table of the
/// main module; through a module between they all import the same ones.
fn merge(tools: &Tools, cut: &Path, pieces: &[String], to: &Path) -> Result<()> {
    let first = pieces.first().context("a pack has no pieces")?;
    let Limits { memory, table } = limits(&fs::read(cut.join(first))?)?;
    let between = to.with_extension("wat");
    fs::write(
        &between,
        format!(
            r#"(module
                (import "shared" "memory" (memory {memory}))
                (import "shared" "__indirect_function_table" (table {table} funcref))
                (import "shared" "__wasm_split_shared0" (global (mut i32)))
                (export "memory" (memory 0))
                (export "__indirect_function_table" (table 0))
                (export "__wasm_split_shared0" (global 0)))"#
        ),
    )?;
    let mut merge = Command::new(&tools.merge);
    merge.args(FEATURES).arg("--enable-multimemory");
    merge.arg(&between).arg("__wasm_split");
    for piece in pieces {
        merge.arg(cut.join(piece)).arg(piece);
    }
    steps::run(merge.arg("-o").arg(to))
}

/// The script of `wasm-split`, with the modules in place of the pieces.
fn loader(script: &str, glue: &Glue, packs: &Packs) -> Result<String> {
    let ends = ["\n/* ", "\nconst __chunk", "\nexport const "];
    let Some(end) = ends.iter().filter_map(|end| script.find(end)).min() else {
        bail!("the glue of wasm-split is not what it was");
    };
    let mut loader = script[..end].to_owned();
    for name in packs.keys() {
        writeln!(
            loader,
            r#"
const {constant} = makeLoad(() => {{
    const src = fetch(new URL("./{name}.wasm", import.meta.url));
    src.catch(() => {{}});
    return async ({{ __wasm_split: shared }}) => WebAssembly.instantiateStreaming(src, {{ shared }});
}}, []);"#,
            constant = constant(name)
        )?;
    }
    for (chunk, files) in &glue.files_by_chunk {
        let needed = packs
            .iter()
            .filter(|(_, pieces)| pieces.iter().any(|piece| files.contains(piece)));
        let needed: Vec<String> = needed.map(|(name, _)| constant(name)).collect();
        let needed = needed.join(", ");
        writeln!(
            loader,
            "export const __wasm_split_load_{chunk} = wrapAsyncCb(makeLoad(() => async () => ({{}}), [{needed}]));"
        )?;
    }
    Ok(loader)
}

fn constant(name: &str) -> String {
    format!("__pack_{}", name.replace('-', "__"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = r#"import { initSync } from "./main.js";
/* call, engine */
const __chunk_3 = makeLoad(() => {
    const src = fetch(new URL("./chunk_3.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, []);
export const __wasm_split_load_engine = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_engine.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, [__chunk_3]));
export const __wasm_split_load_call = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_call.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, [__chunk_3]));
"#;

    #[test]
    fn what_a_call_shares_with_the_engine_lies_with_the_engine() {
        let script_glue = Glue::parse(SCRIPT);
        let packs = packs(&script_glue);
        let script = loader(SCRIPT, &script_glue, &packs).unwrap();
        let loaded = Glue::parse(&script).files_by_chunk;
        assert_eq!(loaded["engine"], ["conversation-engine.wasm"]);
        assert_eq!(loaded["call"], ["call.wasm", "conversation-engine.wasm"]);
        assert!(!script.contains("chunk_3"));
    }

    #[test]
    fn a_worker_or_a_form_shares_what_it_needs_and_no_more() {
        assert_eq!(
            pack_of(&["call", "engine", "password"]),
            "conversation-engine-password"
        );
        assert_eq!(pack_of(&["dialogs", "enrolment"]), "enrolment");
        assert_eq!(pack_of(&["dialogs", "settings"]), "dialogs-settings");
        assert_eq!(pack_of(&["call", "dialogs", "settings"]), "shared");
    }

    #[test]
    fn what_a_later_page_shares_with_the_form_is_there_with_the_form() {
        assert_eq!(pack_of(&["enrolment", "enrolment_rest"]), "enrolment");
        assert_eq!(
            pack_of(&["engine", "enrolment", "enrolment_rest"]),
            "conversation-engine-enrolment"
        );
        assert_eq!(pack_of(&["enrolment_rest"]), "enrolment_rest");
    }

    #[test]
    fn what_frames_share_with_the_engine_is_there_before_them() {
        assert_eq!(pack_of(&["engine", "frames"]), "conversation-engine");
        assert_eq!(pack_of(&["call", "frames"]), "frames-timeline");
        assert_eq!(pack_of(&["frames", "password"]), "frames-timeline-password");
    }
}
