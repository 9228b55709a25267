//! Bytes of a WebAssembly module, read from the front:
//! <https://webassembly.github.io/spec/core/binary/values.html>.

use anyhow::{Context, Result};

/// What is left to read.
pub(super) struct Bytes<'a>(&'a [u8]);

/// A section of a module.
pub(super) struct Section<'a> {
    pub kind: u8,
    pub content: Bytes<'a>,
}

impl<'a> Bytes<'a> {
    /// What follows a module's head.
    pub(super) fn of_module(module: &'a [u8]) -> Result<Self> {
        let sections = module.get(8..).context("the module is too short")?;
        Ok(Self(sections))
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The next section, `None` at the end of the module.
    pub(super) fn section(&mut self) -> Result<Option<Section<'a>>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let kind = self.byte()?;
        let content = self.sized()?;
        Ok(Some(Section { kind, content }))
    }

    /// Bytes that stand after their number.
    pub(super) fn sized(&mut self) -> Result<Self> {
        let length = self.number()?;
        self.take(length).map(Self)
    }

    /// LEB128, seven bits a byte, the lowest first.
    pub(super) fn number(&mut self) -> Result<u32> {
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

    pub(super) fn byte(&mut self) -> Result<u8> {
        self.take(1).map(|taken| taken[0])
    }

    pub(super) fn take(&mut self, length: u32) -> Result<&'a [u8]> {
        let found = self.0.split_at_checked(length as usize);
        let (taken, rest) = found.context("the module ends too soon")?;
        self.0 = rest;
        Ok(taken)
    }
}

/// Writes a number as LEB128.
pub(super) fn push_number(mut number: usize, to: &mut Vec<u8>) {
    loop {
        let byte = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            return to.push(byte);
        }
        to.push(byte | 0x80);
    }
}
