//! How a person gets a device here: making the community, joining it, signing in.

mod credentials;
#[cfg(not(feature = "gallery"))]
pub mod driver;
pub mod guest_form;
pub mod join;
pub mod join_by_provider;
pub mod keep_key;
pub mod link_refused;
pub mod no_community;
pub mod open_vault;
mod other_ways;
pub mod recover;
pub mod second_factor;
pub mod set_up;
pub mod sign_in;
pub mod store;
mod submit_area;
mod text;
