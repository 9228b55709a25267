//! The way back to a part from what it started: a timer, a socket, a task. Each part sees only its own kind of input.

use std::rc::Rc;

/// Puts inputs of one kind into the queue. Cheap to clone.
pub struct Port<T>(Rc<dyn Fn(T)>);

impl<T> Port<T> {
    pub fn new(put: impl Fn(T) + 'static) -> Self {
        Self(Rc::new(put))
    }

    /// The input is handled after those that wait already.
    pub fn put(&self, input: T) {
        (self.0)(input);
    }
}

impl<T> Clone for Port<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}
