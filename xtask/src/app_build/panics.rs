//! What a panic would say is left out of the program: the page has no place that
//! shows it, and a browser sees the same trap either way. Calls of functions that
//! only panic become that trap. Their text, and the place in the source that it
//! names, are referred to by nothing then, and `wasm-split` leaves them out.
//!
//! Nothing changes its place: calls are written over in the code, and their
//! relocations removed:
//! <https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md>.

use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::bytes::{Bytes, push_number};

/// Parts of the names of functions that end the program. Only those are taken
/// whose code ends in a trap, too.
const ENDS: [&str; 18] = [
    "4core9panicking",
    "3std9panicking11begin_panic",
    "unwrap_failed",
    "expect_failed",
    "slice_error_fail",
    "slice_index_fail",
    "len_mismatch_fail",
    "panic_already_borrowed",
    "panic_already_mutably_borrowed",
    "panic_access_error",
    "panic_poisoned",
    "panic_on_ord_violation",
    "13assert_failed",
    "7raw_vec12handle_error",
    "7raw_vec17capacity_overflow",
    "handle_alloc_error",
    "12send_wrapper13invalid_deref",
    "12send_wrapper12invalid_drop",
];

const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const CODE: u8 = 10;
const DATA: u8 = 11;

const UNREACHABLE: u8 = 0x00;
const NOP: u8 = 0x01;
const END: u8 = 0x0b;
const CALL: u8 = 0x10;
const LOCAL_GET: u8 = 0x20;
const I32_CONST: u8 = 0x41;
/// Length of a number that the linker puts in place.
const PADDED: usize = 5;
const ZERO: [u8; PADDED] = [0x80, 0x80, 0x80, 0x80, 0];

/// Bytes of a `core::panic::Location`.
const PLACE: u32 = 16;

const FUNCTION_INDEX_LEB: u32 = 0;
const MEMORY_ADDR_SLEB: u32 = 4;
/// Relocations that have a number to add: those of addresses and offsets in 32 bits.
const WITH_ADDEND: [u32; 6] = [3, 4, 5, 8, 9, 11];

/// Writes the program without what its panics say.
pub(super) fn silence(program: &Path, into: &Path) -> Result<()> {
    let module = fs::read(program).context("there is no program")?;
    let quiet = silenced(module).context("cannot take out what panics say")?;
    fs::write(into, quiet).context("cannot write the program")
}

fn silenced(mut module: Vec<u8>) -> Result<Vec<u8>> {
    let Parts {
        code,
        memory,
        as_large_as_places,
        endings,
        relocations,
    } = Parts::read(&module)?;
    let mut kept: Vec<bool> = Vec::new();
    for relocation in &relocations.entries {
        kept.push(true);
        let at = code.start + relocation.at;
        let is_place = relocation.is_constant(&module, &code)
            && relocation.addend == 0
            && as_large_as_places.contains(&relocation.symbol)
            && memory.is_place_in_source(&module, at);
        if is_place {
            module[at..at + PADDED].copy_from_slice(&ZERO);
            if let Some(this) = kept.last_mut() {
                *this = false;
            }
            continue;
        }
        let calls = relocation.kind == FUNCTION_INDEX_LEB && module.get(at - 1) == Some(&CALL);
        if !calls || !endings.contains(&Bytes::new(&module[at..]).number()?) {
            continue;
        }
        module[at - 1] = UNREACHABLE;
        module[at..at + PADDED].fill(NOP);
        if let Some(this) = kept.last_mut() {
            *this = false;
        }
        // What it would have been given.
        let mut end = at - 1;
        for index in (0..kept.len() - 1).rev() {
            let before = &relocations.entries[index];
            let from = code.start + before.at;
            if !before.is_constant(&module, &code)
                || !are_plain_values(module.get(from + PADDED..end))
            {
                break;
            }
            kept[index] = false;
            end = from - 1;
        }
    }
    relocations.rewrite(&module, &kept)
}

/// Whether code does nothing but take constants and local variables.
fn are_plain_values(code: Option<&[u8]>) -> bool {
    let Some(code) = code else {
        return false;
    };
    let mut bytes = Bytes::new(code);
    while let Ok(operation) = bytes.byte() {
        if ![I32_CONST, LOCAL_GET].contains(&operation) || bytes.number().is_err() {
            return false;
        }
    }
    true
}

