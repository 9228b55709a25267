//! Tests of the protocol as its users see it: through public items only.
#![expect(
    unreachable_pub,
    reason = "the helpers are also built into the fuzz targets"
)]

#[cfg(test)]
mod rules;
#[cfg(test)]
mod support;
