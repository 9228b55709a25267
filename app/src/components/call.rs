//! The parts that call bar, own bar and call dialog share.

pub mod buttons;
pub mod devices;
pub mod meter;
pub mod person;
pub mod signal_bars;
