//! How large the memory and the table are that a module imports, read from its
//! bytes: <https://webassembly.github.io/spec/core/binary/modules.html>.

use anyhow::{Context, Result, bail};

use super::bytes::Bytes;

/// Smallest sizes that the module asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// In pages of 64 KiB.
    pub memory: u32,
    /// In functions.
    pub table: u32,
}

const IMPORTS: u8 = 2;

/// Reads the imports of a module.
pub(super) fn limits(module: &[u8]) -> Result<Limits> {
    let mut sections = Bytes::of_module(module)?;
    while let Some(section) = sections.section()? {
        if section.kind == IMPORTS {
            return imports(section.content);
        }
    }
    bail!("the module imports nothing")
}

fn imports(mut bytes: Bytes<'_>) -> Result<Limits> {
    let (mut memory, mut table) = (None, None);
    for _ in 0..bytes.number()? {
        for _name in ["module", "item"] {
            bytes.sized()?;
        }
        match bytes.byte()? {
            // A function, by its type.
            0 => {
                bytes.number()?;
            }
            1 => {
                bytes.byte()?;
                table = Some(smallest(&mut bytes)?);
            }
            2 => memory = Some(smallest(&mut bytes)?),
            // A global: its type, and whether it changes.
            3 => {
                bytes.take(2)?;
            }
            kind => bail!("a module imports something of kind {kind}"),
        }
    }
    Ok(Limits {
        memory: memory.context("the module imports no memory")?,
        table: table.context("the module imports no table")?,
    })
}

fn smallest(bytes: &mut Bytes<'_>) -> Result<u32> {
    let has_largest = bytes.byte()? & 1 == 1;
    let smallest = bytes.number()?;
    if has_largest {
        bytes.number()?;
    }
    Ok(smallest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_and_table_are_read_from_the_imports() {
        let imports = [
            &[2, 17, 2][..],
            &[1, b'a', 1, b't', 1, 0x70, 0, 0xf0, 0x22],
            &[1, b'a', 1, b'm', 2, 0, 19],
        ]
        .concat();
        let module = [b"\0asm\x01\0\0\0".as_slice(), &imports].concat();
        let expected = Limits {
            memory: 19,
            table: 4464,
        };
        assert_eq!(limits(&module).unwrap(), expected);
        assert!(limits(&module[..module.len() - 1]).is_err());
    }
}
