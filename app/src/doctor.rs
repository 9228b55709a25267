//! The connection doctor: why a call does not work here, what others see of this device, and the one thing to do.

pub mod dialog;
#[cfg(not(feature = "gallery"))]
pub mod driver;
pub mod store;
mod text;
