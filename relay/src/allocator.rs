//! The allocator of the static program. With that of musl, a message takes half as long again.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
