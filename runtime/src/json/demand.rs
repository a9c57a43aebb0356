//! Which parts of a JSON text become values.

/// What a reader keeps of a value. A policy looks at a few fields of a review; the rest need not
/// become values.
pub trait Demand: Copy {
    /// What to keep of the value at `key` of an object; `None` leaves the key out.
    fn member(self, key: &str) -> Option<Self>;

    /// What to keep of the elements of an array.
    #[must_use]
    fn element(self) -> Self;
}

/// Keeps all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Everything;

impl Demand for Everything {
    fn member(self, _: &str) -> Option<Self> {
        Some(self)
    }

    fn element(self) -> Self {
        self
    }
}
