//! Two members, and somebody between them, compare keys. The logs are those of real engines; the messages go over a
//! wire that a test can cut, turn around or write on.

mod attacks;
mod codes;
mod floods;
mod over_olm;
mod two_people;
mod world;
