//! Tests of the protocol as its users see it: through public items only.
#![expect(
    unreachable_pub,
    reason = "the helpers are also built into the fuzz targets"
)]
#![expect(
    clippy::similar_names,
    clippy::wildcard_enum_match_arm,
    reason = "`test` and `text` are the words here; the model answers `no` to whatever it does not know"
)]

#[cfg(test)]
mod documents;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod names;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod support;