/// What is needed of a module.
struct Parts {
    /// Where the content of the section of code is.
    code: Range<usize>,
    memory: Memory,
    /// Symbols of data with the size of a place in the source, by index. An address behind the end of something else
    /// can be that of a place, too; it is told by its symbol.
    as_large_as_places: HashSet<u32>,
    /// The functions that end the program, by index.
    endings: HashSet<u32>,
    relocations: Relocations,
}

struct Relocations {
    /// Where their section is, with its head.
    section: Range<usize>,
    /// What stands before their number.
    head: Vec<u8>,
    entries: Vec<Relocation>,
}

struct Relocation {
    kind: u32,
    symbol: u32,
    /// How far behind the symbol.
    addend: u32,
    /// The place in the code that it changes.
    at: usize,
    /// Where it is written.
    written: Range<usize>,
}

impl Relocation {
    /// Whether it is the address in an instruction that takes a constant.
    fn is_constant(&self, module: &[u8], code: &Range<usize>) -> bool {
        self.kind == MEMORY_ADDR_SLEB && module.get(code.start + self.at - 1) == Some(&I32_CONST)
    }
}

/// What the program puts into its memory when it starts: from which address on, and where it is in the module.
struct Memory(Vec<(usize, Range<usize>)>);

impl Memory {
    fn read(mut bytes: Bytes<'_>, end: usize) -> Result<Self> {
        let mut segments = Vec::new();
        for _ in 0..bytes.number()? {
            if bytes.take(2)? != [0, I32_CONST] {
                bail!("a segment of data is not of the common kind");
            }
            let address = bytes.number()?;
            if bytes.byte()? != END {
                bail!("a segment of data is at no constant address");
            }
            let length = bytes.sized()?.rest().len();
            let to = end - bytes.rest().len();
            segments.push((address as usize, to - length..to));
        }
        Ok(Self(segments))
    }

    fn at<'m>(&self, module: &'m [u8], address: u32, length: usize) -> Option<&'m [u8]> {
        self.0.iter().find_map(|(start, written)| {
            let from = written.start + (address as usize).checked_sub(*start)?;
            let found = from..from.checked_add(length)?;
            (found.end <= written.end).then(|| &module[found])
        })
    }

    /// Whether the address in an instruction is that of a `core::panic::Location`: the name of a file, its
    /// length, line and column.
    fn is_place_in_source(&self, module: &[u8], instruction: usize) -> bool {
        const LONGEST: u32 = 300;
        let name = || {
            let address = Bytes::new(module.get(instruction..)?).number().ok()?;
            let place = self.at(module, address, PLACE as usize)?;
            let number = |at: usize| Some(u32::from_le_bytes(*place.get(at..)?.first_chunk()?));
            let length = number(4).filter(|length| *length < LONGEST)?;
            self.at(module, number(0)?, length as usize)
        };
        name().is_some_and(|name| name.ends_with(b".rs"))
    }
}

impl Parts {
    fn read(module: &[u8]) -> Result<Self> {
        // Where what is left begins.
        let at = |bytes: &Bytes<'_>| module.len() - bytes.rest().len();
        let (mut code, mut imported, mut relocations) = (None, 0, None);
        let (mut memory, mut symbols) = (None, None);
        let mut names = Vec::new();
        let mut trapping = HashSet::new();
        let mut sections = Bytes::of_module(module)?;
        loop {
            let section_start = at(&sections);
            let Some(section) = sections.section()? else {
                break;
            };
            let end = at(&sections);
            let mut content = section.content;
            let start = end - content.rest().len();
            match section.kind {
                IMPORTS => imported = imported_functions(content)?,
                CODE => {
                    code = Some(start..end);
                    for index in 0..content.number()? {
                        if content.sized()?.rest().ends_with(&[UNREACHABLE, END]) {
                            trapping.insert(index);
                        }
                    }
                }
                DATA => memory = Some(Memory::read(content, end)?),
                CUSTOM => match content.sized()?.rest() {
                    b"reloc.CODE" => {
                        let start = end - content.rest().len();
                        let written = &module[start..end];
                        relocations = Some(Relocations::read(written, start, section_start..end)?);
                    }
                    b"name" => names = function_names(content)?,
                    b"linking" => symbols = Some(data_symbols(content, PLACE)?),
                    _ => {}
                },
                _ => {}
            }
        }
        let ends = |(index, name): &(u32, String)| {
            let traps = index.checked_sub(imported);
            traps.is_some_and(|index| trapping.contains(&index))
                && ENDS.iter().any(|part| name.contains(part))
        };
        let endings: HashSet<u32> = names.into_iter().filter(ends).map(|it| it.0).collect();
        if endings.is_empty() {
            bail!("the program has no function that panics");
        }
        Ok(Self {
            code: code.context("there is no code")?,
            memory: memory.context("there is no data")?,
            as_large_as_places: symbols.context("there are no symbols")?,
            endings,
            relocations: relocations.context("there are no relocations")?,
        })
    }
}

