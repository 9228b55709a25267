//! How large the memory and the table are that a module imports, read from its
//! bytes: <https://webassembly.github.io/spec/core/binary/modules.html>.

use anyhow::{Context, Result, bail};

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
    let mut bytes = Bytes(module.get(8..).context("the module is too short")?);
    loop {
        let section = bytes.byte()?;
        let length = bytes.number()?;
        let mut content = Bytes(bytes.take(length)?);
        if section == IMPORTS {
            return content.imports();
        }
    }
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn imports(&mut self) -> Result<Limits> {
        let (mut memory, mut table) = (None, None);
        for _ in 0..self.number()? {
            for _name in ["module", "item"] {
                let length = self.number()?;
                self.take(length)?;
            }
            match self.byte()? {
                // A function, by its type.
                0 => {
                    self.number()?;
                }
                1 => {
                    self.byte()?;
                    table = Some(self.smallest()?);
                }
                2 => memory = Some(self.smallest()?),
                // A global: its type, and whether it changes.
                3 => {
                    self.take(2)?;
                }
                kind => bail!("a module imports something of kind {kind}"),
            }
        }
        Ok(Limits {
            memory: memory.context("the module imports no memory")?,
            table: table.context("the module imports no table")?,
        })
    }

    fn smallest(&mut self) -> Result<u32> {
        let has_largest = self.byte()? & 1 == 1;
        let smallest = self.number()?;
        if has_largest {
            self.number()?;
        }
        Ok(smallest)
    }

    /// LEB128, seven bits a byte, the lowest first.
    fn number(&mut self) -> Result<u32> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f)
                .checked_shl(shift)
                .context("a number is too long")?;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
            shift += 7;
        }
    }

    fn byte(&mut self) -> Result<u8> {
        self.take(1).map(|taken| taken[0])
    }

    fn take(&mut self, length: u32) -> Result<&'a [u8]> {
        let found = self.0.split_at_checked(length as usize);
        let (taken, rest) = found.context("the module ends too soon")?;
        self.0 = rest;
        Ok(taken)
    }
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
