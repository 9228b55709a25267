//! A ZIP archive without compression (APPNOTE.TXT 6.3.10, method 0, names in UTF-8), which every system opens.

use super::date::dos_time;

/// An archive that is being written.
pub(super) struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
    /// Date and time of every file, as MS-DOS has them.
    at: (u16, u16),
}

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Version 2.0, for folders.
const VERSION: u16 = 20;
/// Names are UTF-8.
const UTF_8: u16 = 1 << 11;

impl Archive {
    /// Empty; its files are of this time, in milliseconds since 1970, in UTC.
    pub(super) fn new(now: u64) -> Self {
        Self {
            bytes: Vec::new(),
            directory: Vec::new(),
            count: 0,
            at: dos_time(now),
        }
    }

    /// Adds a file. Names have `/` between folders.
    pub(super) fn add(&mut self, name: &str, content: &[u8]) {
        let offset = length(self.bytes.len());
        let (time, date) = self.at;
        let mut header = Vec::with_capacity(26);
        for half in [VERSION, UTF_8, 0, time, date] {
            header.extend(half.to_le_bytes());
        }
        for word in [
            crc_32(content),
            length(content.len()),
            length(content.len()),
        ] {
            header.extend(word.to_le_bytes());
        }
        let name_length = u16::try_from(name.len()).unwrap_or(u16::MAX);
        header.extend(name_length.to_le_bytes());
        header.extend(0_u16.to_le_bytes());

        self.bytes.extend(LOCAL.to_le_bytes());
        self.bytes.extend(&header);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(content);

        self.directory.extend(CENTRAL.to_le_bytes());
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&header);
        // No comment, first disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.count += 1;
    }

    /// The whole archive.
    pub(super) fn finish(self) -> Vec<u8> {
        let Self {
            mut bytes,
            directory,
            count,
            at: _,
        } = self;
        let begin = length(bytes.len());
        let size = length(directory.len());
        bytes.extend(directory);
        bytes.extend(END.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(count.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(size.to_le_bytes());
        bytes.extend(begin.to_le_bytes());
        bytes.extend([0; 2]);
        bytes
    }
}

/// Four gigabytes are more than a page can hold.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// CRC-32 as in ISO 3309, bit by bit: an archive is written once in a while.
fn crc_32(content: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in content {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = crc & 1;
            crc >>= 1;
            if carry == 1 {
                crc ^= 0xedb8_8320;
            }
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::{Archive, crc_32};

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(crc_32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn a_file_stands_in_the_archive_as_it_is() {
        let mut archive = Archive::new(1_700_000_000_000);
        archive.add("channels/general.txt", "Grüße".as_bytes());
        let bytes = archive.finish();
        assert_eq!(bytes.get(..4).unwrap(), b"PK\x03\x04");
        let at = |needle: &[u8]| bytes.windows(needle.len()).position(|it| it == needle);
        assert!(at("Grüße".as_bytes()).is_some());
        assert!(at(b"PK\x01\x02").unwrap() < at(b"PK\x05\x06").unwrap());
    }
}