impl Relocations {
    /// `start` is where the bytes are in the module.
    fn read(written: &[u8], start: usize, section: Range<usize>) -> Result<Self> {
        let mut bytes = Bytes::new(written);
        let at = |bytes: &Bytes<'_>| start + written.len() - bytes.rest().len();
        bytes.number()?;
        let head = written[..at(&bytes) - start].to_vec();
        let mut entries = Vec::new();
        for _ in 0..bytes.number()? {
            let begin = at(&bytes);
            let kind = bytes.number()?;
            let place = bytes.number()?;
            let symbol = bytes.number()?;
            let has_addend = WITH_ADDEND.contains(&kind);
            let addend = if has_addend { bytes.number()? } else { 0 };
            entries.push(Relocation {
                kind,
                symbol,
                addend,
                at: place as usize,
                written: begin..at(&bytes),
            });
        }
        Ok(Self {
            section,
            head,
            entries,
        })
    }

    /// The module with those that are kept.
    fn rewrite(&self, module: &[u8], kept: &[bool]) -> Result<Vec<u8>> {
        let name = b"reloc.CODE";
        let mut content = Vec::new();
        push_number(name.len(), &mut content);
        content.extend(name);
        content.extend(&self.head);
        push_number(kept.iter().filter(|kept| **kept).count(), &mut content);
        for (entry, _) in self.entries.iter().zip(kept).filter(|(_, kept)| **kept) {
            content.extend(&module[entry.written.clone()]);
        }
        let (before, after) = module
            .split_at_checked(self.section.start)
            .zip(module.get(self.section.end..))
            .map(|((before, _), after)| (before, after))
            .context("the module is too short")?;
        let mut rewritten = before.to_vec();
        rewritten.push(CUSTOM);
        push_number(content.len(), &mut rewritten);
        rewritten.extend(content);
        rewritten.extend(after);
        Ok(rewritten)
    }
}

/// How many functions come from outside: they have the first indices.
fn imported_functions(mut imports: Bytes<'_>) -> Result<u32> {
    let count = imports.number()?;
    for _ in 0..count {
        imports.sized()?;
        imports.sized()?;
        if imports.byte()? != 0 {
            bail!("the whole program imports something that is no function");
        }
        imports.number()?;
    }
    Ok(count)
}

/// The symbols of data of one size, by index among all symbols.
fn data_symbols(mut bytes: Bytes<'_>, size: u32) -> Result<HashSet<u32>> {
    const SYMBOLS: u8 = 8;
    const DATA: u8 = 1;
    const SECTION: u8 = 3;
    const UNDEFINED: u32 = 0x10;
    const NAMED: u32 = 0x40;
    let mut found = HashSet::new();
    bytes.number()?;
    while !bytes.rest().is_empty() {
        let kind = bytes.byte()?;
        let mut content = bytes.sized()?;
        if kind != SYMBOLS {
            continue;
        }
        for index in 0..content.number()? {
            let kind = content.byte()?;
            let flags = content.number()?;
            let is_defined = flags & UNDEFINED == 0;
            if kind == DATA {
                content.sized()?;
                if is_defined {
                    content.number()?;
                    content.number()?;
                    if content.number()? == size {
                        found.insert(index);
                    }
                }
                continue;
            }
            content.number()?;
            if kind != SECTION && (is_defined || flags & NAMED != 0) {
                content.sized()?;
            }
        }
    }
    Ok(found)
}

