//! From a tree to a type, by serde.

mod fields;

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Error;
use super::node::Node;
use fields::{Fields, Variant};

/// Reads one value of the tree.
#[derive(Clone, Copy)]
pub(super) struct Reader<'n, 't>(pub(super) &'n Node<'t>);

impl<'n> Reader<'n, '_> {
    fn text(self) -> Result<&'n str, Error> {
        match self.0 {
            Node::Text(text) => Ok(text),
            Node::Absent
            | Node::Null
            | Node::Bool(_)
            | Node::Unsigned(_)
            | Node::Negative(_)
            | Node::Fraction
            | Node::List(_)
            | Node::Map(_) => Err(Error::Misfit),
        }
    }

    pub(super) fn read_list<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Node::List(nodes) = self.0 else {
            return Err(Error::Misfit);
        };
        let mut elements = Elements(nodes);
        let value = visitor.visit_seq(&mut elements)?;
        if elements.0.is_empty() {
            return Ok(value);
        }
        Err(Error::Misfit)
    }
}

impl<'de> Deserializer<'de> for Reader<'_, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Text(text) => visitor.visit_str(text),
            Node::List(_) => self.read_list(visitor),
            Node::Map(_) => self.deserialize_map(visitor),
            Node::Unsigned(_) | Node::Negative(_) => self.deserialize_i64(visitor),
            Node::Absent | Node::Fraction => Err(Error::Misfit),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Absent
            | Node::Null
            | Node::Unsigned(_)
            | Node::Negative(_)
            | Node::Fraction
            | Node::Text(_)
            | Node::List(_)
            | Node::Map(_) => Err(Error::Misfit),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Node::Unsigned(value) => visitor.visit_u64(*value),
            Node::Absent
            | Node::Null
            | Node::Bool(_)
            | Node::Negative(_)
            | Node::Fraction
            | Node::Text(_)
            | Node::List(_)
            | Node::Map(_) => Err(Error::Misfit),
        }
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Node::Unsigned(value) => visitor.visit_u64(*value),
            Node::Negative(value) => visitor.visit_i64(*value),
            Node::Absent
            | Node::Null
            | Node::Bool(_)
            | Node::Fraction
            | Node::Text(_)
            | Node::List(_)
            | Node::Map(_) => Err(Error::Misfit),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if matches!(self.0, Node::Null | Node::Absent) {
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if matches!(self.0, Node::Absent) {
            return Err(Error::Misfit);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(Fields::of(self.0, names)?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Entries::of(self.0)?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.read_list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.read_list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.read_list(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(Variant::of(self.0, names)?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 f32 f64 char bytes byte_buf unit unit_struct
    }
}

/// The elements of a list that are still to be read.
struct Elements<'n, 't>(&'n [Node<'t>]);

impl<'de> SeqAccess<'de> for &mut Elements<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some((first, rest)) = self.0.split_first() else {
            return Ok(None);
        };
        self.0 = rest;
        seed.deserialize(Reader(first)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The entries of a map that are still to be read.
pub(super) struct Entries<'n, 't> {
    pub(super) rest: &'n [(Cow<'t, str>, Node<'t>)],
    value: Option<&'n Node<'t>>,
}

impl<'n, 't> Entries<'n, 't> {
    pub(super) fn of(node: &'n Node<'t>) -> Result<Self, Error> {
        match node {
            Node::Map(rest) => Ok(Self { rest, value: None }),
            Node::Absent
            | Node::Null
            | Node::Bool(_)
            | Node::Unsigned(_)
            | Node::Negative(_)
            | Node::Fraction
            | Node::Text(_)
            | Node::List(_) => Err(Error::Misfit),
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(((name, value), rest)) = self.rest.split_first() else {
            return Ok(None);
        };
        self.rest = rest;
        self.value = Some(value);
        seed.deserialize(Key(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        match self.value.take() {
            Some(value) => seed.deserialize(Reader(value)),
            None => Err(Error::Misfit),
        }
    }
}

/// A name in a map. Numbers can be names, in quotes.
struct Key<'n>(&'n str);

impl Key<'_> {
    fn number(&self) -> Result<u64, Error> {
        self.0.parse().map_err(|_| Error::Misfit)
    }
}

impl<'de> Deserializer<'de> for Key<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.0)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(Variant::named(self.0, None, names)?)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}
