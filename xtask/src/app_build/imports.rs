//! Short names for what the main module imports of its script. `wasm-bindgen`
//! gives each a long one with a hash, which stands in both and does not compress.

use std::collections::HashMap;

use anyhow::{Context, Result};

use super::bytes::{Bytes, push_number};
use super::shorten;

const IMPORTS: u8 = 2;
const FUNCTION: u8 = 0;

/// How `wasm-bindgen` begins the names of what its script gives.
const LONG: &str = "__wb";

/// A module and its script.
pub(super) struct Bound {
    pub module: Vec<u8>,
    pub script: String,
}

impl Bound {
    /// The same with short names, and the script without comments and indentation.
    pub(super) fn shortened(&self) -> Result<Self> {
        let mut names = HashMap::new();
        let module = renamed(&self.module, &mut names).context("cannot rename the imports")?;
        let mut script = String::new();
        for line in shorten::script(&self.script).lines() {
            push_renamed(line, &names, &mut script);
            script.push('\n');
        }
        Ok(Self { module, script })
    }
}

/// The module with short names, which are added to `names`.
fn renamed(module: &[u8], names: &mut HashMap<String, String>) -> Result<Vec<u8>> {
    let mut rewritten = module.get(..8).context("the module is too short")?.to_vec();
    let mut sections = Bytes::of_module(module)?;
    while let Some(section) = sections.section()? {
        let content = match section.kind {
            IMPORTS => renamed_imports(section.content, names)?,
            _ => section.content.rest().to_vec(),
        };
        rewritten.push(section.kind);
        push_sized(&content, &mut rewritten);
    }
    Ok(rewritten)
}

fn renamed_imports(mut bytes: Bytes<'_>, names: &mut HashMap<String, String>) -> Result<Vec<u8>> {
    let count = bytes.number()?;
    let mut rewritten = Vec::new();
    push_number(count as usize, &mut rewritten);
    for _ in 0..count {
        let from = bytes.sized()?.rest();
        let name = std::str::from_utf8(bytes.sized()?.rest())?;
        let is_function = bytes.byte()? == FUNCTION;
        // All imports before were functions too, or the rest of the bytes would not be read rightly.
        anyhow::ensure!(is_function, "the main module imports more than functions");
        let kind = bytes.number()?;
        push_sized(from, &mut rewritten);
        if name.starts_with(LONG) {
            let next = short(names.len());
            let short = names.entry(name.to_owned()).or_insert(next);
            push_sized(short.as_bytes(), &mut rewritten);
        } else {
            push_sized(name.as_bytes(), &mut rewritten);
        }
        rewritten.push(FUNCTION);
        push_number(kind as usize, &mut rewritten);
    }
    Ok(rewritten)
}

fn push_sized(content: &[u8], to: &mut Vec<u8>) {
    push_number(content.len(), to);
    to.extend(content);
}

/// Two or more letters, so that it is no keyword of the language: the first is a capital.
fn short(mut number: usize) -> String {
    let letter = |first: char, at: usize| {
        char::from_u32(u32::from(first) + u32::try_from(at).unwrap_or(0)).unwrap_or(first)
    };
    let mut name = letter('A', number % 26).to_string();
    number /= 26;
    loop {
        name.push(letter('a', number % 26));
        number /= 26;
        if number == 0 {
            return name;
        }
    }
}

fn push_renamed(line: &str, names: &HashMap<String, String>, to: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find(LONG) {
        let (before, from) = rest.split_at(at);
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        let end = from.find(|c| !is_letter(c)).unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        let is_whole = !before.ends_with(is_letter);
        let short = names.get(name).filter(|_| is_whole);
        to.push_str(before);
        to.push_str(short.map_or(name, String::as_str));
        rest = after;
    }
    to.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_and_script_have_the_same_short_names() {
        let import = |name: &str| {
            let mut bytes = vec![1, b'm'];
            push_sized(name.as_bytes(), &mut bytes);
            bytes.extend([FUNCTION, 3]);
            bytes
        };
        let imports = [
            vec![3],
            import("__wbg_a_0a1"),
            import("load"),
            import("__wbindgen_b"),
        ]
        .concat();
        let mut module = b"\0asm\x01\0\0\0\x01\x01\x07".to_vec();
        module.push(IMPORTS);
        push_sized(&imports, &mut module);
        let script = r"
            /**
             * @returns {any}
             */
            __wbg_a_0a1: function(arg0) {
                return x__wbg_a_0a1 + __wbg_a_0a1z + wasm.__wbg_free(__wbindgen_b);
            },";
        let long = Bound {
            module,
            script: script.to_owned(),
        };
        let short = long.shortened().unwrap();
        assert_eq!(
            short.script,
            "Aa: function(arg0) {\nreturn x__wbg_a_0a1 + __wbg_a_0a1z + wasm.__wbg_free(Ba);\n},\n"
        );
        let expected = b"\0asm\x01\0\0\0\x01\x01\x07\x02\x18\x03\x01m\x02Aa\0\x03\x01m\x04load\0\x03\x01m\x02Ba\0\x03";
        assert_eq!(short.module, expected);
    }

    #[test]
    fn short_names_are_all_different() {
        let names: std::collections::HashSet<String> = (0..2_000).map(short).collect();
        assert_eq!(names.len(), 2_000);
    }
}
