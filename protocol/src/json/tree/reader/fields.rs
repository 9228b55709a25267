//! Structs and enums by number: fields in the order in which the type has them, kinds by their place among all.

use std::borrow::Cow;

use serde::de::value::U64Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer as _, SeqAccess, VariantAccess, Visitor,
};

use super::{Entries, Reader};
use crate::json::tree::Error;
use crate::json::tree::node::Node;

static ABSENT: Node<'static> = Node::Absent;

/// A field with its former name, which vodozemac still reads. Serde names both, the former first.
const RENAMED: [&str; 2] = ["key_id", "next_key_id"];

/// The fields of a map that are still to be read.
pub(super) struct Fields<'n, 't> {
    entries: &'n [(Cow<'t, str>, Node<'t>)],
    names: &'static [&'static str],
}

impl<'n, 't> Fields<'n, 't> {
    pub(super) fn of(node: &'n Node<'t>, names: &'static [&'static str]) -> Result<Self, Error> {
        let entries = Entries::of(node)?.rest;
        Ok(Self { entries, names })
    }

    /// The next field; `None` after the last.
    fn next(&mut self) -> Result<Option<&'n Node<'t>>, Error> {
        let count = if self.names.starts_with(&RENAMED) {
            2
        } else {
            1
        };
        let Some((names, rest)) = self.names.split_at_checked(count) else {
            return Ok(None);
        };
        self.names = rest;
        let mut found = None;
        for (name, node) in self.entries {
            if names.contains(&name.as_ref()) && found.replace(node).is_some() {
                return Err(Error::Misfit);
            }
        }
        Ok(Some(found.unwrap_or(&ABSENT)))
    }
}

impl<'de> SeqAccess<'de> for Fields<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(node) = self.next()? else {
            return Ok(None);
        };
        let read = seed.deserialize(Reader(node));
        if matches!(node, Node::Absent) {
            // What has a default gets it.
            return Ok(read.ok());
        }
        read.map(Some)
    }
}

/// One kind of several: its number, and its content.
pub(super) struct Variant<'n, 't> {
    number: usize,
    content: Option<&'n Node<'t>>,
}

impl<'n, 't> Variant<'n, 't> {
    pub(super) fn of(node: &'n Node<'t>, names: &[&str]) -> Result<Self, Error> {
        match node {
            Node::Text(name) => Self::named(name, None, names),
            Node::Map(entries) => match entries.as_slice() {
                [(name, content)] => Self::named(name, Some(content), names),
                _ => Err(Error::Misfit),
            },
            Node::Absent
            | Node::Null
            | Node::Bool(_)
            | Node::Unsigned(_)
            | Node::Negative(_)
            | Node::Fraction
            | Node::List(_) => Err(Error::Misfit),
        }
    }

    pub(super) fn named(
        name: &str,
        content: Option<&'n Node<'t>>,
        names: &[&str],
    ) -> Result<Self, Error> {
        let number = names.iter().position(|it| *it == name);
        let number = number.ok_or(Error::UnknownKind)?;
        Ok(Self { number, content })
    }
}

impl<'de, 'n, 't> EnumAccess<'de> for Variant<'n, 't> {
    type Error = Error;
    type Variant = Content<'n, 't>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Content<'n, 't>), Error> {
        let number: U64Deserializer<Error> = (self.number as u64).into_deserializer();
        Ok((seed.deserialize(number)?, Content(self.content)))
    }
}

pub(super) struct Content<'n, 't>(Option<&'n Node<'t>>);

impl<'n, 't> Content<'n, 't> {
    fn node(&self) -> Result<&'n Node<'t>, Error> {
        self.0.ok_or(Error::Misfit)
    }
}

impl<'de> VariantAccess<'de> for Content<'_, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.0 {
            None | Some(Node::Null) => Ok(()),
            Some(_) => Err(Error::Misfit),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(Reader(self.node()?))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        Reader(self.node()?).read_list(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(Fields::of(self.node()?, names)?)
    }
}