/// Names of functions by index.
fn function_names(mut bytes: Bytes<'_>) -> Result<Vec<(u32, String)>> {
    const FUNCTIONS: u8 = 1;
    let mut names = Vec::new();
    while !bytes.rest().is_empty() {
        let kind = bytes.byte()?;
        let mut content = bytes.sized()?;
        if kind != FUNCTIONS {
            continue;
        }
        for _ in 0..content.number()? {
            let index = content.number()?;
            let name = content.sized()?;
            names.push((index, String::from_utf8_lossy(name.rest()).into_owned()));
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number as the linker writes it.
    fn padded(number: u8) -> [u8; PADDED] {
        [number | 0x80, 0x80, 0x80, 0x80, 0]
    }

    fn sized(content: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        push_number(content.len(), &mut bytes);
        bytes.extend(content);
        bytes
    }

    fn section(kind: u8, content: &[u8]) -> Vec<u8> {
        [vec![kind], sized(content)].concat()
    }

    fn custom(name: &str, content: &[u8]) -> Vec<u8> {
        section(CUSTOM, &[&sized(name.as_bytes()), content].concat())
    }

    const DROP: u8 = 0x1a;

    /// A function that panics, and one that takes the end of a text, behind which is a place in the source; then an
    /// address, the text and the place, with which it calls the first.
    fn module(name: &str) -> Vec<u8> {
        let panics = sized(&[0, UNREACHABLE, END]);
        let instructions = [
            &[0, I32_CONST][..],
            &padded(16),
            &[DROP, I32_CONST],
            &padded(9),
            &[I32_CONST],
            &padded(40),
            &[I32_CONST, 7, I32_CONST],
            &padded(16),
            &[CALL],
            &padded(0),
            &[UNREACHABLE, END],
        ];
        let code = [vec![2], panics, sized(&instructions.concat())].concat();
        // From address 10 on: a name, its address, length, line and column.
        let mut place = b"src.rs".to_vec();
        for number in [10_u32, 6, 3, 4] {
            place.extend(number.to_le_bytes());
        }
        let data = [&[1, 0, I32_CONST, 10, END][..], &sized(&place)].concat();
        // The first function, then a text, the place.
        let symbols = [
            vec![3, 0, 0, 0],
            sized(b"panics"),
            vec![1, 0],
            sized(b"text"),
            vec![0, 0, 6],
            vec![1, 0],
            sized(b"place"),
            vec![0, 6, 16],
        ]
        .concat();
        let linking = [vec![2], section(8, &symbols)].concat();
        let entry = |kind: u8, at: u8, symbol: u8, addend: u8| match kind {
            0 => vec![kind, at, symbol],
            _ => vec![kind, at, symbol, addend],
        };
        let relocations = [
            entry(4, 8, 1, 6),
            entry(4, 15, 1, 6),
            entry(4, 21, 1, 0),
            entry(4, 29, 2, 0),
            entry(0, 35, 0, 0),
        ];
        let relocations = [vec![2, 5], relocations.concat()].concat();
        let names = [vec![2, 0], sized(name.as_bytes()), vec![1], sized(b"calls")].concat();
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(IMPORTS, &[0]),
            section(CODE, &code),
            section(DATA, &data),
            custom("linking", &linking),
            custom("reloc.CODE", &relocations),
            custom("name", &section(1, &names)),
        ]
        .concat()
    }

    #[test]
    fn a_call_that_panics_becomes_a_trap_and_nothing_else_is_changed() {
        let whole = module("_RNvNtCs_4core9panicking9panic_fmt");
        let quiet = silenced(whole.clone()).unwrap();
        let trap = [UNREACHABLE, NOP, NOP, NOP, NOP, NOP, UNREACHABLE, END];
        assert!(quiet.windows(trap.len()).any(|found| found == trap));
        let place = [&[I32_CONST][..], &padded(0), &trap].concat();
        assert!(quiet.windows(place.len()).any(|found| found == place));
        let end = [&[I32_CONST][..], &padded(16), &[DROP]].concat();
        assert!(quiet.windows(end.len()).any(|found| found == end));
        let left = custom("reloc.CODE", &[2, 1, 4, 8, 1, 6]);
        assert!(quiet.windows(left.len()).any(|found| found == left));
        assert!(quiet.len() < whole.len());
    }

    #[test]
    fn a_program_without_panics_is_another_compilers() {
        assert!(silenced(module("_RNvNtCs_4core6option4take")).is_err());
    }
}
