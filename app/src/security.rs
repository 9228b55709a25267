//! What protects this member: recovery key, second factor, devices, the health of encryption, and the figures that two
//! people can compare.

pub mod account;
mod begin;
pub mod devices;
pub mod dialog;
#[cfg(not(feature = "gallery"))]
pub mod driver;
pub mod end_device;
pub mod health;
pub mod page;
pub mod passkeys;
mod proof_form;
pub mod providers;
pub mod recovery_key;
pub mod reminder;
mod report;
pub mod second_factor;
pub mod store;
mod text;
pub mod work_area;
