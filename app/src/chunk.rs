//! Parts of the program that are loaded when they are wanted. Declared with [`chunk!`] at the one place where the rest
//! of the program enters them; everything that only they use goes with them.

/// A part of the program could not be loaded: the relay is away, or has a newer version of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadError;

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for LoadError {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// Declares `async fn name(…) -> Result<…, LoadError>`, which loads a chunk and then calls a function in it.
/// Without the feature `split` the function is simply called.
macro_rules! chunk {
    ($chunk:ident: $vis:vis fn $name:ident($($arg:ident: $kind:ty),*) -> $out:ty = $inner:path) => {
        #[cfg(feature = "split")]
        #[wasm_split_helpers::wasm_split($chunk, fallible)]
        $vis fn $name($($arg: $kind),*) -> Result<$out, $crate::chunk::LoadError> {
            Ok($inner($($arg),*))
        }

        #[cfg(not(feature = "split"))]
        $vis async fn $name($($arg: $kind),*) -> Result<$out, $crate::chunk::LoadError> {
            Ok($inner($($arg),*))
        }
    };
}

pub(crate) use chunk;
