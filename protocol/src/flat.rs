//! A compact binary encoding for state that its writer keeps in a store of its own. Everything that crosses the
//! wire is JSON.

use crate::map::{IdMap, IdSet, Key};

/// Values without names and type tags: the reader must know the type.
pub(crate) trait Flat: Sized {
    fn put(&self, out: &mut Vec<u8>);

    /// Takes a value off the front. `None` if it is malformed; then `rest` is meaningless.
    fn take(rest: &mut &[u8]) -> Option<Self>;
}

/// Encodes a struct as its fields, one after the other.
macro_rules! flat_fields {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::flat::Flat for $name {
            fn put(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::flat::Flat::put($field, out);)*
            }

            fn take(rest: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: $crate::flat::Flat::take(rest)?),* })
            }
        }
    };
}

pub(crate) use flat_fields;

/// A byte string of fixed length.
pub(crate) fn take_bytes<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*bytes)
}

impl Flat for u64 {
    /// LEB128: seven bits per byte, the lowest first; the highest bit says that more follow.
    fn put(&self, out: &mut Vec<u8>) {
        let mut left = *self;
        loop {
            let [low, ..] = left.to_le_bytes();
            left >>= 7;
            if left == 0 && low < 0x80 {
                return out.push(low);
            }
            out.push(low | 0x80);
        }
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        let mut value = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let [byte] = take_bytes(rest)?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}

impl Flat for u32 {
    fn put(&self, out: &mut Vec<u8>) {
        u64::from(*self).put(out);
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        u64::take(rest)?.try_into().ok()
    }
}

impl Flat for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        match take_bytes(rest)? {
            [0] => Some(false),
            [1] => Some(true),
            [_] => None,
        }
    }
}

impl Flat for String {
    fn put(&self, out: &mut Vec<u8>) {
        put_len(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        let len = take_len(rest)?;
        let (text, after) = rest.split_at_checked(len)?;
        *rest = after;
        Self::from_utf8(text.to_vec()).ok()
    }
}

impl<T: Flat> Flat for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        Some(if bool::take(rest)? {
            Some(T::take(rest)?)
        } else {
            None
        })
    }
}

impl<T: Flat> Flat for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        put_len(self.len(), out);
        for value in self {
            value.put(out);
        }
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        let len = take_len(rest)?;
        let mut values = Self::with_capacity(len.min(rest.len()));
        for _ in 0..len {
            values.push(T::take(rest)?);
        }
        Some(values)
    }
}

impl<T: Flat + Key> Flat for IdSet<T> {
    fn put(&self, out: &mut Vec<u8>) {
        put_len(self.len(), out);
        for value in self {
            value.put(out);
        }
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        let mut values = Self::new();
        for _ in 0..take_len(rest)? {
            values.insert(T::take(rest)?);
        }
        Some(values)
    }
}

impl<K: Flat + Key, V: Flat> Flat for IdMap<K, V> {
    fn put(&self, out: &mut Vec<u8>) {
        put_len(self.len(), out);
        for (key, value) in self {
            key.put(out);
            value.put(out);
        }
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        let mut values = Self::new();
        for _ in 0..take_len(rest)? {
            let key = K::take(rest)?;
            values.insert(key, V::take(rest)?);
        }
        Some(values)
    }
}

impl<A: Flat, B: Flat> Flat for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        Some((A::take(rest)?, B::take(rest)?))
    }
}

fn put_len(len: usize, out: &mut Vec<u8>) {
    (len as u64).put(out);
}

fn take_len(rest: &mut &[u8]) -> Option<usize> {
    u64::take(rest)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same<T: Flat + PartialEq + std::fmt::Debug>(value: T) {
        let mut bytes = Vec::new();
        value.put(&mut bytes);
        let mut rest = bytes.as_slice();
        assert_eq!(T::take(&mut rest), Some(value));
        assert_eq!(rest, [0_u8; 0]);
        for len in 0..bytes.len() {
            let mut rest = bytes.get(..len).unwrap();
            assert_eq!(T::take(&mut rest), None, "{len} of {}", bytes.len());
        }
    }

    #[test]
    fn what_was_written_is_read_and_half_of_it_is_not() {
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            same(number);
        }
        same(String::from("Ada und Bärbel"));
        same(vec![Some(true), None, Some(false)]);
        same(IdSet::from([5_u64, 9_000_000]));
        same(IdMap::from([((1_u64, 2_u64), String::new())]));
    }

    #[test]
    fn a_length_beyond_the_end_is_no_reason_to_ask_for_memory() {
        let mut bytes = Vec::new();
        u64::MAX.put(&mut bytes);
        bytes.push(7);
        assert_eq!(Vec::<u64>::take(&mut bytes.as_slice()), None);
        assert_eq!(String::take(&mut bytes.as_slice()), None);
    }
}
