//! JSON as a tree. Text without escapes is borrowed from the input.

use std::borrow::Cow;

/// A value and what is in it.
pub(super) enum Node<'t> {
    /// A field that a map has not: as `null` where a field may be left out.
    Absent,
    Null,
    Bool(bool),
    Unsigned(u64),
    Negative(i64),
    /// A number that is not whole, or too large. None of Parley's types has one.
    Fraction,
    Text(Cow<'t, str>),
    List(Vec<Node<'t>>),
    /// In the order of the text; a name can stand in it twice.
    Map(Vec<(Cow<'t, str>, Node<'t>)>),
}
